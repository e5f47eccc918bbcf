namespace CryptoMcp.Policy;

/// <summary>A policy in plain English.</summary>
public static class PolicyExplainer
{
    /// <summary>Text of a few short paragraphs, in the order of the file's sections; lines end in <c>\n</c>.</summary>
    public static string Explain(PolicyDocument policy) => throw new NotImplementedException(policy?.Name);
}

/// <summary>What changes from one policy to another, as sentences.</summary>
public sealed record PolicyDiff
{
    /// <summary>True if anything that was refused may now be allowed; a change that cannot be judged counts as loosening.</summary>
    public bool Loosens => NewlyAllowed.Count > 0 || Raised.Count > 0;

    /// <summary>What becomes possible.</summary>
    public required IReadOnlyList<string> NewlyAllowed { get; init; }

    /// <summary>What becomes impossible.</summary>
    public required IReadOnlyList<string> NewlyRefused { get; init; }

    /// <summary>Limits that became wider.</summary>
    public required IReadOnlyList<string> Raised { get; init; }

    /// <summary>Limits that became narrower.</summary>
    public required IReadOnlyList<string> Lowered { get; init; }

    /// <summary>Changes without effect on decisions, such as labels.</summary>
    public required IReadOnlyList<string> Other { get; init; }

    /// <summary>Compares two policies.</summary>
    public static PolicyDiff Between(PolicyDocument before, PolicyDocument after) => throw new NotImplementedException($"{before} {after}");
}
