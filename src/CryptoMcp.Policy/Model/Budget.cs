using System.Numerics;

namespace CryptoMcp.Policy;

/// <summary>What a budget has one counter for each of.</summary>
public enum BudgetKey
{
    /// <summary>Host that is paid (x402).</summary>
    Host,

    /// <summary>Recipient: the payee's name, or the address of a recipient without one.</summary>
    Payee,

    /// <summary>Client that asked.</summary>
    Client,

    /// <summary>Wallet that pays.</summary>
    Wallet,

    /// <summary>Asset that leaves.</summary>
    Asset,

    /// <summary>Chain.</summary>
    Chain,

    /// <summary>Contract or program that is called.</summary>
    Contract,
}

/// <summary>Which part of a spend a budget counts.</summary>
public enum BudgetCounts
{
    /// <summary>Value that leaves, allowances included, and fees.</summary>
    ValueAndFees,

    /// <summary>Value and allowances alone.</summary>
    Value,

    /// <summary>Fees alone.</summary>
    Fees,
}

/// <summary>What a budget does when a spend does not fit.</summary>
public enum WhenFull
{
    /// <summary>The spend is refused.</summary>
    Deny,

    /// <summary>The spend needs the owner's approval.</summary>
    Ask,

    /// <summary>The spend is refused and all spending stops until the owner unfreezes.</summary>
    Freeze,
}

/// <summary>A limit per rolling window. Every spend that the budget can measure is charged to it, whatever rule allows the spend.</summary>
public sealed record Budget
{
    /// <summary>Keys that an <see cref="Each"/> budget may have at once: a bound on memory under an agent that makes up host
    /// names.</summary>
    public const int MaxKeys = 10_000;

    /// <summary>Id in the file.</summary>
    public required string Id { get; init; }

    /// <summary>What is counted.</summary>
    public required BudgetUnit Unit { get; init; }

    /// <summary>Limit in integer units of <see cref="Unit"/>.</summary>
    public required BigInteger Limit { get; init; }

    /// <summary>Rolling window; null is the lifetime of the wallet.</summary>
    public required TimeSpan? Window { get; init; }

    /// <summary>One counter for each of these; null for a single counter.</summary>
    public BudgetKey? Each { get; init; }

    /// <summary>Which part of a spend counts; of no meaning for payments and denials.</summary>
    public BudgetCounts Counts { get; init; }

    /// <summary>What happens when a spend does not fit.</summary>
    public WhenFull WhenFull { get; init; }

    /// <summary>The limit as text: <c>25.00 USD</c>.</summary>
    public string LimitText => Unit.Format(Limit);

    /// <summary>The window as text: <c>24h</c>, <c>forever</c>.</summary>
    public string WindowText => PolicySpan.Format(Window);

    /// <summary>The counter of this budget, for a key if it counts <c>each</c> of something.</summary>
    public BudgetCounter Counter(string? key = null) => new(key is null ? Id : $"{Id}{BudgetCounter.KeySeparator}{key}", Window, Unit);
}
