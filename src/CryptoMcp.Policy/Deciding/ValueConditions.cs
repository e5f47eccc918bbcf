using System.Numerics;

namespace CryptoMcp.Policy.Deciding;

/// <summary>How much leaves in this one signature, allowances included, in an asset or in dollars.</summary>
internal sealed class ValueCondition(string member, Bound bound) : Condition
{
    private readonly BudgetUnit _unit = bound.Unit!.Value;

    public override Truth Test(Facts facts, Reach reach)
    {
        if (_unit.Kind == BudgetUnitKind.Usd)
        {
            return facts.TakenValue() is { } value ? Is(bound.Holds(value.Units)) : Truth.Unknown;
        }

        var sum = BigInteger.Zero;
        var others = false;
        var found = false;
        foreach (var taken in facts.Taken)
        {
            if (taken.Amount.Asset.Symbol == _unit.Symbol)
            {
                sum += taken.Amount.Units;
                found = true;
            }
            else
            {
                others = true;
            }
        }

        // A bound in one asset says nothing about others: it opens only what moves nothing else, and closes only what moves it.
        return reach == Reach.EveryPart ? Is(!others && bound.Holds(sum)) : Is(found && bound.Holds(sum));
    }

    public override string Unmet(Facts facts)
    {
        var actual = _unit.Kind == BudgetUnitKind.Usd
            ? facts.TakenValue()?.ToString()
            : facts.Taken.Count == 0 ? _unit.Format(0) : string.Join(" and ", facts.Taken.Select(taken => taken.Amount.ToString()));
        return $"{member} is {actual ?? "not known in USD"}, and has to be {bound}";
    }
}

/// <summary>How much arrives by the call.</summary>
internal sealed class GainCondition(Bound bound) : Condition
{
    private readonly BudgetUnit _unit = bound.Unit!.Value;

    public override Truth Test(Facts facts, Reach reach) => Is(bound.Holds(Gain(facts)));

    public override string Unmet(Facts facts) => $"gains is {_unit.Format(Gain(facts))}, and has to be {bound}";

    private BigInteger Gain(Facts facts)
    {
        if (_unit.Kind == BudgetUnitKind.Usd)
        {
            return facts.InflowValue().Units;
        }

        var sum = BigInteger.Zero;
        foreach (var inflow in facts.Inflows)
        {
            if (inflow.Asset.Symbol == _unit.Symbol)
            {
                sum += inflow.Units;
            }
        }

        return sum;
    }
}
