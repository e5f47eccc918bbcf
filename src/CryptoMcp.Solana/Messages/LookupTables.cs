namespace CryptoMcp.Solana;

/// <summary>Reads the lookup tables that a message names.</summary>
public static class LookupTables
{
    /// <summary>
    /// The tables at a final slot, on the word of as many endpoints as must agree. Entries that were added later are not
    /// there, so a message that needs them is not understood until they are final.
    /// </summary>
    /// <exception cref="SolanaRpcException">The chain cannot be asked.</exception>
    /// <exception cref="SolanaFormatException">A table is missing or not active.</exception>
    public static async Task<IReadOnlyDictionary<Pubkey, LookupTable>> ReadAsync(SolanaRpc rpc, Message message, CancellationToken cancellationToken = default)
    {
        var tables = new Dictionary<Pubkey, LookupTable>();
        if (message.Lookups.Count == 0)
        {
            return tables;
        }

        var addresses = message.Lookups.Select(lookup => lookup.Table).ToList();
        var accounts = await rpc.AgreedAsync(SolanaRequests.Accounts(addresses, Commitment.Finalized), cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < addresses.Count; i++)
        {
            tables[addresses[i]] = LookupTable.Decode(addresses[i], accounts[i]);
        }

        return tables;
    }
}
