using System.Numerics;
using CryptoMcp.Money;

namespace CryptoMcp.Policy.Tests;

/// <summary>Counters in memory: what is reserved is held, and ages only when a test settles it.</summary>
internal sealed class Book : ISpendingView
{
    private readonly Dictionary<string, BigInteger> _held = [];
    private readonly List<(string Counter, BigInteger Amount, DateTimeOffset At)> _settled = [];

    public DateTimeOffset Now { get; set; } = Samples.Noon;

    public DateTimeOffset? KnownSince { get; set; } = DateTimeOffset.UnixEpoch;

    public int Keys { get; set; }

    public int OpenAuthorizations { get; set; }

    public Dictionary<string, int> Open { get; } = [];

    public Usage UsageOf(BudgetCounter counter)
    {
        var inside = _settled.Where(
            entry => entry.Counter == counter.Id && (counter.Window is not { } window || entry.At > Now - window)).ToList();
        return new(
            inside.Aggregate(BigInteger.Zero, (sum, entry) => sum + entry.Amount),
            _held.GetValueOrDefault(counter.Id),
            inside.Count > 0 && counter.Window is { } span ? inside.Min(entry => entry.At) + span : null);
    }

    public int OpenAt(string host) => Open.GetValueOrDefault(host);

    public int KeysOf(string budgetId) => Math.Max(Keys, _held.Keys.Count(key => key.StartsWith(budgetId + "|", StringComparison.Ordinal)));

    public DateTimeOffset? PayeeKnownSince(string payee, ChainId chain, string address) => KnownSince;

    public void Hold(IEnumerable<Charge> charges)
    {
        foreach (var charge in charges)
        {
            _held[charge.Counter.Id] = _held.GetValueOrDefault(charge.Counter.Id) + charge.Amount;
        }
    }

    public void Settle(IEnumerable<Charge> charges, DateTimeOffset at) =>
        _settled.AddRange(charges.Select(charge => (charge.Counter.Id, charge.Amount, at)));
}
