using CryptoMcp.Ledger;

namespace CryptoMcp.Model;

/// <summary>A promise that a move breaks.</summary>
internal sealed record Violation(string Rule, World World);

/// <summary>
/// Every move that is possible in a state: of clients, guard, follower, chain and adversary. Ledger steps go through
/// the ledger's own rules; the model adds only what lies outside of it.
/// </summary>
internal sealed class PaymentModel(Scenario scenario, Action<World> reached)
{
    private static readonly DateTimeOffset s_start = DateTimeOffset.UnixEpoch.AddDays(10_000);

    private readonly PaymentRules _rules = scenario.Rules;
    private Violation? _violation;

    /// <summary>Makes every move; the promise that one of them breaks, or null.</summary>
    internal Violation? From(World world)
    {
        _violation = null;
        for (var i = 0; i < world.Payments.Length; i++)
        {
            Reserve(world, i);
            Sign(world, i);
            Chain(world, i);
            Follow(world, i);
        }

        if (world.Time < scenario.LastTick)
        {
            var later = world.Copy();
            later.Time++;
            reached(later);
        }

        if (!world.Crashed)
        {
            Crash(world);
        }

        if (!world.Reorged)
        {
            Reorganise(world);
        }

        return _violation;
    }

    private int Finalized(World world) => world.Time - scenario.FinalityTicks;

    private static DateTimeOffset At(int tick) => s_start + (tick * Scenario.Tick);

    private static int TickOf(DateTimeOffset time) => (int)((time - s_start).Ticks / Scenario.Tick.Ticks);

    private Standing StandingOf(in ModelPayment payment, int i) => new(
        payment.State,
        At(payment.ReservedAt),
        scenario.IsTransaction(i) && payment.State != PaymentState.Reserved,
        payment.ExpiresAt > 0 ? new(At(payment.ExpiresAt), null) : default,
        payment.SettledAt > 0 ? At(payment.SettledAt) : default);

    // The atomic step of a reservation: idempotency key, budget, record.
    private void Reserve(World world, int i)
    {
        var payment = world.Payments[i];
        if (payment.Exists || !KeyIsFree(world, i))
        {
            return;
        }

        if (scenario.ChecksThenRecords && !payment.Checked)
        {
            if (Fits(world, i))
            {
                Change(world, i, p => p with { Checked = true });
            }
        }
        else if (payment.Checked || Fits(world, i))
        {
            Change(world, i, p => p with { Stage = (int)PaymentState.Reserved + 1, ReservedAt = world.Time, InHand = true, Checked = false });
        }
    }

    private bool KeyIsFree(World world, int i)
    {
        for (var j = 0; j < world.Payments.Length; j++)
        {
            if (j != i && scenario.Keys[j] == scenario.Keys[i] && world.Payments[j].Exists && !_rules.FreesKey(world.Payments[j].State))
            {
                return false;
            }
        }

        return true;
    }

    private bool Fits(World world, int i)
    {
        var now = At(world.Time + scenario.ClockAheadTicks);
        var total = scenario.Amounts[i];
        for (var j = 0; j < world.Payments.Length; j++)
        {
            if (world.Payments[j].Exists && _rules.Count(StandingOf(world.Payments[j], j), now, scenario.WindowTicks * Scenario.Tick) != Counting.Nothing)
            {
                total += scenario.Amounts[j];
            }
        }

        return total <= scenario.Cap;
    }

    private void Sign(World world, int i)
    {
        var payment = world.Payments[i];
        if (!payment.Exists)
        {
            return;
        }

        // Three bits hold a tick; 7 is after the last one, so nothing can tell a later expiry from it.
        var transaction = scenario.IsTransaction(i);
        var expiresAt = Math.Min(7, world.Time + scenario.LifetimeTicks);
        var expiry = transaction ? default : new Expiry(At(expiresAt), null);
        Take(world, i, new(PaymentStep.Sign) { WithNonce = transaction, Expiry = expiry }, p => p with
        {
            InHand = true,
            ExpiresAt = transaction ? 0 : expiresAt,
        });

        // The signature itself, also again after a crash: the same digest gives the same bytes.
        if (_rules.MaySign(payment.State) && !payment.Escaped)
        {
            Change(world, i, p => p with
            {
                Escaped = true,
                ExpiresAt = transaction || p.ExpiresAt > 0 ? p.ExpiresAt : expiresAt,
            });
        }

        if (payment.Escaped)
        {
            Take(world, i, new(PaymentStep.Expose), p => p);
            Take(world, i, new(PaymentStep.Stick), p => p);

            // Other bytes at the same nonce: at most one of them can be mined, so the world has no more to remember.
            Take(world, i, new(PaymentStep.Replace) { WithNonce = true }, p => p);
        }
    }

    // The adversary settles any signature that is out whenever it is valid; somebody else may take a transaction's nonce.
    private void Chain(World world, int i)
    {
        var payment = world.Payments[i];
        if (!payment.Escaped || payment.MinedAt > 0 || payment.NonceTakenAt > 0)
        {
            return;
        }

        if (scenario.IsTransaction(i) || world.Time < payment.ExpiresAt)
        {
            var mined = Change(world, i, p => p with { MinedAt = world.Time });
            Judge(mined, i);
        }

        if (scenario.IsTransaction(i))
        {
            Change(world, i, p => p with { NonceTakenAt = world.Time });
        }
    }

    private void Judge(World world, int mined)
    {
        if (world.Payments[mined].State == PaymentState.Released)
        {
            _violation ??= new("paid and released", world);
        }

        var total = 0;
        for (var j = 0; j < world.Payments.Length; j++)
        {
            var at = world.Payments[j].MinedAt;
            if (at == 0)
            {
                continue;
            }

            if (at > world.Time - scenario.WindowTicks)
            {
                total += scenario.Amounts[j];
            }

            if (j != mined && scenario.Keys[j] == scenario.Keys[mined])
            {
                _violation ??= new("paid twice under one key", world);
            }
        }

        if (total > scenario.Cap)
        {
            _violation ??= new("cap broken", world);
        }
    }

    private void Follow(World world, int i)
    {
        var payment = world.Payments[i];
        if (!payment.IsPending)
        {
            return;
        }

        var finalized = Finalized(world);
        var minedFinally = payment.MinedAt > 0 && payment.MinedAt <= finalized;
        var nonceGone = payment.NonceTakenAt > 0 && payment.NonceTakenAt <= finalized;

        if (payment.MinedAt > 0 && payment.State != PaymentState.Seen)
        {
            Take(world, i, new(PaymentStep.See), p => p);
        }

        if (payment.MinedAt == 0)
        {
            Take(world, i, new(PaymentStep.Reorg), p => p);
        }

        if (minedFinally || (scenario.SettlesBeforeFinality && payment.MinedAt > 0))
        {
            Must(world, i, new(PaymentStep.Settle) { FinalizedAt = At(payment.MinedAt) }, "final, and cannot be settled");
        }

        if (!payment.InHand && payment.State == PaymentState.Reserved)
        {
            Must(world, i, new(PaymentStep.Release) { Reason = ReleaseReason.NeverSigned }, "never signed, and cannot be released");
        }

        if (nonceGone && payment.State != PaymentState.Seen)
        {
            Must(world, i, Proof(ReleaseReason.NonceConsumed, finalized) with { NonceTakenByOther = true }, "dead, and cannot be released");
        }

        var known = scenario.ReleasesByLocalClock ? world.Time + scenario.ClockAheadTicks : finalized;
        if (payment.ExpiresAt > 0 && payment.ExpiresAt <= known && payment.MinedAt == 0 && payment.State is PaymentState.Signing or PaymentState.Exposed or PaymentState.Stuck)
        {
            Must(world, i, Proof(ReleaseReason.Expired, known), "expired, and cannot be released");
        }

        FollowWithoutProof(world, i, known);
    }

    // What a hasty follower would like to do at any time. The rules must refuse all of it.
    private void FollowWithoutProof(World world, int i, int known)
    {
        Take(world, i, new(PaymentStep.Release) { Reason = ReleaseReason.Expired }, p => p);
        Take(world, i, new(PaymentStep.Release) { Reason = ReleaseReason.Cancelled }, p => p);
        if (world.Payments[i].MinedAt == 0)
        {
            Take(world, i, Proof(ReleaseReason.NonceConsumed, known), p => p);
            if (known < world.Payments[i].ExpiresAt)
            {
                Take(world, i, Proof(ReleaseReason.Expired, known), p => p);
            }
        }
    }

    private static StepFacts Proof(ReleaseReason reason, int tick) => new(PaymentStep.Release)
    {
        Reason = reason,
        FinalizedAt = At(tick),
        FinalizedHeight = (ulong)Math.Max(0, tick),
    };

    private void Crash(World world)
    {
        var after = world.Copy();
        after.Crashed = true;
        for (var i = 0; i < after.Payments.Length; i++)
        {
            after.Payments[i].InHand = false;
            after.Payments[i].Checked = false;
        }

        reached(after);
    }

    private void Reorganise(World world)
    {
        var after = world.Copy();
        after.Reorged = true;
        for (var i = 0; i < after.Payments.Length; i++)
        {
            ref var payment = ref after.Payments[i];
            payment.MinedAt = payment.MinedAt > Finalized(world) ? 0 : payment.MinedAt;
            payment.NonceTakenAt = payment.NonceTakenAt > Finalized(world) ? 0 : payment.NonceTakenAt;
        }

        reached(after);
    }

    private void Must(World world, int i, StepFacts facts, string otherwise)
    {
        if (!Take(world, i, facts, p => p))
        {
            _violation ??= new(otherwise, world);
        }
    }

    private bool Take(World world, int i, StepFacts facts, Func<ModelPayment, ModelPayment> also)
    {
        var standing = StandingOf(world.Payments[i], i);
        if (_rules.Refuse(standing, facts) is not null)
        {
            return false;
        }

        var next = _rules.Next(standing, facts);
        Change(world, i, p => also(p) with
        {
            Stage = (int)next.State + 1,
            SettledAt = next.State == PaymentState.Settled ? TickOf(next.SettledAt) : p.SettledAt,
        });
        if (next.State == PaymentState.Released && world.Payments[i].MinedAt > 0)
        {
            _violation ??= new("paid and released", world);
        }

        return true;
    }

    private World Change(World world, int i, Func<ModelPayment, ModelPayment> change)
    {
        var after = world.Copy();
        after.Payments[i] = change(world.Payments[i]);
        reached(after);
        return after;
    }
}
