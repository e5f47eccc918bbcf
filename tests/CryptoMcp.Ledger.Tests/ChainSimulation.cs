using System.Globalization;

namespace CryptoMcp.Ledger.Tests;

/// <summary>A chain with finality, reorganisations and an adversary, and a guard's worth of commands against the ledger.</summary>
internal sealed class ChainSimulation : IAsyncDisposable
{
    private static readonly TimeSpan s_finality = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_lifetime = TimeSpan.FromSeconds(120);

    private readonly Bench _bench;
    private readonly int _cap;
    private readonly TimeSpan _window;
    private readonly Dictionary<string, Escaped> _escaped = [];
    private readonly Dictionary<string, PaymentState> _resolved = [];
    private int _requests;

    private ChainSimulation(Bench bench, int cap, TimeSpan window) => (_bench, _cap, _window) = (bench, cap, window);

    private BookLedger Ledger => _bench.Ledger;

    private DateTimeOffset Now => _bench.Time.Wall;

    private DateTimeOffset Finalized => Now - s_finality;

    internal static async Task<ChainSimulation> StartAsync(ILedgerPlace place, int cap, TimeSpan window) => new(await Bench.OpenAsync(place), cap, window);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    internal async Task StepAsync(int kind, int pick)
    {
        switch (kind)
        {
            case < 25:
                await ReserveAsync(pick);
                break;
            case < 40:
                await SignAsync(pick);
                break;
            case < 55:
                Mine(pick);
                break;
            case < 75:
                await FollowAsync(pick);
                break;
            case < 90:
                _bench.Time.Pass(TimeSpan.FromSeconds(pick % 240));
                break;
            case < 94:
                Reorganise();
                break;
            case < 97:
                if (pick % 2 == 0 && Ledger is JournalLedger journal)
                {
                    await journal.SnapshotAsync();
                }

                await _bench.RestartAsync();
                break;
            default:
                await CutPowerAsync(pick);
                break;
        }
    }

    /// <summary>Everything ends in time: expired or final, nothing stays open.</summary>
    internal async Task ResolveAllAsync()
    {
        _bench.Time.Pass(s_lifetime + s_finality + TimeSpan.FromSeconds(1));
        for (var i = 0; Ledger.Open() is { Count: > 0 } open; i++)
        {
            Assert.True(i < 1000, $"{open[0].Id} stays {open[0].State}");
            var payment = open[0];
            if (payment.State == PaymentState.Exposed && payment.Nonce is not null && !_escaped[payment.Id].IsMined)
            {
                // A transaction never expires: the chain takes it in the end.
                _escaped[payment.Id].MinedAt = Now;
                _bench.Time.Pass(s_finality);
            }

            await FollowAsync(payment);
        }
    }

    internal void Check()
    {
        // I1: what the chain paid inside any window that ends at a payment.
        foreach (var last in _escaped.Values.Where(e => e.IsMined))
        {
            var paid = _escaped.Values.Where(e => e.IsMined && e.MinedAt <= last.MinedAt && e.MinedAt > last.MinedAt - _window).Sum(e => e.Amount);
            Assert.True(paid <= _cap, $"{paid} left the wallet within one window");
        }

        // I2: one payment per key.
        Assert.True(_escaped.Values.Where(e => e.IsMined).GroupBy(e => e.Key).All(g => g.Count() == 1));

        // I3 and I4: nothing released is paid, and whatever is signed was recorded for signing with that digest.
        foreach (var (id, escaped) in _escaped)
        {
            var payment = Ledger.Find(id)!;
            Assert.Contains(payment.Variants, v => v.Digest == escaped.Digest);
            Assert.False(escaped.IsMined && payment.State == PaymentState.Released);
        }

        // I5: the counter is the sum of the payments.
        var all = Ledger.List(new(), limit: 1000).Payments;
        var usage = Ledger.View.UsageOf("day", null);
        Assert.Equal(all.Where(p => PaymentRules.Holds(p.State)).Sum(p => (int)p.Charges[0].Amount), (int)usage.Held);
        Assert.Equal(all.Where(p => p.State == PaymentState.Settled).Sum(p => (int)p.Actual![0].Amount), (int)usage.Used);

        // I6: resolved states stay. I9: nonces are given out once.
        foreach (var payment in all.Where(p => p.State is PaymentState.Settled or PaymentState.Released))
        {
            Assert.True(_resolved.TryAdd(payment.Id, payment.State) || _resolved[payment.Id] == payment.State);
        }

        Assert.True(_resolved.All(r => Ledger.Find(r.Key)!.State == r.Value));
        var nonces = all.Where(p => p.Nonce is not null).Select(p => p.Nonce).ToArray();
        Assert.Equal(nonces.Length, nonces.Distinct().Count());
    }

    private async Task ReserveAsync(int pick)
    {
        var amount = 1 + (pick % 5);
        var key = pick % 3 == 0 ? $"key-{pick % 7}" : $"key-new-{_requests++}";
        await Ledger.ReserveAsync(Bench.Request(key, $"intent of {key}"), Bench.Within(_cap, amount, _window));
    }

    private async Task SignAsync(int pick)
    {
        if (Pick(p => p.State is PaymentState.Reserved or PaymentState.Signing, pick) is not { } payment)
        {
            return;
        }

        if (payment.State == PaymentState.Reserved && pick % 5 == 0)
        {
            await Ledger.ReleaseAsync(payment.Id, new() { Reason = ReleaseReason.NeverSigned });
            return;
        }

        var transaction = pick % 2 == 0;
        var authorization = payment.State == PaymentState.Signing
            ? await Ledger.ResumeSigningAsync(payment.Id)
            : await Ledger.BeginSigningAsync(
                payment.Id,
                transaction ? new(Bench.Alice, 0) : null,
                slot => transaction ? Bench.Material(slot) : Bench.Expiring(slot, Now + s_lifetime));
        authorization.Redeem();
        _escaped.TryAdd(payment.Id, new(payment.Key, authorization.Digest, (int)payment.Charges[0].Amount, authorization.Variant.ExpiresAt));
        if (pick % 4 != 0)
        {
            await Ledger.ExposeAsync(payment.Id, $"signed {authorization.Digest}", $"0x{payment.Id[4..]}");
        }
    }

    private void Mine(int pick)
    {
        var valid = _escaped.Values.Where(e => !e.IsMined && (e.ExpiresAt is null || Now < e.ExpiresAt)).ToArray();
        if (valid.Length > 0)
        {
            valid[pick % valid.Length].MinedAt = Now;
        }
    }

    private void Reorganise()
    {
        foreach (var escaped in _escaped.Values.Where(e => e.IsMined && e.MinedAt > Finalized))
        {
            escaped.MinedAt = default;
        }
    }

    private async Task FollowAsync(int pick)
    {
        if (Pick(p => _escaped.ContainsKey(p.Id), pick) is { } payment)
        {
            await FollowAsync(payment);
        }
        else
        {
            Ledger.ObserveChainTime(Finalized);
        }
    }

    private async Task FollowAsync(Payment payment)
    {
        if (!_escaped.TryGetValue(payment.Id, out var escaped))
        {
            if (payment.State == PaymentState.Reserved)
            {
                await Ledger.ReleaseAsync(payment.Id, new() { Reason = ReleaseReason.NeverSigned });
            }
            else
            {
                // Recorded for signing and never signed: the bytes are signed after all, as after a crash.
                _escaped.Add(payment.Id, new(payment.Key, payment.Digest!, (int)payment.Charges[0].Amount, payment.Latest!.ExpiresAt));
                await Ledger.ExposeAsync(payment.Id, "signed late", $"0x{payment.Id[4..]}");
            }
        }
        else if (escaped.IsMined && escaped.MinedAt <= Finalized)
        {
            await Ledger.SettleAsync(payment.Id, Bench.Settled(escaped.MinedAt, new Charge("day", escaped.Amount)));
        }
        else if (escaped.IsMined)
        {
            await Ledger.SeenAsync(payment.Id, new(1, null, escaped.MinedAt, null));
        }
        else if (payment.State == PaymentState.Seen)
        {
            await Ledger.ReorgedAsync(payment.Id);
        }
        else if (escaped.ExpiresAt <= Finalized)
        {
            await Ledger.ReleaseAsync(payment.Id, new() { Reason = ReleaseReason.Expired, FinalizedAt = Finalized, FinalizedHeight = 1 });
        }
        else if (payment.State == PaymentState.Signing)
        {
            await Ledger.ExposeAsync(payment.Id, "signed", $"0x{payment.Id[4..]}");
        }
    }

    // A step whose bytes were only partly on the disk when the power went: nobody was told that it happened.
    private async Task CutPowerAsync(int pick)
    {
        await _bench.Place.CutPowerAsync();
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await Ledger.ReserveAndBeginSigningAsync(
            Bench.Request(string.Create(CultureInfo.InvariantCulture, $"cut-{_requests++}")),
            view => Bench.Allowing(new Charge("day", 0)),
            new(Bench.Alice, 0),
            Bench.Material));
        await _bench.Place.RestoreAsync(pick * 2);
        await _bench.RestartAsync();
    }

    private Payment? Pick(Func<Payment, bool> which, int pick)
    {
        var found = Ledger.Open().Where(which).ToArray();
        return found.Length == 0 ? null : found[pick % found.Length];
    }

    private sealed record Escaped(string Key, string Digest, int Amount, DateTimeOffset? ExpiresAt)
    {
        internal DateTimeOffset MinedAt { get; set; }

        internal bool IsMined => MinedAt != default;
    }
}
