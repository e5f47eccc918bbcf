namespace CryptoMcp.Reputation;

/// <summary>
/// What feedback under one tag is worth. Numbers between 0 and 1; they are statistics, never amounts.
/// </summary>
public sealed record Judgement
{
    /// <summary>The tag.</summary>
    public required string Tag { get; init; }

    /// <summary>Expected share of the best, pulled towards one half where evidence is thin.</summary>
    public required double Expectation { get; init; }

    /// <summary>1 without evidence, towards 0 with much.</summary>
    public required double Uncertainty { get; init; }

    /// <summary>True when it says too little: <see cref="Uncertainty"/> above 0.4, or fewer than 3 paying witnesses.</summary>
    public required bool IsInsufficient { get; init; }

    /// <summary>The mean over all entries alike: what anybody can move for the price of gas.</summary>
    public double? NaiveMean { get; init; }

    /// <summary>The expectation without the most favourable witness.</summary>
    public required double WithoutTop1 { get; init; }

    /// <summary>The expectation without the three most favourable witnesses.</summary>
    public required double WithoutTop3 { get; init; }

    /// <summary>Evidence of clients that paid.</summary>
    public required double PaidEvidence { get; init; }

    /// <summary>Evidence of clients that did not, together at most 1.</summary>
    public required double FreeEvidence { get; init; }

    /// <summary>Clients that count and paid.</summary>
    public required int PayingWitnesses { get; init; }

    /// <summary>Clients that count and did not pay.</summary>
    public required int FreeWitnesses { get; init; }

    /// <summary>Net payments behind it, in millionths of a US dollar: to fake this costs at least so much locked up, beside gas.</summary>
    public required System.Numerics.BigInteger PaidMicroUsd { get; init; }

    /// <summary>Largest share of all entries by one client.</summary>
    public double TopShare { get; init; }

    /// <summary>Herfindahl index of entries over clients: 1 is a single client.</summary>
    public double Concentration { get; init; }
}
