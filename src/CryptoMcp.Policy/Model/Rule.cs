using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>What a rule does when it matches. Where several match, the first of <see cref="Forbid"/>, <see cref="Ask"/>, <see
/// cref="Allow"/> wins.</summary>
public enum RuleKind
{
    /// <summary>The spend is refused.</summary>
    Forbid,

    /// <summary>The spend needs the owner's approval.</summary>
    Ask,

    /// <summary>The spend may be done, within limits and budgets.</summary>
    Allow,
}

/// <summary>A rule. The order of rules in the file has no meaning.</summary>
public sealed record Rule
{
    /// <summary>Id in the file.</summary>
    public required string Id { get; init; }

    /// <summary>Forbid, ask or allow.</summary>
    public required RuleKind Kind { get; init; }

    /// <summary>One of <see cref="Operations"/>, or <c>*</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The owner's reason, shown with refusals.</summary>
    public string? Why { get; init; }

    /// <summary>Conditions, all of which have to hold; null for none (<c>forbid</c> only).</summary>
    public Conditions? If { get; init; }
}

/// <summary>The conditions of a rule: all of those present have to hold.</summary>
public sealed record Conditions
{
    /// <summary>Wallet names.</summary>
    public NameSet? Wallet { get; init; }

    /// <summary>Client identities.</summary>
    public NameSet? Client { get; init; }

    /// <summary>CAIP-2 chains.</summary>
    public NameSet? Chain { get; init; }

    /// <summary>Asset symbols of everything that leaves.</summary>
    public NameSet? Asset { get; init; }

    /// <summary>Value that leaves in this one signature, allowances included, fees not.</summary>
    public Bound? Amount { get; init; }

    /// <summary>Recipients and spenders: <c>payee:name</c>, <c>payee:*</c>, <c>self</c>, or full addresses.</summary>
    public NameSet? To { get; init; }

    /// <summary>Hosts; a leading <c>*.</c> covers all subdomains.</summary>
    public NameSet? Host { get; init; }

    /// <summary>Payment schemes.</summary>
    public NameSet? Scheme { get; init; }

    /// <summary>The contract that is called.</summary>
    public ContractReference? Contract { get; init; }

    /// <summary>The Solana program that is called.</summary>
    public string? Program { get; init; }

    /// <summary>The function that is called.</summary>
    public FunctionSignature? Function { get; init; }

    /// <summary>Tests on arguments by the parameter names of <see cref="Function"/>.</summary>
    public IReadOnlyDictionary<string, ArgumentTest>? Arguments { get; init; }

    /// <summary>Value that leaves by the call.</summary>
    public Bound? Loses { get; init; }

    /// <summary>Value that arrives by the call.</summary>
    public Bound? Gains { get; init; }

    /// <summary>EIP-712 primary type.</summary>
    public string? PrimaryType { get; init; }

    /// <summary>Time of day.</summary>
    public TimeOfDay? Time { get; init; }
}

/// <summary>A choice of names, and names that are left out (<c>not …</c> in the file).</summary>
/// <param name="Included">What matches; empty for anything that is not left out.</param>
/// <param name="Excluded">What does not match.</param>
public sealed record NameSet(IReadOnlyList<string> Included, IReadOnlyList<string> Excluded)
{
    /// <summary>The entries as the file writes them.</summary>
    public IEnumerable<string> Entries => Included.Concat(Excluded.Select(name => "not " + name));
}

/// <summary>A contract on an EVM chain: <c>eip155:8453/0x…</c>.</summary>
/// <param name="Chain">Chain.</param>
/// <param name="Address">Address.</param>
public sealed record ContractReference(ChainId Chain, string Address)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Chain}/{Address}";
}
