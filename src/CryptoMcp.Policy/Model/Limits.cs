using System.Numerics;
using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>What the policy says about token allowances.</summary>
public enum TokenApproval
{
    /// <summary>None is signed.</summary>
    Never,

    /// <summary>Exact amounts to payees or to the contract that is called; they count as spent.</summary>
    ExactAmountOnly,
}

/// <summary>Hard limits, which hold for every spend whatever the rules and the owner's approval say.</summary>
public sealed record Limits
{
    /// <summary>Largest fee of one signature by chain, in the chain's own coin. A chain without an entry gets no spend that has a
    /// fee.</summary>
    public required IReadOnlyDictionary<ChainId, Amount> Fee { get; init; }

    /// <summary>Largest value of one signature, fees included; null for no limit beyond the budgets.</summary>
    public Usd? OneSignature { get; init; }

    /// <summary>Longest time for which a handed-out authorization may be valid.</summary>
    public required TimeSpan AuthorizationLifetime { get; init; }

    /// <summary>Authorizations handed out and not yet seen in a block, at the most.</summary>
    public required int OpenAuthorizations { get; init; }

    /// <summary>Of those, per host; null for no limit of its own.</summary>
    public int? OpenPerHost { get; init; }

    /// <summary>Token allowances.</summary>
    public TokenApproval TokenApproval { get; init; }

    /// <summary>Largest slippage in hundredths of a percent; null refuses every spend that has one.</summary>
    public int? SlippageBasisPoints { get; init; }

    /// <summary>For how long payments to a new payee need approval; null for not at all.</summary>
    public TimeSpan? NewPayeeWait { get; init; }
}

/// <summary>A bound on a number, as a rule writes it: <c>&lt;= 5 USDC</c>, <c>&gt; 0.10 USDC and &lt;= 5 USDC</c>.</summary>
public sealed record Bound
{
    /// <summary>What the numbers are in; null for a bare integer (contract arguments).</summary>
    public BudgetUnit? Unit { get; init; }

    /// <summary>Lower end in integer units; null for none.</summary>
    public BigInteger? Least { get; init; }

    /// <summary>True if <see cref="Least"/> itself is outside (<c>&gt;</c>).</summary>
    public bool LeastIsOutside { get; init; }

    /// <summary>Upper end in integer units; null for none.</summary>
    public BigInteger? Most { get; init; }

    /// <summary>True if <see cref="Most"/> itself is outside (<c>&lt;</c>).</summary>
    public bool MostIsOutside { get; init; }

    /// <summary>True if the number lies inside.</summary>
    public bool Holds(BigInteger units) =>
        (Least is not { } least || (LeastIsOutside ? units > least : units >= least))
        && (Most is not { } most || (MostIsOutside ? units < most : units <= most));

    /// <summary>The text of the policy file.</summary>
    public override string ToString()
    {
        var lower = Least is { } least ? $"{(LeastIsOutside ? ">" : ">=")} {Number(least)}" : null;
        var upper = Most is { } most ? $"{(MostIsOutside ? "<" : "<=")} {Number(most)}" : null;
        return lower is null ? upper! : upper is null ? lower : $"{lower} and {upper}";
    }

    private string Number(BigInteger units) => Unit is { } unit ? unit.Format(units) : DecimalText.Format(units, 0);
}
