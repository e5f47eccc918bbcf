using System.Numerics;
using CryptoMcp.Money;

namespace CryptoMcp.Policy.Testing;

/// <summary>The ledger of one case: what the case says was settled, and what its own run holds.</summary>
internal sealed class TableLedger : ISpendingView
{
    private readonly CaseRecord _case;
    private readonly Dictionary<string, BigInteger> _held = new(StringComparer.Ordinal);
    private readonly List<(string Counter, BigInteger Amount, DateTimeOffset At)> _settled = [];

    public TableLedger(CaseRecord entry, PolicyDocument policy)
    {
        _case = entry;
        foreach (var settled in entry.Settled)
        {
            var budget = policy.Budgets.Single(budget => budget.Id == settled.Counter.Split(BudgetCounter.KeySeparator)[0]);
            _settled.Add((settled.Counter, DecimalText.ParseUnits(settled.Amount.Split(' ')[0], budget.Unit.Decimals), settled.At));
        }
    }

    public int OpenAuthorizations => _case.Open;

    public int OpenAt(string host) => _case.OpenAtHost;

    public int KeysOf(string budgetId) => _case.Keys;

    public DateTimeOffset? PayeeKnownSince(string payee, ChainId chain, string address) => _case.PayeesKnownSince;

    public Usage UsageOf(BudgetCounter counter)
    {
        var used = BigInteger.Zero;
        DateTimeOffset? freesAt = null;
        foreach (var (name, amount, at) in _settled)
        {
            if (name == counter.Id && (counter.Window is not { } window || at > _case.Now - window))
            {
                used += amount;
                freesAt = counter.Window is { } span && (freesAt is null || at + span < freesAt) ? at + span : freesAt;
            }
        }

        return new(used, _held.GetValueOrDefault(counter.Id), freesAt);
    }

    public void Hold(IReadOnlyList<Charge> charges)
    {
        foreach (var charge in charges)
        {
            _held[charge.Counter.Id] = _held.GetValueOrDefault(charge.Counter.Id) + charge.Amount;
        }
    }
}

/// <summary>The feed of one case, by symbol.</summary>
internal sealed class TablePrices(IReadOnlyDictionary<string, string> prices) : IPriceView
{
    public Usd? PricePerWhole(Asset asset) => prices.TryGetValue(asset.Symbol, out var price) ? Usd.Parse(price) : null;
}
