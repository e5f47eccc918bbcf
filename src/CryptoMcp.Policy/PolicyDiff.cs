using CryptoMcp.Policy.Comparing;

namespace CryptoMcp.Policy;

/// <summary>What changes from one policy to another, as sentences about effects.</summary>
public sealed record PolicyDiff
{
    /// <summary>True if anything that was refused may now be allowed. A change that cannot be judged counts as loosening.</summary>
    public bool Loosens => NewlyAllowed.Count > 0 || Raised.Count > 0;

    /// <summary>What becomes possible.</summary>
    public required IReadOnlyList<string> NewlyAllowed { get; init; }

    /// <summary>What becomes impossible, or needs approval now.</summary>
    public required IReadOnlyList<string> NewlyRefused { get; init; }

    /// <summary>Limits that became wider.</summary>
    public required IReadOnlyList<string> Raised { get; init; }

    /// <summary>Limits that became narrower.</summary>
    public required IReadOnlyList<string> Lowered { get; init; }

    /// <summary>Changes without effect on decisions, such as labels.</summary>
    public required IReadOnlyList<string> Other { get; init; }

    /// <summary>Compares two policies.</summary>
    public static PolicyDiff Between(PolicyDocument before, PolicyDocument after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = new Changes();
        NameComparison.Compare(before, after, changes);
        BudgetComparison.Compare(before, after, changes);
        LimitComparison.Compare(before, after, changes);
        RuleComparison.Compare(before, after, changes);
        return new()
        {
            NewlyAllowed = changes.NewlyAllowed, NewlyRefused = changes.NewlyRefused, Raised = changes.Raised, Lowered = changes.Lowered,
            Other = changes.Other,
        };
    }
}
