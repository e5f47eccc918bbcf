using System.Numerics;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>A client of an agent with what is known of its independence, as the judgement takes it.</summary>
public sealed record Witness
{
    /// <summary>Who.</summary>
    public required EvmAddress Client { get; init; }

    /// <summary>Its values in force on the tag's scale, 0 to 1, with their times.</summary>
    public required IReadOnlyList<(double Value, DateTimeOffset Time)> Entries { get; init; }

    /// <summary>
    /// What it verifiably paid the agent before its feedback, less what came back, in millionths of a US dollar. Never
    /// negative.
    /// </summary>
    public BigInteger NetPaidMicroUsd { get; init; }

    /// <summary>Age of its wallet in days, or the least that is proven.</summary>
    public double WalletAgeDays { get; init; }

    /// <summary>Others that it paid, beside the agent.</summary>
    public int UnrelatedPayees { get; init; }
}
