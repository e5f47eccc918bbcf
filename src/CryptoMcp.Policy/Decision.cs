using System.Numerics;

namespace CryptoMcp.Policy;

/// <summary>What the policy says about a spend.</summary>
public enum Verdict
{
    /// <summary>Refused. The default value, so that a forgotten decision refuses.</summary>
    Deny,

    /// <summary>May be done once the owner has approved exactly this, provided that it is still <see cref="Ask"/> or better then.</summary>
    Ask,

    /// <summary>May be done now.</summary>
    Allow,
}

/// <summary>The outcome of <see cref="PolicyEngine.Decide"/>: a pure function of policy, spend, ledger view, prices and time.</summary>
public sealed record Decision
{
    /// <summary>Allow, ask or deny.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Stable snake_case code, one of <see cref="DecisionCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>Id of the rule or budget that decided, or the name of a built-in rule such as <c>limits.fee</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>One sentence for the person or agent that asked.</summary>
    public required string Reason { get; init; }

    /// <summary>The first condition that did not hold in the nearest rule, or the limit that was exceeded.</summary>
    public string? FirstUnmet { get; init; }

    /// <summary>What to do next.</summary>
    public string? Next { get; init; }

    /// <summary>Every budget that this spend draws on, whether or not it has room.</summary>
    public IReadOnlyList<BudgetState> Budgets { get; init; } = [];

    /// <summary>
    /// What to write to the ledger with this decision: the reservation if the spend goes ahead, the denial counters if it is refused.
    /// Where the spend replaces another at the same nonce, the larger of both per counter.
    /// </summary>
    public IReadOnlyList<Charge> Charges { get; init; } = [];

    /// <summary>True when a budget with <c>whenFull: freeze</c> is full: stop all spending until the owner unfreezes.</summary>
    public bool Freeze { get; init; }

    /// <summary>The verdict in lower case: <c>allow</c>, <c>ask</c> or <c>deny</c>.</summary>
    public string VerdictName => Verdict switch
    {
        Verdict.Allow => "allow",
        Verdict.Ask => "ask",
        _ => "deny",
    };
}

/// <summary>A budget counter as a decision saw it. Integer units of <see cref="Unit"/>.</summary>
/// <param name="Id">Budget id in the policy file.</param>
/// <param name="Key">Key of an <c>each</c> budget, otherwise null.</param>
/// <param name="Unit">Unit, with its text form.</param>
/// <param name="Limit">Limit per window.</param>
/// <param name="Window">Rolling window; null is for ever.</param>
/// <param name="Used">Settled inside the window.</param>
/// <param name="Held">Reserved or signed, and not yet proven paid or dead.</param>
/// <param name="Charge">What this spend takes in addition.</param>
/// <param name="FreesAt">When the next part of the used amount leaves the window.</param>
public sealed record BudgetState(
    string Id, string? Key, BudgetUnit Unit, BigInteger Limit, TimeSpan? Window, BigInteger Used, BigInteger Held, BigInteger Charge,
    DateTimeOffset? FreesAt)
{
    /// <summary>Limit less used less held; not below zero.</summary>
    public BigInteger Left => BigInteger.Max(BigInteger.Zero, Limit - Used - Held);

    /// <summary>True if the charge fits.</summary>
    public bool HasRoom => Used + Held + Charge <= Limit;

    /// <summary>The window as the policy file writes it, such as <c>24h</c> or <c>forever</c>.</summary>
    public string WindowText => PolicySpan.Format(Window);
}

/// <summary>A part of a spend that falls on one budget counter.</summary>
/// <param name="Counter">The counter.</param>
/// <param name="Amount">Integer units of the counter's unit.</param>
public readonly record struct Charge(BudgetCounter Counter, BigInteger Amount);
