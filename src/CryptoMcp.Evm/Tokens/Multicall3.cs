namespace CryptoMcp.Evm;

/// <summary>Many contract reads in one, through the Multicall3 contract where it is deployed.</summary>
public sealed class Multicall3
{
    private readonly EvmRpc _rpc;

    internal Multicall3(EvmRpc rpc) => _rpc = rpc;

    /// <summary>Where Multicall3 lives on most chains.</summary>
    public static EvmAddress CanonicalAddress { get; } = EvmAddress.Parse("0xcA11bde05977b3631167028862bE2a173976CA11");

    internal EvmRpc Rpc => _rpc;
}
