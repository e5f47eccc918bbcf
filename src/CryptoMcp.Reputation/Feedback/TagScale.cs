using System.Numerics;

namespace CryptoMcp.Reputation;

/// <summary>
/// The scale of a tag that ERC-8004 names, for judging: what is worst and what is best. Tags compare exactly, as the
/// registry compares them. Times, yields and revenues have no best, and unknown tags no scale: they are shown, not judged.
/// </summary>
/// <param name="Tag">The tag.</param>
/// <param name="Best">The best value; the worst is 0.</param>
public sealed record TagScale(string Tag, int Best)
{
    private static readonly TagScale[] s_known =
    [
        new("starred", 100), new("uptime", 100), new("successRate", 100), new("reachable", 1), new("ownerVerified", 1),
    ];

    /// <summary>The scale of a tag, if it has one.</summary>
    public static TagScale? Of(string tag) => Array.Find(s_known, scale => scale.Tag == tag);

    /// <summary>The value as a share of the best; null outside the scale.</summary>
    public double? Normalise(FeedbackValue value)
    {
        var best = BigInteger.Pow(10, FeedbackValue.MaxDecimals) * Best;
        return value.Fixed.Sign < 0 || value.Fixed > best ? null : (double)value.Fixed / (double)best;
    }
}
