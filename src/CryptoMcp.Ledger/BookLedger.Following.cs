namespace CryptoMcp.Ledger;

/// <summary>From a signature to its end on chain.</summary>
public abstract partial class BookLedger
{
    /// <inheritdoc/>
    public ValueTask<Payment> ExposeAsync(string paymentId, string signedBytes, string? transactionId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(signedBytes);
        return StepAsync(new ExposedRecord(paymentId, signedBytes, transactionId), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Payment> SeenAsync(string paymentId, BlockSighting block, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(block);
        return StepAsync(new SeenRecord(paymentId, block with { Time = block.Time?.ToUniversalTime() }), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Payment> ReorgedAsync(string paymentId, CancellationToken cancellationToken = default) =>
        StepAsync(new ReorgedRecord(paymentId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Payment> SettleAsync(string paymentId, Settlement settlement, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        return StepAsync(
            new SettledRecord(
                paymentId, settlement.FinalizedAt.ToUniversalTime(), ChargeCheck.Own(settlement.Actual), settlement.TransactionId, JsonText.Of(settlement.Proof)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Payment> ReleaseAsync(string paymentId, ReleaseProof proof, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(proof);
        return StepAsync(
            new ReleasedRecord(
                paymentId, proof.Reason, proof.FinalizedAt?.ToUniversalTime(), proof.FinalizedHeight, proof.ConsumedBy, JsonText.Of(proof.Details)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Payment> StuckAsync(string paymentId, string reason, CancellationToken cancellationToken = default) =>
        StepAsync(new StuckRecord(paymentId, reason), cancellationToken);

    private ValueTask<Payment> StepAsync(StepRecord record, CancellationToken cancellationToken)
    {
        FailPoints.Reach(LedgerFailPoints.StepEntered);
        return ChangeAsync(() => Append(record)!, LedgerFailPoints.StepEnqueued, LedgerFailPoints.StepDurable, cancellationToken);
    }
}
