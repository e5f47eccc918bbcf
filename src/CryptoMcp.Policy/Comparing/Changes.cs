namespace CryptoMcp.Policy.Comparing;

/// <summary>Collects the sentences of a comparison.</summary>
internal sealed class Changes
{
    public List<string> NewlyAllowed { get; } = [];

    public List<string> NewlyRefused { get; } = [];

    public List<string> Raised { get; } = [];

    public List<string> Lowered { get; } = [];

    public List<string> Other { get; } = [];

    /// <summary>A limit that went up is wider; null means that there is none.</summary>
    public void Limit<T>(string name, T? before, T? after, Func<T, string> text)
        where T : struct, IComparable<T>
    {
        var order = before is null ? (after is null ? 0 : -1) : after is null ? 1 : after.Value.CompareTo(before.Value);
        if (order != 0)
        {
            (order > 0 ? Raised : Lowered).Add(
                $"{name}: {(before is { } old ? text(old) : "no limit")} → {(after is { } now ? text(now) : "no limit")}.");
        }
    }

    /// <summary>A protection that went up is narrower; null means that there is none.</summary>
    public void Protection<T>(string name, T? before, T? after, Func<T, string> text)
        where T : struct, IComparable<T>
    {
        var order = Nullable.Compare(after, before);
        if (order != 0)
        {
            (order > 0 ? Lowered : Raised).Add(
                $"{name}: {(before is { } old ? text(old) : "none")} → {(after is { } now ? text(now) : "none")}.");
        }
    }
}
