using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>
/// The ledger's state in memory: what the journal's records make when they are applied in order. Not synchronised; its
/// owner holds a lock. Starting up and running go through the same <see cref="Apply"/>.
/// </summary>
internal sealed partial class LedgerBook
{
    private readonly LedgerClock _clock;
    private readonly PaymentTable _payments;
    private readonly HashSet<int> _open = [];
    private readonly Dictionary<string, BudgetCounter> _counters = [];
    private readonly Dictionary<string, int> _counterGroups = [];
    private readonly Dictionary<string, int> _openTags = [];
    private readonly List<(DateTimeOffset Time, string Client)> _denials = [];
    private readonly Dictionary<string, ulong> _nextNonces = [];
    private readonly Dictionary<string, string> _frozenAccounts = [];
    private readonly Dictionary<string, JsonText> _latest = [];
    private string? _frozen;
    private int _openAuthorizations;
    private DateTimeOffset? _moment;

    internal LedgerBook(LedgerClock clock)
        : this(clock, new())
    {
    }

    private LedgerBook(LedgerClock clock, NameNumbers names)
    {
        _clock = clock;
        _payments = new(names);
    }

    /// <summary>Time of the latest record.</summary>
    internal DateTimeOffset HighWater { get; private set; }

    /// <summary>All payments, oldest first.</summary>
    internal PaymentTable Payments => _payments;

    /// <summary>Payments that are neither resolved nor waiting.</summary>
    internal IReadOnlyCollection<Payment> Open
    {
        get
        {
            var result = new List<Payment>(_open.Count);
            foreach (var position in _open)
            {
                result.Add(_payments[position]);
            }

            return result;
        }
    }

    /// <summary>The payment, or null.</summary>
    internal Payment? Find(string id) => _payments.Find(id);

    /// <summary>The latest payment under a client's key.</summary>
    internal Payment? FindByKey(string client, string key) => _payments.FindByKey(client, key);

    /// <summary>The latest payment of an intent.</summary>
    internal Payment? FindByIntent(string digest) => _payments.FindByIntent(digest);

    /// <summary>Makes the record true. Throws before anything has changed if it cannot be.</summary>
    /// <exception cref="PaymentStepException">The rules refuse it.</exception>
    /// <returns>The payment as it now is; null for a record of no single payment.</returns>
    internal Payment? Apply(LedgerRecord record)
    {
        Payment? result = null;
        switch (record)
        {
            case CreatedRecord created:
                result = Create(created);
                break;
            case StepRecord step:
                result = Step(step);
                break;
            case FreezeRecord freeze:
                Freeze(freeze);
                break;
            case RechargedRecord recharged:
                Recharge(recharged);
                break;
            case AuditRecord { Kind: AuditRecord.Denial, Client: { } client }:
                _denials.Add((record.Time, client));
                break;
            case AuditRecord audit:
                _latest[audit.Kind] = audit.Details;
                break;
        }

        if (record.Time > HighWater)
        {
            HighWater = record.Time;
        }

        return result;
    }

    /// <summary>One form of an account's name: EVM addresses differ in case only by their checksum.</summary>
    internal static string AccountKey(AccountId account) =>
        account.Chain.IsEvm ? account.ToString().ToLowerInvariant() : account.ToString();

    private Payment Create(CreatedRecord record)
    {
        if (_payments.Find(record.PaymentId) is not null)
        {
            throw new PaymentStepException(record.PaymentId, $"{record.PaymentId} exists already.");
        }

        var payment = PaymentTransitions.Create(record);
        _payments.Add(payment);
        if (payment.State == PaymentState.Denied)
        {
            _denials.Add((record.Time, record.Client));
        }

        Account(null, payment);
        return payment;
    }

    private Payment Step(StepRecord record)
    {
        var before = Find(record.PaymentId) ?? throw new PaymentStepException(record.PaymentId, $"There is no payment {record.PaymentId}.");
        if (record is SigningRecord { Nonce: { } nonce, Variant.Purpose: VariantPurpose.Payment } && NextNonce(before.Account) is { } next && nonce < next)
        {
            throw new PaymentStepException(before.Id, $"Nonce {nonce} of {before.Account} was given out before.");
        }

        var after = PaymentTransitions.Apply(before, record);
        _payments.Replace(after);
        if (before.Nonce is null && after.Nonce is { } taken)
        {
            _nextNonces[AccountKey(after.Account)] = checked(taken + 1);
        }

        Account(before, after);
        return after;
    }

    /// <summary>Moves what a payment counts from its old state to its new one.</summary>
    private void Account(Payment? before, Payment after)
    {
        var held = before is not null && PaymentRules.Holds(before.State);
        var holds = PaymentRules.Holds(after.State);
        if (!held || !holds || !ReferenceEquals(before!.Charges, after.Charges))
        {
            // The new hold is taken before the old one is returned, so that no counter is ever short in between.
            HoldAll(holds ? after.Charges : []);
            UnholdAll(held ? before!.Charges : []);
        }

        if (after.State == PaymentState.Settled && before?.State != PaymentState.Settled)
        {
            SettleAll(after.SettledAt!.Value, after.Actual!, 1);
        }

        if (holds && !held)
        {
            _open.Add(after.Position);
        }
        else if (held && !holds)
        {
            _open.Remove(after.Position);
        }

        CountAuthorization(before is not null && PaymentRules.IsOpenAuthorization(before.State), PaymentRules.IsOpenAuthorization(after.State), after);
    }

    private void CountAuthorization(bool was, bool isOpen, Payment payment)
    {
        if (was == isOpen)
        {
            return;
        }

        var step = isOpen ? 1 : -1;
        _openAuthorizations += step;
        for (var i = 0; i < payment.Tags.Count; i++)
        {
            var tag = payment.Tags[i];
            var count = _openTags.GetValueOrDefault(tag) + step;
            if (count == 0)
            {
                _openTags.Remove(tag);
            }
            else
            {
                _openTags[tag] = count;
            }
        }
    }

    private void HoldAll(IReadOnlyList<Charge> charges)
    {
        for (var i = 0; i < charges.Count; i++)
        {
            CounterOf(charges[i].Counter).Hold(charges[i].Amount);
        }
    }

    private void UnholdAll(IReadOnlyList<Charge> charges)
    {
        for (var i = 0; i < charges.Count; i++)
        {
            CounterOf(charges[i].Counter).Unhold(charges[i].Amount);
        }
    }

    private void SettleAll(DateTimeOffset stamp, IReadOnlyList<Charge> charges, int sign)
    {
        for (var i = 0; i < charges.Count; i++)
        {
            if (!charges[i].Amount.IsZero)
            {
                CounterOf(charges[i].Counter).Settle(stamp, charges[i].Amount * sign);
            }
        }
    }

    private BudgetCounter CounterOf(string name)
    {
        if (!_counters.TryGetValue(name, out var counter))
        {
            _counters.Add(name, counter = new());
            var bar = name.IndexOf('|', StringComparison.Ordinal);
            var group = bar < 0 ? name : name[..bar];
            _counterGroups[group] = _counterGroups.GetValueOrDefault(group) + 1;
        }

        return counter;
    }

    private void Freeze(FreezeRecord record)
    {
        if (record.Account is not { } account)
        {
            _frozen = record.Frozen ? record.Reason : null;
        }
        else if (record.Frozen)
        {
            _frozenAccounts[AccountKey(account)] = record.Reason;
        }
        else
        {
            _frozenAccounts.Remove(AccountKey(account));
        }
    }

    private void Recharge(RechargedRecord record)
    {
        foreach (var (id, _) in record.Payments)
        {
            if (Find(id) is not { } known || !(PaymentRules.Holds(known.State) || known.State == PaymentState.Settled))
            {
                throw new PaymentStepException(id, $"{id} holds nothing and has spent nothing; it has no charges to set.");
            }
        }

        foreach (var (id, charges) in record.Payments)
        {
            var before = Find(id)!;
            if (before.State == PaymentState.Settled)
            {
                SettleAll(before.SettledAt!.Value, before.Actual!, -1);
                SettleAll(before.SettledAt!.Value, charges, 1);
                _payments.Replace(before with { Actual = charges });
            }
            else
            {
                var after = before with { Charges = charges };
                _payments.Replace(after);
                Account(before, after);
            }
        }
    }
}
