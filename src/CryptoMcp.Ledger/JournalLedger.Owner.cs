using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>What the owner and the guard itself record.</summary>
public sealed partial class JournalLedger
{
    /// <inheritdoc/>
    public void ObserveChainTime(DateTimeOffset finalizedBlockTime)
    {
        lock (_gate)
        {
            _clock.Observe(finalizedBlockTime);
        }
    }

    /// <inheritdoc/>
    public async ValueTask FreezeAsync(string reason, AccountId? account = null, CancellationToken cancellationToken = default)
    {
        await KeepAsync(new FreezeRecord(true, account, reason), LedgerFailPoints.FreezeEnqueued, cancellationToken).ConfigureAwait(false);
        _failPoints.Reach(LedgerFailPoints.FreezeDurable);
    }

    /// <inheritdoc/>
    public ValueTask UnfreezeAsync(string reason, AccountId? account = null, CancellationToken cancellationToken = default) =>
        KeepAsync(new FreezeRecord(false, account, reason), null, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RechargeAsync(Func<Payment, IReadOnlyList<Charge>> recharge, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recharge);
        Task durable;
        lock (_gate)
        {
            var changed = new List<KeyValuePair<string, IReadOnlyList<Charge>>>();
            foreach (var id in _book.Order)
            {
                var payment = _book.Find(id)!;
                var settled = payment.State == PaymentState.Settled;
                if (!settled && !PaymentRules.Holds(payment.State))
                {
                    continue;
                }

                IReadOnlyList<Charge> charges = [.. recharge(payment)];
                ChargeCheck.Check(charges);
                if (!charges.SequenceEqual(settled ? payment.Actual! : payment.Charges))
                {
                    changed.Add(new(id, charges));
                }
            }

            _failPoints.Reach(LedgerFailPoints.RechargeComputed);
            durable = changed.Count == 0 ? _writer.Durable() : Append(new RechargedRecord(changed)).Durable;
        }

        await Wait(durable, cancellationToken).ConfigureAwait(false);
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

        return KeepAsync(new AuditRecord(kind, JsonText.Of(details)), null, cancellationToken);
    }

    private async ValueTask KeepAsync(LedgerRecord record, string? enqueued, CancellationToken cancellationToken)
    {
        Task durable;
        lock (_gate)
        {
            durable = Append(record).Durable;
        }

        if (enqueued is not null)
        {
            _failPoints.Reach(enqueued);
        }

        await Wait(durable, cancellationToken).ConfigureAwait(false);
    }
}
