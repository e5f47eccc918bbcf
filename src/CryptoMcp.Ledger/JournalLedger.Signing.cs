namespace CryptoMcp.Ledger;

/// <summary>From a reservation to the leave to sign.</summary>
public sealed partial class JournalLedger
{
    /// <inheritdoc/>
    public async ValueTask<Authorization> BeginSigningAsync(
        string paymentId, NonceScope? scope, Func<SigningSlot, SigningMaterial> build, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(build);
        Payment payment;
        Task durable;
        lock (_gate)
        {
            (payment, durable) = Sign(Known(paymentId), scope, build);
        }

        _failPoints.Reach(LedgerFailPoints.SigningEnqueued);
        await Wait(durable, cancellationToken).ConfigureAwait(false);
        _failPoints.Reach(LedgerFailPoints.SigningDurable);
        return new(payment);
    }

    /// <inheritdoc/>
    public async ValueTask<Authorization> ResumeSigningAsync(string paymentId, CancellationToken cancellationToken = default)
    {
        Payment payment;
        Task durable;
        lock (_gate)
        {
            payment = Known(paymentId);
            RefuseIfFrozen(payment.Account);
            if (!PaymentRules.Standard.MaySign(payment.State))
            {
                throw new PaymentStepException(paymentId, $"{paymentId} is {PaymentTransitions.NameOf(payment.State)}; only a payment in signing is signed again.");
            }

            durable = _writer.Durable();
        }

        await Wait(durable, cancellationToken).ConfigureAwait(false);
        return new(payment);
    }

    /// <inheritdoc/>
    public async ValueTask<Authorization> BeginReplacementAsync(string paymentId, ReplaceRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfEqual((int)request.Purpose, (int)VariantPurpose.Payment);
        Payment? payment;
        Task durable;
        lock (_gate)
        {
            var before = Known(paymentId);
            RefuseIfFrozen(before.Account);
            var material = request.Build(new(paymentId, before.Nonce));
            var charges = material.Charges ?? throw new PaymentStepException(paymentId, $"The replacement of {paymentId} does not say what it takes at worst.");
            ChargeCheck.Check(charges);
            var extra = PaymentTransitions.Beyond(before.Charges, charges);
            if (extra.Count > 0 && _book.Decide(view => request.Decide(view, extra)).Verdict != Verdict.Allow)
            {
                throw new PaymentStepException(paymentId, $"The replacement of {paymentId} would take more than is held, and the policy does not allow the difference.");
            }

            _failPoints.Reach(LedgerFailPoints.ReplacementDecided);
            (payment, durable) = Append(new SigningRecord(paymentId, before.Nonce, Variant(request.Purpose, material, [.. charges])));
        }

        await Wait(durable, cancellationToken).ConfigureAwait(false);
        _failPoints.Reach(LedgerFailPoints.ReplacementDurable);
        return new(payment!);
    }

    /// <inheritdoc/>
    public async ValueTask ObserveChainNonceAsync(NonceScope scope, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        Task durable;
        lock (_gate)
        {
            if (_book.NextNonce(scope.Account) is not { } next || scope.ChainNonce <= next || _book.FrozenBecauseOf(scope.Account) is not null)
            {
                return;
            }

            durable = FreezeForNonce(scope, next);
        }

        await Wait(durable, cancellationToken).ConfigureAwait(false);
    }

    private (Payment Payment, Task Durable) Sign(Payment reserved, NonceScope? scope, Func<SigningSlot, SigningMaterial> build)
    {
        RefuseIfFrozen(reserved.Account);
        if (reserved.State != PaymentState.Reserved)
        {
            throw new PaymentStepException(
                reserved.Id, $"{reserved.Id} is {PaymentTransitions.NameOf(reserved.State)}; only a reserved payment is signed for the first time.");
        }

        var nonce = scope is null ? (ulong?)null : Allocate(reserved, scope);
        _failPoints.Reach(LedgerFailPoints.SigningNonceChosen);
        var material = build(new(reserved.Id, nonce));
        _failPoints.Reach(LedgerFailPoints.SigningBuilt);
        var charges = reserved.Charges;
        if (material.Charges is { } stated)
        {
            ChargeCheck.Check(stated);
            if (PaymentTransitions.Beyond(reserved.Charges, stated).Count > 0)
            {
                throw new PaymentStepException(reserved.Id, $"The bytes built for {reserved.Id} take more than was reserved. Nothing was signed.");
            }

            charges = [.. stated];
        }

        var (payment, durable) = Append(new SigningRecord(reserved.Id, nonce, Variant(VariantPurpose.Payment, material, charges)));
        return (payment!, durable);
    }

    /// <summary>The account's next nonce. It is taken only when the signing record is appended, so a failed build leaves no gap.</summary>
    private ulong Allocate(Payment payment, NonceScope scope)
    {
        if (LedgerBook.AccountKey(scope.Account) != LedgerBook.AccountKey(payment.Account))
        {
            throw new PaymentStepException(payment.Id, $"The nonce is of {scope.Account}, but {payment.Id} is paid by {payment.Account}.");
        }

        if (_book.NextNonce(scope.Account) is not { } next)
        {
            return scope.ChainNonce;
        }

        if (scope.ChainNonce > next)
        {
            FreezeForNonce(scope, next);
            throw new LedgerFrozenException(NonceSurprise(scope, next));
        }

        return next;
    }

    private Task FreezeForNonce(NonceScope scope, ulong next) =>
        Append(new FreezeRecord(true, scope.Account, NonceSurprise(scope, next))).Durable;

    private static string NonceSurprise(NonceScope scope, ulong next) =>
        $"The chain says {scope.Account} has used nonces up to {scope.ChainNonce}, but this ledger gave out only those below {next}. " +
        "Somebody else uses the key, or the journal is an old copy. Find out which before unfreezing.";

    private static SignedVariant Variant(VariantPurpose purpose, SigningMaterial material, IReadOnlyList<Charge> charges) => new()
    {
        Purpose = purpose,
        Digest = material.Digest,
        UnsignedBytes = material.UnsignedBytes,
        Charges = charges,
        ExpiresAt = material.ExpiresAt?.ToUniversalTime(),
        ExpiresAfterHeight = material.ExpiresAfterHeight,
    };
}
