using System.Collections.Concurrent;

namespace CryptoMcp.Ledger.Tests;

/// <summary>
/// A chain whose miner is the enemy: it takes any signature that is out, at any time at which it is valid, and takes blocks
/// back until they are final. Beside it an honest follower tells the ledger what is final.
/// </summary>
internal sealed class Adversary(JournalLedger ledger, ManualTime time)
{
    internal const int Cap = 500;
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan s_finality = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_lifetime = TimeSpan.FromSeconds(120);

    private readonly ConcurrentDictionary<string, Signature> _escaped = [];
    private readonly ConcurrentDictionary<string, Signature> _unsettled = [];
    private readonly Lock _chain = new();
    private readonly Random _random = new(42);
    private long _steps;

    private DateTimeOffset Finalized => time.Wall - s_finality;

    internal static NonceScope? ScopeOf(string id) => id[^1] % 2 == 0 ? new(Bench.Alice, 0) : null;

    /// <summary>Bytes that end by themselves, or that only their nonce ends.</summary>
    internal SigningMaterial Build(SigningSlot slot) => slot.Nonce is null ? Bench.Expiring(slot, time.Wall + s_lifetime) : Bench.Material(slot);

    /// <summary>A signature is in the world.</summary>
    internal void Escaped(Authorization authorization)
    {
        authorization.Redeem();
        var payment = authorization.Payment;
        var signature = new Signature(payment.Key, authorization.Digest, (int)payment.Charges[0].Amount, authorization.Variant.ExpiresAt);
        if (_escaped.TryAdd(payment.Id, signature))
        {
            _unsettled.TryAdd(payment.Id, signature);
        }
    }

    /// <summary>A little time passes, some signatures are taken, some blocks taken back, and the follower looks.</summary>
    internal async Task ActAsync()
    {
        lock (_chain)
        {
            time.Pass(TimeSpan.FromSeconds(_random.Next(1, 20)));
            foreach (var signature in _unsettled.Values.Where(s => s.MinedAt == default && (s.ExpiresAt is null || time.Wall < s.ExpiresAt)))
            {
                if (_random.Next(3) == 0)
                {
                    signature.MinedAt = time.Wall;
                }
            }

            if (_random.Next(20) == 0)
            {
                foreach (var signature in _unsettled.Values.Where(s => s.MinedAt > Finalized))
                {
                    signature.MinedAt = default;
                }
            }
        }

        ledger.ObserveChainTime(Finalized);
        await Task.WhenAll(ledger.Open().Select(FollowAsync));
    }

    /// <summary>Everything ends in time.</summary>
    internal async Task ResolveAllAsync()
    {
        for (var i = 0; ledger.Open().Count > 0; i++)
        {
            Assert.True(i < 1000, "something stays open");
            foreach (var payment in ledger.Open().Where(p => p.State is PaymentState.Reserved or PaymentState.Signing && !_escaped.ContainsKey(p.Id)))
            {
                if (payment.State == PaymentState.Reserved)
                {
                    await ledger.ReleaseAsync(payment.Id, new() { Reason = ReleaseReason.NeverSigned });
                }
                else
                {
                    Escaped(await ledger.ResumeSigningAsync(payment.Id));
                }
            }

            await ActAsync();
        }
    }

    internal string Report() =>
        $"{_escaped.Count} signatures out, {_escaped.Values.Count(s => s.MinedAt != default)} paid on chain, {_steps} steps of the follower";

    /// <summary>What the chain says: no window over the cap, no key paid twice.</summary>
    internal void Check()
    {
        var paid = _escaped.Values.Where(s => s.MinedAt != default).OrderBy(s => s.MinedAt).ToArray();
        Assert.NotEmpty(paid);
        var (sum, first) = (0, 0);
        for (var last = 0; last < paid.Length; last++)
        {
            sum += paid[last].Amount;
            while (paid[first].MinedAt <= paid[last].MinedAt - Window)
            {
                sum -= paid[first++].Amount;
            }

            Assert.True(sum <= Cap, $"{sum} left the wallet within one window");
        }

        Assert.Equal(paid.Length, paid.Select(s => s.Key).Distinct().Count());
    }

    /// <summary>What the ledger says of what the chain says: nothing released is paid, every signature had been recorded.</summary>
    internal void CheckLedger(JournalLedger reopened)
    {
        foreach (var (id, signature) in _escaped)
        {
            var payment = reopened.Find(id)!;
            Assert.Contains(payment.Variants, v => v.Digest == signature.Digest);
            Assert.Equal(signature.MinedAt == default ? PaymentState.Released : PaymentState.Settled, payment.State);
        }

        Assert.Empty(reopened.Open());
        Assert.Equal(_escaped.Values.Where(s => s.MinedAt != default).Sum(s => s.Amount), (int)reopened.View.UsageOf("day", null).Used);
    }

    private async Task FollowAsync(Payment payment)
    {
        if (!_escaped.TryGetValue(payment.Id, out var signature))
        {
            await DropAsync(payment);
            return;
        }

        DateTimeOffset? settled;
        bool dead;
        DateTimeOffset final;
        lock (_chain)
        {
            final = Finalized;
            settled = signature.MinedAt != default && signature.MinedAt <= final ? signature.MinedAt : null;
            dead = signature.MinedAt == default && signature.ExpiresAt <= final;
        }

        if (settled is { } at)
        {
            await ledger.SettleAsync(payment.Id, Bench.Settled(at, new Charge("day", signature.Amount)));
            Interlocked.Increment(ref _steps);
            _unsettled.TryRemove(payment.Id, out _);
        }
        else if (dead)
        {
            await ledger.ReleaseAsync(payment.Id, new() { Reason = ReleaseReason.Expired, FinalizedAt = final, FinalizedHeight = 1 });
            Interlocked.Increment(ref _steps);
        }
    }

    /// <summary>Whoever reserved and never signed has gone away, or signs at this very moment: the ledger takes one of the two.</summary>
    private async Task DropAsync(Payment payment)
    {
        if (payment.State != PaymentState.Reserved || time.Wall - payment.Created < s_lifetime)
        {
            return;
        }

        try
        {
            await ledger.ReleaseAsync(payment.Id, new() { Reason = ReleaseReason.NeverSigned });
        }
        catch (PaymentStepException)
        {
            // It was signed.
        }
    }

    private sealed record Signature(string Key, string Digest, int Amount, DateTimeOffset? ExpiresAt)
    {
        internal DateTimeOffset MinedAt { get; set; }
    }
}
