namespace CryptoMcp.Evm;

/// <summary>
/// <see href="https://github.com/Uniswap/permit2">Permit2</see>, which takes tokens that their owner approved to it on behalf of
/// spenders that the owner allows there: a second allowance behind the first.
/// </summary>
public static class Permit2
{
    /// <summary>The one address on every chain.</summary>
    public static EvmAddress Address { get; } = EvmAddress.Parse("0x000000000022D473030F116dDEE9F6B43aC78BA3");

    /// <summary>Lets a spender take units until a time.</summary>
    public static AbiFunction ApproveFunction { get; } = AbiFunction.Parse(
        "function approve(address token, address spender, uint160 amount, uint48 expiration)");

    /// <summary>Sets allowances to zero.</summary>
    public static AbiFunction LockdownFunction { get; } = AbiFunction.Parse("function lockdown((address token, address spender)[] approvals)");

    /// <summary>What a spender may still take, until when.</summary>
    public static AbiFunction AllowanceFunction { get; } = AbiFunction.Parse(
        "function allowance(address owner, address token, address spender) view returns (uint160 amount, uint48 expiration, uint48 nonce)");
}
