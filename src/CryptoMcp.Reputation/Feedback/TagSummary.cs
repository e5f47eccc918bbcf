using System.Numerics;

namespace CryptoMcp.Reputation;

/// <summary>The feedback under one tag, added up exactly. Tags are never added to each other: their scales differ.</summary>
public sealed record TagSummary
{
    /// <summary>The tag, cleaned; empty is a tag of its own.</summary>
    public required string UntrustedTag { get; init; }

    /// <summary>Entries in force.</summary>
    public required int Count { get; init; }

    /// <summary>Entries that were taken back.</summary>
    public required int Revoked { get; init; }

    /// <summary>Different clients of the entries in force.</summary>
    public required int Clients { get; init; }

    /// <summary>Entries in force outside the tag's scale, which no judgement counts.</summary>
    public required int OutOfScale { get; init; }

    /// <summary>Median of what is in force; of two middle ones the mean.</summary>
    public FeedbackValue? Median { get; init; }

    /// <summary>Mean of what is in force, every entry alike: the naive one, which costs nothing to move.</summary>
    public FeedbackValue? Mean { get; init; }

    /// <summary>Smallest.</summary>
    public FeedbackValue? Least { get; init; }

    /// <summary>Largest.</summary>
    public FeedbackValue? Most { get; init; }

    /// <summary>One summary for each tag, the most used first.</summary>
    public static IReadOnlyList<TagSummary> Of(IEnumerable<FeedbackEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var byTag = new Dictionary<string, List<FeedbackEntry>>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (!byTag.TryGetValue(entry.UntrustedTag1, out var list))
            {
                byTag.Add(entry.UntrustedTag1, list = []);
            }

            list.Add(entry);
        }

        var summaries = new List<TagSummary>(byTag.Count);
        foreach (var (tag, list) in byTag)
        {
            summaries.Add(Of(tag, list));
        }

        summaries.Sort((left, right) => (right.Count, left.UntrustedTag).CompareTo((left.Count, right.UntrustedTag)));
        return summaries;
    }

    private static TagSummary Of(string tag, List<FeedbackEntry> entries)
    {
        var values = new List<BigInteger>(entries.Count);
        var clients = new HashSet<Evm.EvmAddress>();
        var (revoked, outOfScale, sum) = (0, 0, BigInteger.Zero);
        var scale = TagScale.Of(tag);
        foreach (var entry in entries)
        {
            if (entry.IsRevoked)
            {
                revoked++;
                continue;
            }

            var value = entry.Value.Fixed;
            values.Add(value);
            sum += value;
            clients.Add(entry.Client);
            outOfScale += scale is not null && scale.Normalise(entry.Value) is null ? 1 : 0;
        }

        values.Sort();
        var middle = values.Count / 2;
        return new()
        {
            UntrustedTag = tag,
            Count = values.Count,
            Revoked = revoked,
            Clients = clients.Count,
            OutOfScale = outOfScale,
            Median = values.Count == 0 ? null : Short(values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2),
            Mean = values.Count == 0 ? null : Short(sum / values.Count),
            Least = values.Count == 0 ? null : FeedbackValue.OfFixed(values[0]),
            Most = values.Count == 0 ? null : FeedbackValue.OfFixed(values[^1]),
        };
    }

    /// <summary>A quotient to four decimals, which is finer than any tag's scale means.</summary>
    private static FeedbackValue Short(BigInteger value)
    {
        var step = BigInteger.Pow(10, FeedbackValue.MaxDecimals - 4);
        return FeedbackValue.OfFixed(value / step * step);
    }
}
