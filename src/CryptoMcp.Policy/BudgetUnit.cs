using System.Numerics;
using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>What a budget counts.</summary>
public enum BudgetUnitKind
{
    /// <summary>US dollars in units of 10^-8.</summary>
    Usd,

    /// <summary>One asset, on all chains that the policy lists for its symbol.</summary>
    Asset,

    /// <summary>Signatures that spend.</summary>
    Payments,

    /// <summary>Refusals by the policy.</summary>
    Denials,
}

/// <summary>The unit of a budget and how its integer units read.</summary>
/// <param name="Kind">What is counted.</param>
/// <param name="Symbol"><c>USD</c>, an asset symbol, <c>payments</c> or <c>denials</c>.</param>
/// <param name="Decimals">Decimals of the integer units.</param>
public readonly record struct BudgetUnit(BudgetUnitKind Kind, string Symbol, int Decimals)
{
    /// <summary>US dollars.</summary>
    public static BudgetUnit Usd { get; } = new(BudgetUnitKind.Usd, Money.Usd.Symbol, Money.Usd.Decimals);

    /// <summary>Payments.</summary>
    public static BudgetUnit Payments { get; } = new(BudgetUnitKind.Payments, "payments", 0);

    /// <summary>Denials.</summary>
    public static BudgetUnit Denials { get; } = new(BudgetUnitKind.Denials, "denials", 0);

    /// <summary>Decimal text with unit: <c>2.50 USD</c>, <c>20 payments</c>.</summary>
    public string Format(BigInteger units) =>
        Kind == BudgetUnitKind.Usd ? new Usd(units).ToString() : $"{DecimalText.Format(units, Decimals)} {Symbol}";
}
