namespace CryptoMcp.Policy.Deciding;

/// <summary>Three-valued truth: a condition on a fact that is not known is neither met nor unmet.</summary>
internal enum Truth
{
    False,
    Unknown,
    True,
}

/// <summary>Which parts of a spend have to meet a condition.</summary>
internal enum Reach
{
    /// <summary>Every part: for rules that open something.</summary>
    EveryPart,

    /// <summary>One part is enough: for rules that close something.</summary>
    AnyPart,
}

/// <summary>A rule with its conditions ready to test, cheap ones first.</summary>
internal sealed class CompiledRule(Rule rule, CompiledPolicy policy)
{
    private readonly Condition[] _conditions = rule.If is { } conditions ? ConditionBuilder.Build(conditions, policy) : [];

    // Compared here once: an ask on '*' covers operations that need detail, but opens none of them.
    private readonly bool _opensDetail = rule.Operation != Operations.Any;

    public Rule Rule => rule;

    /// <summary>True if the rule opens this spend: everything is known and met by every part.</summary>
    public bool Opens(Facts facts) =>
        (_opensDetail || !Operations.NeedsDetail(facts.Spend.Operation)) && Test(facts, Reach.EveryPart) == Truth.True;

    /// <summary>True if the rule closes this spend: some part meets it, or that cannot be ruled out.</summary>
    public bool Closes(Facts facts) => Test(facts, Reach.AnyPart) != Truth.False;

    /// <summary>How many conditions are met; for choosing the nearest rule.</summary>
    public int CountMet(Facts facts)
    {
        var met = 0;
        foreach (var condition in _conditions)
        {
            met += condition.Test(facts, Reach.EveryPart) == Truth.True ? 1 : 0;
        }

        return met;
    }

    /// <summary>The first condition that is not met, in words; null if all are.</summary>
    public string? FirstUnmet(Facts facts)
    {
        foreach (var condition in _conditions)
        {
            if (condition.Test(facts, Reach.EveryPart) != Truth.True)
            {
                return condition.Unmet(facts);
            }
        }

        return null;
    }

    /// <summary>The conditions that hold only because a fact is missing; empty if none.</summary>
    public string? FirstUnknown(Facts facts)
    {
        foreach (var condition in _conditions)
        {
            if (condition.Test(facts, Reach.AnyPart) == Truth.Unknown)
            {
                return condition.Unmet(facts);
            }
        }

        return null;
    }

    private Truth Test(Facts facts, Reach reach)
    {
        var result = Truth.True;
        foreach (var condition in _conditions)
        {
            var truth = condition.Test(facts, reach);
            if (truth == Truth.False)
            {
                return Truth.False;
            }

            if (truth == Truth.Unknown)
            {
                result = Truth.Unknown;
            }
        }

        return result;
    }
}
