namespace CryptoMcp.Solana;

/// <summary>The contents of an address lookup table, as its account held them at a final slot.</summary>
/// <param name="Address">The table's account.</param>
/// <param name="Addresses">What it holds, by position.</param>
public sealed record LookupTable(Pubkey Address, IReadOnlyList<Pubkey> Addresses)
{
    private const int MetaLength = 56;
    private const uint IsTable = 1;

    /// <summary>Reads a table's account. A table that is being closed is refused: its positions are about to mean nothing.</summary>
    /// <exception cref="SolanaFormatException">The account is no active lookup table.</exception>
    public static LookupTable Decode(Pubkey address, SolanaAccount? account)
    {
        if (account is null || account.Owner != ProgramIds.AddressLookupTable || account.Data.Length < MetaLength
            || (account.Data.Length - MetaLength) % Pubkey.Size != 0)
        {
            throw new SolanaFormatException($"{address} is no lookup table.");
        }

        // u32 kind, u64 slot of deactivation, u64 slot of the last extension, u8 where that began, optional authority, padding.
        var reader = new WireReader(account.Data.Span);
        if (reader.UInt32() != IsTable || reader.UInt64() != ulong.MaxValue)
        {
            throw new SolanaFormatException($"The lookup table {address} is not active.");
        }

        reader.Take(MetaLength - 12);
        var addresses = new List<Pubkey>(reader.Left / Pubkey.Size);
        while (!reader.IsAtEnd)
        {
            addresses.Add(reader.Pubkey());
        }

        return new(address, addresses);
    }

    /// <summary>The account at a position.</summary>
    /// <exception cref="SolanaFormatException">The table is shorter.</exception>
    public Pubkey At(byte position) => position < Addresses.Count
        ? Addresses[position]
        : throw new SolanaFormatException($"The lookup table {Address} has no position {position} at a final slot.");

    internal byte? PositionOf(Pubkey address)
    {
        for (var i = 0; i < Addresses.Count && i <= byte.MaxValue; i++)
        {
            if (Addresses[i] == address)
            {
                return (byte)i;
            }
        }

        return null;
    }
}
