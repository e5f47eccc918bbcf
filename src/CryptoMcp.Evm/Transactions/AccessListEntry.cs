namespace CryptoMcp.Evm;

/// <summary>An entry of an <see href="https://eips.ethereum.org/EIPS/eip-2930">EIP-2930</see> access list.</summary>
/// <param name="Address">The contract that is touched.</param>
/// <param name="StorageKeys">The storage slots that are touched.</param>
public sealed record AccessListEntry(EvmAddress Address, IReadOnlyList<Hash32> StorageKeys)
{
    internal static void Write(RlpWriter rlp, IReadOnlyList<AccessListEntry> list)
    {
        Span<byte> key = stackalloc byte[Hash32.Size];
        rlp.BeginList();
        foreach (var entry in list)
        {
            rlp.BeginList().Address(entry.Address).BeginList();
            foreach (var storageKey in entry.StorageKeys)
            {
                storageKey.WriteTo(key);
                rlp.Bytes(key);
            }

            rlp.EndList().EndList();
        }

        rlp.EndList();
    }

    internal static IReadOnlyList<AccessListEntry> Read(ref RlpReader rlp)
    {
        var list = rlp.ReadList();
        if (list.IsAtEnd)
        {
            return [];
        }

        var entries = new List<AccessListEntry>();
        while (!list.IsAtEnd)
        {
            var entry = list.ReadList();
            var address = entry.ReadAddress() ?? throw new EvmFormatException("An access list entry has no address.");
            var keys = new List<Hash32>();
            var keyList = entry.ReadList();
            while (!keyList.IsAtEnd)
            {
                keys.Add(new(keyList.ReadBytes()));
            }

            entry.End();
            entries.Add(new(address, keys));
        }

        return entries;
    }
}
