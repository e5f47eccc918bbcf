namespace CryptoMcp.Evm;

/// <summary>Finds the transaction that used an account's nonce. A nonce alone tells that there is one, not which.</summary>
public static class NonceUse
{
    /// <summary>
    /// The transaction of the account with this nonce in a block up to <paramref name="finalBlock"/>, at which the account's
    /// nonce is known to be past it. Its signature has been checked, so only a holder of the account's key can have made it;
    /// that it is in that block is the word of as many endpoints as must agree. Null when it cannot be shown: the node has
    /// forgotten that state, contradicts itself, or the transaction is of a type that is not supported.
    /// </summary>
    /// <remarks>Asks for the nonce at most twice as often as the number of blocks has bits, then for one block.</remarks>
    /// <exception cref="EvmRpcException">The node did not answer, or the endpoints that must agree do not.</exception>
    public static async Task<MinedTransaction?> FindAsync(
        EvmRpc rpc, EvmAddress account, ulong nonce, ulong finalBlock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rpc);

        // Used at `used`, not yet at `unused`: first back in doubling steps, since the newest state is what nodes keep, then halving.
        var (unused, used) = (finalBlock, finalBlock);
        try
        {
            for (ulong step = 1; used == unused; step *= 2)
            {
                var earlier = unused - Math.Min(step, unused);
                if (await CountAsync(earlier).ConfigureAwait(false) <= nonce)
                {
                    unused = earlier;
                }
                else if (earlier == 0)
                {
                    return null;
                }
                else
                {
                    (unused, used) = (earlier, earlier);
                }
            }

            while (used - unused > 1)
            {
                var middle = unused + ((used - unused) / 2);
                if (await CountAsync(middle).ConfigureAwait(false) > nonce)
                {
                    used = middle;
                }
                else
                {
                    unused = middle;
                }
            }

            return await rpc.AgreedAsync(EvmRequests.TransactionIn(used, account, nonce), cancellationToken).ConfigureAwait(false);
        }
        catch (EvmRpcException error) when (error.Kind == EvmRpcFailure.RpcError)
        {
            return null;
        }

        Task<ulong> CountAsync(ulong block) => rpc.GetTransactionCountAsync(account, BlockTag.Number(block), cancellationToken);
    }
}
