using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>What the owner and the guard itself record.</summary>
public abstract partial class BookLedger
{
    /// <inheritdoc/>
    public void ObserveChainTime(DateTimeOffset finalizedBlockTime)
    {
        lock (Gate)
        {
            Clock.Observe(finalizedBlockTime);
        }
    }

    /// <inheritdoc/>
    public ValueTask FreezeAsync(string reason, AccountId? account = null, CancellationToken cancellationToken = default) =>
        KeepAsync(new FreezeRecord(true, account, reason), LedgerFailPoints.FreezeEnqueued, LedgerFailPoints.FreezeDurable, cancellationToken);

    /// <inheritdoc/>
    public ValueTask UnfreezeAsync(string reason, AccountId? account = null, CancellationToken cancellationToken = default) =>
        KeepAsync(new FreezeRecord(false, account, reason), null, LedgerFailPoints.UnfreezeDurable, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RechargeAsync(Func<Payment, IReadOnlyList<Charge>> recharge, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recharge);
        await ChangeAsync(
            () =>
            {
                var changed = Recharged(recharge);
                FailPoints.Reach(LedgerFailPoints.RechargeComputed);
                return changed.Count == 0 ? null : Append(new RechargedRecord(changed));
            },
            null,
            LedgerFailPoints.RechargeDurable,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask RecordAsync(string kind, JsonElement details, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        foreach (var c in kind)
        {
            if (!char.IsAsciiLetterLower(c) && c != '-')
            {
                throw new ArgumentException($"A kind of record is a word of [a-z-], not '{kind}'.", nameof(kind));
            }
        }

        return KeepAsync(new AuditRecord(kind, JsonText.Of(details)), null, LedgerFailPoints.AuditDurable, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask RecordDenialAsync(string client, JsonElement decision, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(client);
        return KeepAsync(new AuditRecord(AuditRecord.Denial, JsonText.Of(decision), client), null, null, cancellationToken);
    }

    private List<KeyValuePair<string, IReadOnlyList<Charge>>> Recharged(Func<Payment, IReadOnlyList<Charge>> recharge)
    {
        var changed = new List<KeyValuePair<string, IReadOnlyList<Charge>>>();
        for (var i = 0; i < Book.Payments.Count; i++)
        {
            var state = Book.Payments.TraitsAt(i).State;
            var settled = state == PaymentState.Settled;
            if (!settled && !PaymentRules.Holds(state))
            {
                continue;
            }

            var payment = Book.Payments[i];
            var charges = ChargeCheck.Own(recharge(payment));
            if (!charges.SequenceEqual(settled ? payment.Actual! : payment.Charges))
            {
                changed.Add(new(payment.Id, charges));
            }
        }

        return changed;
    }

    private async ValueTask KeepAsync(LedgerRecord record, string? enqueued, string? durable, CancellationToken cancellationToken) =>
        await ChangeAsync(() => Append(record), enqueued, durable, cancellationToken).ConfigureAwait(false);
}
