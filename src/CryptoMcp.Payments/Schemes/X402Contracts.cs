using CryptoMcp.Evm;

namespace CryptoMcp.Payments;

/// <summary>
/// Contracts that x402 payments go through: the same address on every chain, since they were made with CREATE2. They are
/// never taken from an offer.
/// </summary>
public static class X402Contracts
{
    /// <summary>Uniswap's Permit2.</summary>
    public static EvmAddress Permit2 { get; } = EvmAddress.Parse("0x000000000022D473030F116dDEE9F6B43aC78BA3");

    /// <summary>x402ExactPermit2Proxy, spender of <c>exact</c> payments by Permit2.</summary>
    public static EvmAddress ExactPermit2Proxy { get; } = EvmAddress.Parse("0x402085c248EeA27D92E8b30b2C58ed07f9E20001");

    /// <summary>x402UptoPermit2Proxy, spender of <c>upto</c> payments.</summary>
    public static EvmAddress UptoPermit2Proxy { get; } = EvmAddress.Parse("0x4020A4f3b7b90ccA423B9fabCc0CE57C6C240002");

    /// <summary>True for the contracts above: nobody whom an agent could mean to pay.</summary>
    public static bool IsOne(EvmAddress address) => address == Permit2 || address == ExactPermit2Proxy || address == UptoPermit2Proxy;
}
