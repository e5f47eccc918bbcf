namespace CryptoMcp.Ledger;

/// <summary>From a reservation to the leave to sign.</summary>
public abstract partial class BookLedger
{
    /// <inheritdoc/>
    public async ValueTask<Authorization> BeginSigningAsync(
        string paymentId, NonceScope? scope, Func<SigningSlot, SigningMaterial> build, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(build);
        return new(await ChangeAsync(
            () => Sign(Known(paymentId), scope, build), LedgerFailPoints.SigningEnqueued, LedgerFailPoints.SigningDurable, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async ValueTask<Authorization> ResumeSigningAsync(string paymentId, CancellationToken cancellationToken = default) =>
        new(await ChangeAsync(() => Signing(paymentId), null, LedgerFailPoints.ResumeDurable, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<Authorization> BeginReplacementAsync(string paymentId, ReplaceRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfEqual((int)request.Purpose, (int)VariantPurpose.Payment);
        return new(await ChangeAsync(() => Replace(paymentId, request), null, LedgerFailPoints.ReplacementDurable, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async ValueTask ObserveChainNonceAsync(NonceScope scope, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);

        // Nearly always there is nothing to record, and a look at the book tells.
        lock (Gate)
        {
            if (Surprise(scope) is null)
            {
                return;
            }
        }

        await ChangeAsync(
            () => Surprise(scope) is { } surprise ? Append(new FreezeRecord(true, scope.Account, surprise)) : null,
            null,
            LedgerFailPoints.NonceFreezeDurable,
            cancellationToken).ConfigureAwait(false);
    }

    private Payment Signing(string paymentId)
    {
        var payment = Known(paymentId);
        RefuseIfFrozen(payment.Account);
        return PaymentRules.Standard.MaySign(payment.State)
            ? payment
            : throw new PaymentStepException(paymentId, $"{paymentId} is {PaymentTransitions.NameOf(payment.State)}; only a payment in signing is signed again.");
    }

    private Payment Replace(string paymentId, ReplaceRequest request)
    {
        var before = Known(paymentId);
        RefuseIfFrozen(before.Account);
        var material = request.Build(new(paymentId, before.Nonce));
        var charges = ChargeCheck.Own(
            material.Charges ?? throw new PaymentStepException(paymentId, $"The replacement of {paymentId} does not say what it takes at worst."));
        var extra = PaymentTransitions.Beyond(before.Charges, charges);
        if (extra.Count > 0 && Book.Decide(view => request.Decide(view, extra)).Ruling.Verdict != Verdict.Allow)
        {
            throw new PaymentStepException(paymentId, $"The replacement of {paymentId} would take more than is held, and the policy does not allow the difference.");
        }

        FailPoints.Reach(LedgerFailPoints.ReplacementDecided);
        return Append(new SigningRecord(paymentId, before.Nonce, Variant(request.Purpose, material, charges)))!;
    }

    private Payment Sign(Payment reserved, NonceScope? scope, Func<SigningSlot, SigningMaterial> build)
    {
        RefuseIfFrozen(reserved.Account);
        if (reserved.State != PaymentState.Reserved)
        {
            throw new PaymentStepException(
                reserved.Id, $"{reserved.Id} is {PaymentTransitions.NameOf(reserved.State)}; only a reserved payment is signed for the first time.");
        }

        var nonce = scope is null ? (ulong?)null : Allocate(reserved, scope);
        FailPoints.Reach(LedgerFailPoints.SigningNonceChosen);
        var material = build(new(reserved.Id, nonce));
        FailPoints.Reach(LedgerFailPoints.SigningBuilt);
        var charges = reserved.Charges;
        if (material.Charges is { } stated)
        {
            var own = ChargeCheck.Own(stated);
            if (PaymentTransitions.Beyond(reserved.Charges, own).Count > 0)
            {
                throw new PaymentStepException(reserved.Id, $"The bytes built for {reserved.Id} take more than was reserved. Nothing was signed.");
            }

            charges = own;
        }

        return Append(new SigningRecord(reserved.Id, nonce, Variant(VariantPurpose.Payment, material, charges)))!;
    }

    /// <summary>The account's next nonce. It is taken only when the signing record is appended, so a failed build leaves no gap.</summary>
    private ulong Allocate(Payment payment, NonceScope scope)
    {
        if (LedgerBook.AccountKey(scope.Account) != LedgerBook.AccountKey(payment.Account))
        {
            throw new PaymentStepException(payment.Id, $"The nonce is of {scope.Account}, but {payment.Id} is paid by {payment.Account}.");
        }

        if (Book.NextNonce(scope.Account) is not { } next)
        {
            return scope.ChainNonce;
        }

        if (scope.ChainNonce > next)
        {
            var surprise = NonceSurprise(scope, next);
            Append(new FreezeRecord(true, scope.Account, surprise));
            throw new LedgerFrozenException(surprise);
        }

        return next;
    }

    private string? Surprise(NonceScope scope) =>
        Book.NextNonce(scope.Account) is { } next && scope.ChainNonce > next && Book.FrozenBecauseOf(scope.Account) is null
            ? NonceSurprise(scope, next)
            : null;

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
