using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Chains;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Guard.Spending;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Guard.Following;

/// <summary>
/// Looks after every payment that is not resolved, from the first look after a start until the chain proves how each
/// ended. An endpoint that is down changes nothing: what is held stays held.
/// </summary>
internal sealed partial class Follower(
    ILedger ledger, RailSet rails, SpendRoad road, ChainFamilies chains, TimeProvider clock, ILogger<Follower> log) : IDisposable
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_timeInterval = TimeSpan.FromMinutes(1);
    private readonly Dictionary<AccountId, Schedule> _schedules = [];
    private static readonly TimeSpan s_finishInterval = TimeSpan.FromSeconds(2);
    private long _finishDue;
    private readonly SemaphoreSlim _oneRound = new(1, 1);
    private readonly Lock _gate = new();
    private List<Payment> _asked = [];
    private Task? _nextLook;

    /// <inheritdoc/>
    public void Dispose() => _oneRound.Dispose();

    /// <summary>Follows until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await FinishAsync(ct);
        await HandOutAgainAsync(ct);
        var telling = TellTimeAsync(ct);
        using var timer = new PeriodicTimer(s_tick, clock);
        while (await timer.WaitForNextTickAsync(ct))
        {
            var open = ledger.Open();
            if (open.Count > 0)
            {
                if (clock.GetTimestamp() >= _finishDue)
                {
                    await FinishAsync(ct);
                }

                await LookAsync(() => open, onlyDue: true, ct);
            }
        }

        await telling;
    }

    /// <summary>
    /// Tells the ledger the time of final blocks: after a stop, its windows move on by chain time alone, so that a
    /// system clock set forward empties none; nor does an endpoint that claims to be ahead of the clock.
    /// </summary>
    private async Task TellTimeAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(s_timeInterval, clock);
        do
        {
            foreach (var (chain, family) in chains.OfPolicy)
            {
                try
                {
                    if (await family.FinalTimeAsync(chain, ct) is { } time)
                    {
                        ledger.ObserveChainTime(time);
                    }
                }
                catch (GuardException e)
                {
                    NoTime(log, chains.NameOf(chain), e.Message);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    /// <summary>
    /// Looks at one payment at once, for a caller who waits for it. Gives up quietly when the chain cannot be asked. Callers who
    /// come while a look is under way share the next one.
    /// </summary>
    public async ValueTask LookNowAsync(Payment payment, CancellationToken ct)
    {
        if (payment.State is not (PaymentState.Exposed or PaymentState.Seen or PaymentState.Stuck))
        {
            return;
        }

        Task look;
        lock (_gate)
        {
            _asked.Add(payment);
            look = _nextLook ??= Task.Run(() => LookAsync(TakeAsked, onlyDue: false, CancellationToken.None), CancellationToken.None);
        }

        await look.WaitAsync(ct);
    }

    private List<Payment> TakeAsked()
    {
        lock (_gate)
        {
            // As they stand now: the look before may have moved them on.
            var asked = new Dictionary<string, Payment>(StringComparer.Ordinal);
            foreach (var payment in _asked)
            {
                if (ledger.Find(payment.Id) is { State: PaymentState.Exposed or PaymentState.Seen or PaymentState.Stuck } now)
                {
                    asked[now.Id] = now;
                }
            }

            _asked = [];
            _nextLook = null;
            return [.. asked.Values];
        }
    }

    /// <summary>
    /// Finishes what a guard left that ended in the middle, this one or another of the fleet: never signed is released,
    /// signed or nearly so is signed again, which gives the same bytes, and handed out.
    /// </summary>
    private async Task FinishAsync(CancellationToken ct)
    {
        _finishDue = clock.GetTimestamp() + (long)(s_finishInterval.TotalSeconds * clock.TimestampFrequency);
        foreach (var payment in ledger.Watch.Abandoned())
        {
            if (!ledger.Watch.Follows(payment.Account))
            {
                continue;
            }

            try
            {
                if (payment.State == PaymentState.Reserved)
                {
                    await ledger.ReleaseAsync(payment.Id, new() { Reason = ReleaseReason.NeverSigned }, ct);
                }
                else
                {
                    await road.CarryOnAsync(payment, ct);
                }
            }
            catch (Exception e) when (e is GuardException or LedgerException)
            {
                NotResumed(log, payment.Id, e.Message);
            }
        }
    }

    /// <summary>Hands out once more, after a start, what may have been noted as handed out a moment before the crash.</summary>
    private async Task HandOutAgainAsync(CancellationToken ct)
    {
        foreach (var payment in ledger.Open())
        {
            if (payment.State > PaymentState.Signing && payment.State != PaymentState.Seen && ledger.Watch.Follows(payment.Account))
            {
                await road.HandOutAgainAsync(payment, ct);
            }
        }
    }

    private async Task LookAsync(Func<IReadOnlyList<Payment>> which, bool onlyDue, CancellationToken ct)
    {
        await _oneRound.WaitAsync(ct);
        try
        {
            foreach (var account in which().GroupBy(payment => payment.Account))
            {
                var schedule = _schedules.TryGetValue(account.Key, out var known) ? known : _schedules[account.Key] = new();
                if (onlyDue && (clock.GetTimestamp() < schedule.Due || !ledger.Watch.Follows(account.Key)))
                {
                    continue;
                }

                await LookAsync(account.Key, [.. account.Where(p => p.State > PaymentState.Signing)], schedule, ct);
            }
        }
        finally
        {
            _oneRound.Release();
        }
    }

    private async Task LookAsync(AccountId account, IReadOnlyList<Payment> open, Schedule schedule, CancellationToken ct)
    {
        var pause = chains.LookEvery(account.Chain);
        try
        {
            foreach (var rail in open.GroupBy(payment => rails[payment]))
            {
                await rail.Key.FollowAsync([.. rail], ct);
            }

            schedule.Failures = 0;
        }
        catch (Exception e) when (e is EvmRpcException or GuardException or LedgerException)
        {
            // Down for an hour means held for an hour; asking less often is all that changes.
            schedule.Failures = Math.Min(schedule.Failures + 1, 6);
            pause *= 1 << schedule.Failures;
            ledger.Watch.Pass(account);
            CannotLook(log, account.ToString(), e.Message);
        }

        schedule.Due = clock.GetTimestamp() + (long)(pause.TotalSeconds * clock.TimestampFrequency);
    }

    private sealed class Schedule
    {
        public long Due { get; set; }

        public int Failures { get; set; }
    }

    [LoggerMessage(LogLevel.Debug, "No chain time from {Chain}: {Problem}")]
    private static partial void NoTime(ILogger logger, string chain, string problem);

    [LoggerMessage(LogLevel.Warning, "{PaymentId} was left unfinished, could not be carried on yet and stays held: {Problem}")]
    private static partial void NotResumed(ILogger logger, string paymentId, string problem);

    [LoggerMessage(LogLevel.Warning, "Cannot follow the payments of {Account}; they stay held: {Problem}")]
    private static partial void CannotLook(ILogger logger, string account, string problem);
}
