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

    /// <summary>Holds the time still while a decision is made, so that it is a function of what it sees.</summary>
    internal Ruling Decide(Func<ILedgerView, Ruling> decide)
    {
        _moment = WindowNow;
        try
        {
            return decide(this);
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
        var from = WindowNow - window;
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
    public string? FrozenBecauseOf(AccountId account) =>
        FrozenBecause ?? (_frozenAccounts.Count == 0 ? null : _frozenAccounts.GetValueOrDefault(AccountKey(account)));
}
