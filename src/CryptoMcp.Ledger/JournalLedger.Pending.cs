using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

public sealed partial class JournalLedger
{
    /// <inheritdoc/>
    public ILedgerView View => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Reservation> ReserveAsync(ReserveRequest request, Func<ILedgerView, Ruling> decide, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<(Reservation Reservation, Authorization? Authorization)> ReserveAndBeginSigningAsync( ReserveRequest request, Func<ILedgerView, Ruling> decide, NonceScope? scope, Func<SigningSlot, SigningMaterial> build, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Reservation> ReserveApprovedAsync(string paymentId, Func<ILedgerView, Ruling> decide, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Payment> CloseAsync(string paymentId, string reason, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Authorization> BeginSigningAsync( string paymentId, NonceScope? scope, Func<SigningSlot, SigningMaterial> build, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Authorization> ResumeSigningAsync(string paymentId, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Authorization> BeginReplacementAsync(string paymentId, ReplaceRequest request, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Payment> ExposeAsync(string paymentId, string signedBytes, string? transactionId, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Payment> SeenAsync(string paymentId, BlockSighting block, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Payment> ReorgedAsync(string paymentId, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Payment> SettleAsync(string paymentId, Settlement settlement, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Payment> ReleaseAsync(string paymentId, ReleaseProof proof, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Payment> StuckAsync(string paymentId, string reason, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void ObserveChainTime(DateTimeOffset finalizedBlockTime) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask ObserveChainNonceAsync(NonceScope scope, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask FreezeAsync(string reason, AccountId? account = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask UnfreezeAsync(string reason, AccountId? account = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask RechargeAsync(Func<Payment, IReadOnlyList<Charge>> recharge, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask RecordAsync(string kind, JsonElement details, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Payment? Find(string paymentId) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Payment? FindByKey(string client, string key) => throw new NotImplementedException();

    /// <inheritdoc/>
    public LedgerPage List(PaymentFilter filter, string? cursor = null, int limit = 50) => throw new NotImplementedException();

    /// <inheritdoc/>
    public IReadOnlyList<Payment> Open() => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
