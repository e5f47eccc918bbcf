using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>What a decision sees.</summary>
internal sealed partial class LedgerBook : ILedgerView
{
    /// <inheritdoc/>
    public DateTimeOffset WindowNow
    {
        get
        {
            if (_moment is { } moment)
            {
                return moment;
            }

            var now = _clock.Now();
            return now > HighWater ? now : HighWater;
        }
    }

    /// <summary>
    /// Holds the time still while a decision is made, so that it is a function of what it sees. The record of the decision
    /// bears that time, so that it can be derived again.
    /// </summary>
    internal (Ruling Ruling, DateTimeOffset At) Decide(Func<ILedgerView, Ruling> decide)
    {
        var at = WindowNow;
        return (At(at, decide), at);
    }

    /// <summary>Looks at the ledger as of one moment.</summary>
    internal T At<T>(DateTimeOffset moment, Func<ILedgerView, T> look)
    {
        _moment = moment;
        try
        {
            return look(this);
        }
        finally
        {
            _moment = null;
        }
    }

    /// <inheritdoc/>
    public int OpenAuthorizations => _openAuthorizations;

    /// <inheritdoc/>
    public string? FrozenBecause
    {
        get
        {
            // Reading the clock is what notices a jump.
            _clock.Now();
            return _frozen ?? _clock.Doubt;
        }
    }

    /// <inheritdoc/>
    public CounterUsage UsageOf(string counter, TimeSpan? window) =>
        _counters.TryGetValue(counter, out var found) ? found.Usage(WindowNow, window, PaymentRules.Standard.ClockSkew) : default;

    /// <inheritdoc/>
    public int CountersOf(string group) => _counterGroups.GetValueOrDefault(group);

    /// <inheritdoc/>
    public int OpenWith(string tag) => _openTags.GetValueOrDefault(tag);

    /// <inheritdoc/>
    public int DenialsWithin(TimeSpan window, string? client = null)
    {
        var now = WindowNow;
        var from = window < now - DateTimeOffset.MinValue ? now - window : DateTimeOffset.MinValue;
        var count = 0;
        for (var i = _denials.Count - 1; i >= 0 && _denials[i].Time > from; i--)
        {
            if (client is null || _denials[i].Client == client)
            {
                count++;
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public ulong? NextNonce(AccountId account) => _nextNonces.TryGetValue(AccountKey(account), out var next) ? next : null;

    /// <inheritdoc/>
    public JsonElement LatestOf(string kind) => _latest.TryGetValue(kind, out var details) ? details.Element : default;

    /// <inheritdoc/>
    public string? FrozenBecauseOf(AccountId account) =>
        FrozenBecause ?? (_frozenAccounts.Count == 0 ? null : _frozenAccounts.GetValueOrDefault(AccountKey(account)));
}
