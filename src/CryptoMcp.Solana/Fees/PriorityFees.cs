namespace CryptoMcp.Solana;

/// <summary>The price of a compute unit: what others paid lately, bounded by what the owner allows.</summary>
public static class PriorityFees
{
    /// <summary>Most micro-lamports that are ever offered, whatever a node says others pay: facilitators refuse more, too.</summary>
    public const ulong HighestPrice = 5_000_000;

    /// <summary>
    /// The price that three quarters of the recent slots took, at least 1, and never so high that the fee for
    /// <paramref name="units"/> passes <paramref name="mostLamports"/>.
    /// </summary>
    /// <param name="recent">The lowest price that each recent slot took, from <see cref="SolanaRequests.RecentPrioritizationFees"/>.</param>
    /// <param name="units">The compute unit limit that the price is paid for.</param>
    /// <param name="mostLamports">What the priority fee may be at most.</param>
    public static ulong Price(IReadOnlyList<ulong> recent, uint units, ulong mostLamports)
    {
        var sorted = recent.ToArray();
        Array.Sort(sorted);
        var usual = sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, sorted.Length * 3 / 4)];
        var affordable = (ulong)UInt128.Min((UInt128)mostLamports * 1_000_000 / Math.Max(units, 1), HighestPrice);
        return Math.Min(Math.Max(usual, 1), affordable);
    }
}
