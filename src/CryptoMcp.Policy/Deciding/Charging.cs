using System.Numerics;
using CryptoMcp.Money;
using CryptoMcp.Policy.Addresses;

namespace CryptoMcp.Policy.Deciding;

/// <summary>What falls on each budget. Every budget is charged by every spend that it can measure, whatever rule allows the
/// spend.</summary>
internal sealed class Charging
{
    private readonly List<Charge> _charges = [];
    private readonly Facts _facts;
    private readonly Usd? _taken;
    private readonly Usd? _fees;

    private Charging(Facts facts)
    {
        _facts = facts;
        _taken = facts.TakenValue();
        _fees = facts.FeeValue();
        foreach (var budget in facts.Compiled.Budgets)
        {
            if (budget.Unit.Kind != BudgetUnitKind.Denials)
            {
                ChargeTo(budget);
            }
        }
    }

    public IReadOnlyList<Charge> Charges => _charges;

    /// <summary>False if a budget in dollars could not measure a part.</summary>
    public bool IsComplete { get; private set; } = true;

    public static Charging Of(PolicyDocument policy, Spend spend, IPriceView prices) => new(new Facts(policy, spend, prices, default));

    public static Charging Of(Facts facts) => new(facts);

    public static IReadOnlyList<Charge> OfDenial(PolicyDocument policy, string client)
    {
        var charges = new List<Charge>();
        foreach (var budget in policy.Compiled.Budgets)
        {
            if (budget.Unit.Kind == BudgetUnitKind.Denials)
            {
                charges.Add(new(budget.Counter(budget.Each is null ? null : client), BigInteger.One));
            }
        }

        return charges;
    }

    private void ChargeTo(Budget budget)
    {
        switch (budget.Each)
        {
            case null:
                Add(budget, null, Measure(budget, null));
                break;
            case BudgetKey.Host:
                AddIfKnown(budget, _facts.Host);
                break;
            case BudgetKey.Client:
                AddIfKnown(budget, _facts.Spend.Client);
                break;
            case BudgetKey.Wallet:
                AddIfKnown(budget, _facts.Wallet);
                break;
            case BudgetKey.Chain:
                AddIfKnown(budget, _facts.Spend.Chain.ToString());
                break;
            case BudgetKey.Contract:
                AddIfKnown(budget, _facts.Spend.Contract is { } contract ? AddressText.Key(contract) : null);
                break;
            case BudgetKey.Payee:
                ChargeRecipients(budget);
                break;
            case BudgetKey.Asset:
                ChargeAssets(budget);
                break;
        }
    }

    private void AddIfKnown(Budget budget, string? key)
    {
        if (key is not null)
        {
            Add(budget, key, Measure(budget, null));
        }
    }

    /// <summary>The whole spend falls on each of its recipients: with several of them that is too much rather than too little.</summary>
    private void ChargeRecipients(Budget budget)
    {
        var keys = new List<string>(1);
        foreach (var taken in _facts.Taken)
        {
            var names = _facts.Compiled.PayeesAt(_facts.Spend.Chain, taken.Recipient);
            var key = names.Length > 0 ? names[0] : AddressText.Key(taken.Recipient);
            if (!keys.Contains(key))
            {
                keys.Add(key);
                Add(budget, key, Measure(budget, null));
            }
        }
    }

    private void ChargeAssets(Budget budget)
    {
        var keys = new List<string>(2);
        foreach (var taken in _facts.Taken)
        {
            AddAsset(taken.Amount.Asset.Symbol);
        }

        foreach (var fee in _facts.Fees)
        {
            AddAsset(fee.Asset.Symbol);
        }

        void AddAsset(string symbol)
        {
            if (!keys.Contains(symbol))
            {
                keys.Add(symbol);
                Add(budget, symbol, Measure(budget, symbol));
            }
        }
    }

    private void Add(Budget budget, string? key, BigInteger? amount)
    {
        if (amount is not { } units)
        {
            IsComplete = false;
        }
        else if (units.Sign > 0)
        {
            _charges.Add(new(budget.Counter(key), units));
        }
    }

    /// <summary>In the budget's unit; of one asset alone if <paramref name="only"/> is given. Null if it has no dollar value.</summary>
    private BigInteger? Measure(Budget budget, string? only) => budget.Unit.Kind switch
    {
        BudgetUnitKind.Payments => _facts.IsCancel ? BigInteger.Zero : BigInteger.One,
        BudgetUnitKind.Usd when only is null => Total(budget.Counts),
        BudgetUnitKind.Usd => Sum(budget.Counts, only, inDollars: true),
        _ => only is null || only == budget.Unit.Symbol ? Sum(budget.Counts, budget.Unit.Symbol, inDollars: false) : BigInteger.Zero,
    };

    private BigInteger? Total(BudgetCounts counts) => counts switch
    {
        BudgetCounts.Value => _taken?.Units,
        BudgetCounts.Fees => _fees?.Units,
        _ => _taken is { } taken && _fees is { } fees ? (taken + fees).Units : null,
    };

    private BigInteger? Sum(BudgetCounts counts, string symbol, bool inDollars)
    {
        BigInteger? sum = BigInteger.Zero;
        if (counts != BudgetCounts.Fees)
        {
            foreach (var taken in _facts.Taken)
            {
                sum = Plus(sum, taken.Amount, symbol, inDollars);
            }
        }

        if (counts != BudgetCounts.Value)
        {
            foreach (var fee in _facts.Fees)
            {
                sum = Plus(sum, fee, symbol, inDollars);
            }
        }

        return sum;
    }

    private BigInteger? Plus(BigInteger? sum, Amount amount, string symbol, bool inDollars) =>
        amount.Asset.Symbol != symbol ? sum : sum + (inDollars ? _facts.Value(amount)?.Units : amount.Units);
}
