using System.Globalization;
using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>Fees that get a transaction into one of the next blocks, in wei per gas.</summary>
/// <param name="MaxFeePerGas">Base fee and priority fee together, at most.</param>
/// <param name="MaxPriorityFeePerGas">Priority fee; on a chain without EIP-1559 the same as <paramref name="MaxFeePerGas"/>.</param>
/// <param name="BaseFeePerGas">Base fee of the next block; 0 on a chain without EIP-1559.</param>
/// <param name="IsLegacy">True on a chain without EIP-1559: send a legacy transaction with the price <paramref
/// name="MaxFeePerGas"/>.</param>
public sealed record FeeQuote(BigInteger MaxFeePerGas, BigInteger MaxPriorityFeePerGas, BigInteger BaseFeePerGas, bool IsLegacy)
{
    /// <summary>Wei that a transaction with this gas limit can cost, without an L1 fee.</summary>
    public BigInteger HighestFee(ulong gasLimit) => gasLimit * MaxFeePerGas;

    /// <summary>
    /// Fees for a replacement of a transaction with the same nonce: at least 10 % above both of its fees, which nodes
    /// demand, and not below what the market asks.
    /// </summary>
    public FeeQuote ToReplace(BigInteger maxFeePerGas, BigInteger maxPriorityFeePerGas)
    {
        var priority = BigInteger.Max(MaxPriorityFeePerGas, TenPercentMore(maxPriorityFeePerGas));
        var max = BigInteger.Max(BigInteger.Max(MaxFeePerGas, TenPercentMore(maxFeePerGas)), priority);
        return this with { MaxFeePerGas = max, MaxPriorityFeePerGas = priority };
    }

    private static BigInteger TenPercentMore(BigInteger fee) => ((fee * 11) + 9) / 10;
}

/// <summary>The network asks more for gas than the owner's cap allows.</summary>
public sealed class FeeAboveCapException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="needed">Wei per gas that the next block asks.</param>
    /// <param name="cap">Wei per gas that are allowed.</param>
    /// <param name="chain">The chain.</param>
    public FeeAboveCapException(BigInteger needed, BigInteger cap, EvmChain chain)
        : base(string.Create(CultureInfo.InvariantCulture,
            $"{chain} asks {needed} wei per gas now, above the cap of {cap}. Wait for lower fees, or raise the cap."))
    {
        Needed = needed;
        Cap = cap;
    }

    /// <inheritdoc cref="FeeAboveCapException(BigInteger, BigInteger, EvmChain)"/>
    public FeeAboveCapException()
    {
    }

    /// <inheritdoc cref="FeeAboveCapException(BigInteger, BigInteger, EvmChain)"/>
    public FeeAboveCapException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="FeeAboveCapException(BigInteger, BigInteger, EvmChain)"/>
    public FeeAboveCapException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Wei per gas that the next block asks.</summary>
    public BigInteger Needed { get; }

    /// <summary>Wei per gas that are allowed.</summary>
    public BigInteger Cap { get; }
}
