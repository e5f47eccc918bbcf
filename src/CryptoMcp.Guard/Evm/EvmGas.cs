namespace CryptoMcp.Guard.Evm;

/// <summary>How chains count gas.</summary>
internal static class EvmGas
{
    private const ulong ZkSyncEra = 324;
    private const ulong ZkSyncSepolia = 300;

    /// <summary>True where gas also pays for the bytes that are published, so that a plain transfer takes more than 21,000 (zkSync Era).</summary>
    public static bool PricesStorage(ulong chainId) => chainId is ZkSyncEra or ZkSyncSepolia;
}
