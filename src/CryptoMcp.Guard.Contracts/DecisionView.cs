namespace CryptoMcp.Guard.Contracts;

/// <summary>What the policy said about a spend, and why.</summary>
public sealed record DecisionView
{
    /// <summary><c>allow</c>, <c>ask</c> or <c>deny</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Stable code, such as <c>allowed</c>, <c>over_budget</c> or <c>no_rule</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The rule that decided: an id from the policy file, or the name of a built-in one.</summary>
    public string? Rule { get; init; }

    /// <summary>One sentence for the person or agent that asked.</summary>
    public required string Reason { get; init; }

    /// <summary>The first condition that did not hold, where one would have been enough.</summary>
    public string? FirstUnmet { get; init; }

    /// <summary>What to do next.</summary>
    public string? Next { get; init; }

    /// <summary>Every budget that this spend would draw on.</summary>
    public required IReadOnlyList<BudgetView> Budgets { get; init; }
}

/// <summary>One budget counter. All amounts are decimal text with their unit.</summary>
public sealed record BudgetView
{
    /// <summary>Id in the policy file.</summary>
    public required string Id { get; init; }

    /// <summary>The key, for a budget that counts <c>each</c> of something; otherwise absent.</summary>
    public string? Key { get; init; }

    /// <summary>The limit per window.</summary>
    public required string Limit { get; init; }

    /// <summary>The rolling window, such as <c>24h</c>, or <c>forever</c>.</summary>
    public required string Window { get; init; }

    /// <summary>Settled inside the window.</summary>
    public required string Used { get; init; }

    /// <summary>Reserved or signed, and not yet proven paid or dead.</summary>
    public required string Held { get; init; }

    /// <summary>What is left: limit less used less held.</summary>
    public required string Left { get; init; }

    /// <summary>What the spend in question would take.</summary>
    public string? Charge { get; init; }

    /// <summary>When the next part of the used amount leaves the window.</summary>
    public DateTimeOffset? FreesAt { get; init; }
}
