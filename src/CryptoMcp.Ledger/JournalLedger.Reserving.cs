namespace CryptoMcp.Ledger;

/// <summary>From a wish to a reservation.</summary>
public sealed partial class JournalLedger
{
    /// <summary>
    /// Agents repeat a call without a key when they have not understood the answer; within this time an identical intent
    /// is taken for such a repetition.
    /// </summary>
    private static readonly TimeSpan s_repetition = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public async ValueTask<Reservation> ReserveAsync(
        ReserveRequest request, Func<ILedgerView, Ruling> decide, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(decide);
        cancellationToken.ThrowIfCancellationRequested();
        _failPoints.Reach(LedgerFailPoints.ReserveEntered);
        var id = PaymentIds.Make(_options.Random);
        Reservation reservation;
        Task durable;
        lock (_gate)
        {
            (reservation, durable) = Reserve(id, request, decide);
        }

        _failPoints.Reach(LedgerFailPoints.ReserveEnqueued);
        await Wait(durable, cancellationToken).ConfigureAwait(false);
        _failPoints.Reach(LedgerFailPoints.ReserveDurable);
        return reservation;
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
        _failPoints.Reach(LedgerFailPoints.ReserveEntered);
        var id = PaymentIds.Make(_options.Random);
        Reservation reservation;
        Payment? signing = null;
        Task durable;
        lock (_gate)
        {
            (reservation, durable) = Reserve(id, request, decide);
            if (!reservation.Existing && reservation.Payment.State == PaymentState.Reserved)
            {
                // Both lines go into one batch.
                (signing, durable) = SignOrRelease(reservation.Payment, scope, build);
                reservation = reservation with { Payment = signing };
            }
        }

        _failPoints.Reach(LedgerFailPoints.SigningEnqueued);
        await Wait(durable, cancellationToken).ConfigureAwait(false);
        _failPoints.Reach(LedgerFailPoints.SigningDurable);
        return (reservation, signing is null ? null : new Authorization(signing));
    }

    /// <inheritdoc/>
    public async ValueTask<Reservation> ReserveApprovedAsync(
        string paymentId, Func<ILedgerView, Ruling> decide, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(decide);
        Reservation reservation;
        Task durable;
        lock (_gate)
        {
            var waiting = Known(paymentId);
            RefuseIfFrozen(waiting.Account);
            if (waiting.State != PaymentState.Waiting)
            {
                throw new PaymentStepException(paymentId, $"{paymentId} is {PaymentTransitions.NameOf(waiting.State)}, so there is nothing to approve.");
            }

            var ruling = _book.Decide(decide);
            ChargeCheck.Check(ruling.Charges);
            _failPoints.Reach(LedgerFailPoints.ApproveDecided);
            var decision = JsonText.Of(ruling.Decision);
            (var payment, durable) = Append(ruling.Verdict == Verdict.Allow
                ? new ApprovedRecord(paymentId, [.. ruling.Charges], decision)
                : new ClosedRecord(paymentId, "approved by the owner, but no longer allowed by the policy", decision));
            reservation = new(payment!, false) { Ruling = ruling };
        }

        await Wait(durable, cancellationToken).ConfigureAwait(false);
        _failPoints.Reach(LedgerFailPoints.ApproveDurable);
        return reservation;
    }

    /// <inheritdoc/>
    public ValueTask<Payment> CloseAsync(string paymentId, string reason, CancellationToken cancellationToken = default) =>
        StepAsync(new ClosedRecord(paymentId, reason, JsonText.Empty), cancellationToken);

    private (Reservation Reservation, Task Durable) Reserve(string id, ReserveRequest request, Func<ILedgerView, Ruling> decide)
    {
        if (Earlier(request) is { } earlier)
        {
            return (new(earlier, true), _writer.Durable());
        }

        RefuseIfFrozen(request.Account);
        var ruling = _book.Decide(decide);
        ChargeCheck.Check(ruling.Charges);
        _failPoints.Reach(LedgerFailPoints.ReserveDecided);
        var outcome = ruling.Verdict switch
        {
            Verdict.Allow => PaymentState.Reserved,
            Verdict.Ask => PaymentState.Waiting,
            _ => PaymentState.Denied,
        };
        var (payment, durable) = Append(new CreatedRecord(
            id, outcome, request.Key ?? request.IntentDigest, request.IntentDigest, request.Client, request.Operation, request.Account,
            [.. ruling.Charges], [.. request.Tags], JsonText.Of(request.Facts), JsonText.Of(ruling.Decision)));
        return (new(payment!, false) { Ruling = ruling }, durable);
    }

    /// <summary>Nobody else knows of the reservation yet, so one that cannot be signed is released at once.</summary>
    private (Payment Payment, Task Durable) SignOrRelease(Payment reserved, NonceScope? scope, Func<SigningSlot, SigningMaterial> build)
    {
        try
        {
            return Sign(reserved, scope, build);
        }
        catch when (_writer.Failure is null && _book.Find(reserved.Id)!.State == PaymentState.Reserved)
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
            if (_book.FindByKey(request.Client, key) is not { } same || PaymentRules.Standard.FreesKey(same.State))
            {
                return null;
            }

            return same.IntentDigest == request.IntentDigest ? same : throw new IdempotencyConflictException(key, same.Id);
        }

        // Without a key: a repetition soon after, or while the first one may still settle unseen. Paying twice on purpose needs a key.
        return _book.FindByIntent(request.IntentDigest) is { } first
            && !PaymentRules.Standard.FreesKey(first.State)
            && (first.State == PaymentState.Waiting || PaymentRules.IsOpenAuthorization(first.State) || _book.WindowNow - first.Created < s_repetition)
                ? first
                : null;
    }
}
