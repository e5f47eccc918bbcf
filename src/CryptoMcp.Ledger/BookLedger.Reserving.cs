using System.Text.Json;

namespace CryptoMcp.Ledger;

/// <summary>From a wish to a reservation.</summary>
public abstract partial class BookLedger
{
    /// <summary>
    /// Agents repeat a call without a key when they have not understood the answer; within this time an identical intent
    /// is taken for such a repetition.
    /// </summary>
    private static readonly TimeSpan s_repetition = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public ValueTask<Reservation> ReserveAsync(
        ReserveRequest request, Func<ILedgerView, Ruling> decide, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(decide);
        cancellationToken.ThrowIfCancellationRequested();
        FailPoints.Reach(LedgerFailPoints.ReserveEntered);
        var id = _ids.Next();
        return ChangeAsync(() => Reserve(id, request, decide), LedgerFailPoints.ReserveEnqueued, LedgerFailPoints.ReserveDurable, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<(Reservation Reservation, Authorization? Authorization)> ReserveAndBeginSigningAsync(
        ReserveRequest request,
        Func<ILedgerView, Ruling> decide,
        NonceScope? scope,
        Func<SigningSlot, SigningMaterial> build,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(decide);
        ArgumentNullException.ThrowIfNull(build);
        cancellationToken.ThrowIfCancellationRequested();
        FailPoints.Reach(LedgerFailPoints.ReserveEntered);
        var id = _ids.Next();
        var (reservation, signing) = await ChangeAsync(
            () =>
            {
                var reserved = Reserve(id, request, decide);
                return reserved.Existing || reserved.Payment.State != PaymentState.Reserved
                    ? (reserved, false)
                    : (reserved with { Payment = SignOrRelease(reserved.Payment, scope, build) }, true);
            },
            LedgerFailPoints.SigningEnqueued,
            LedgerFailPoints.SigningDurable,
            cancellationToken).ConfigureAwait(false);
        return (reservation, signing ? new Authorization(reservation.Payment) : null);
    }

    /// <inheritdoc/>
    public ValueTask<Reservation> ReserveApprovedAsync(
        string paymentId, Func<ILedgerView, Ruling> decide, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(decide);
        return ChangeAsync(() => ReserveApproved(paymentId, decide), null, LedgerFailPoints.ApproveDurable, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Payment> CloseAsync(string paymentId, string reason, CancellationToken cancellationToken = default) =>
        StepAsync(new ClosedRecord(paymentId, reason, JsonText.Empty), cancellationToken);

    private Reservation Reserve(string id, ReserveRequest request, Func<ILedgerView, Ruling> decide)
    {
        if (Earlier(request) is { } earlier)
        {
            return new(earlier, true);
        }

        RefuseIfFrozen(request.Account);
        var (ruling, at) = Book.Decide(decide);
        var charges = ChargeCheck.Own(ruling.Charges);
        FailPoints.Reach(LedgerFailPoints.ReserveDecided);
        var outcome = ruling.Verdict switch
        {
            Verdict.Allow => PaymentState.Reserved,
            Verdict.Ask => PaymentState.Waiting,
            _ => PaymentState.Denied,
        };
        var payment = Append(new CreatedRecord(
            id, outcome, request.Key ?? request.IntentDigest, request.IntentDigest, request.Client, request.Operation, request.Account,
            charges, request.Tags.Count == 0 ? [] : [.. request.Tags],
            JsonText.Of(ruling.Facts.ValueKind == JsonValueKind.Undefined ? request.Facts : ruling.Facts), JsonText.Of(ruling.Decision)) { Time = at });
        return new(payment!, false) { Ruling = ruling };
    }

    private Reservation ReserveApproved(string paymentId, Func<ILedgerView, Ruling> decide)
    {
        var waiting = Known(paymentId);
        RefuseIfFrozen(waiting.Account);
        if (waiting.State != PaymentState.Waiting)
        {
            throw new PaymentStepException(paymentId, $"{paymentId} is {PaymentTransitions.NameOf(waiting.State)}, so there is nothing to approve.");
        }

        var (ruling, at) = Book.Decide(decide);
        var charges = ChargeCheck.Own(ruling.Charges);
        FailPoints.Reach(LedgerFailPoints.ApproveDecided);
        var decision = JsonText.Of(ruling.Decision);
        var payment = Append(ruling.Verdict == Verdict.Allow
            ? new ApprovedRecord(paymentId, charges, decision) { Time = at }
            : new ClosedRecord(paymentId, "approved by the owner, but no longer allowed by the policy", decision) { Time = at });
        return new(payment!, false) { Ruling = ruling };
    }

    /// <summary>Nobody else knows of the reservation yet, so one that cannot be signed is released at once.</summary>
    private Payment SignOrRelease(Payment reserved, NonceScope? scope, Func<SigningSlot, SigningMaterial> build)
    {
        try
        {
            return Sign(reserved, scope, build);
        }
        catch when (TakesRecords && Book.Find(reserved.Id)!.State == PaymentState.Reserved)
        {
            Append(new ReleasedRecord(reserved.Id, ReleaseReason.NeverSigned, null, null, null, JsonText.Empty));
            throw;
        }
    }

    /// <summary>The payment that this request already made, if any.</summary>
    private Payment? Earlier(ReserveRequest request)
    {
        if (request.Key is { } key)
        {
            if (Book.FindByKey(request.Client, key) is not { } same || PaymentRules.Standard.FreesKey(same.State))
            {
                return null;
            }

            return same.IntentDigest == request.IntentDigest ? same : throw new IdempotencyConflictException(key, same.Id);
        }

        // Without a key: a repetition soon after, or while the first one may still settle unseen. Paying twice on purpose needs a key.
        return Book.FindByIntent(request.IntentDigest) is { } first
            && !PaymentRules.Standard.FreesKey(first.State)
            && (first.State == PaymentState.Waiting || PaymentRules.IsOpenAuthorization(first.State) || Book.WindowNow - first.Created < s_repetition)
                ? first
                : null;
    }
}
