using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>
/// Payments, budgets and nonces with one writer. Every method that changes something returns only when its record is
/// durable. For every budget and every window, what leaves the wallet is at most the limit, because a payment is
/// counted before its signature can exist and until the chain proves how it ended.
/// </summary>
/// <remarks>
/// All changing methods throw <see cref="LedgerUnavailableException"/> once a write has failed: the ledger then takes
/// nothing more until it is opened again.
/// </remarks>
public interface ILedger : IAsyncDisposable
{
    /// <summary>The ledger at this moment.</summary>
    ILedgerView View { get; }

    /// <summary>Where its records are, for people.</summary>
    string Place { get; }

    /// <summary>How many records it has.</summary>
    long Records { get; }

    /// <summary>Which open payments are this guard's to look after.</summary>
    IWatch Watch { get; }

    /// <summary>
    /// One atomic step: finds the payment of this key (or, without a key, of the same intent within 10 minutes or still
    /// open), or else lets <paramref name="decide"/> judge against the ledger and records its ruling.
    /// </summary>
    /// <param name="request">The wish.</param>
    /// <param name="decide">Pure and quick; runs while nobody else can decide.</param>
    /// <param name="cancellationToken">Stops the waiting, not the record.</param>
    /// <exception cref="IdempotencyConflictException">The key names another intent.</exception>
    /// <exception cref="LedgerFrozenException">Ledger or account is frozen, or the clock is in doubt.</exception>
    ValueTask<Reservation> ReserveAsync(ReserveRequest request, Func<ILedgerView, Ruling> decide, CancellationToken cancellationToken = default);

    /// <summary>
    /// <see cref="ReserveAsync"/> and, if allowed, <see cref="BeginSigningAsync"/> in one write. The authorization is
    /// null for an existing, denied or waiting payment.
    /// </summary>
    /// <exception cref="IdempotencyConflictException">The key names another intent.</exception>
    /// <exception cref="LedgerFrozenException">Ledger or account is frozen, or the clock is in doubt.</exception>
    ValueTask<(Reservation Reservation, Authorization? Authorization)> ReserveAndBeginSigningAsync(
        ReserveRequest request,
        Func<ILedgerView, Ruling> decide,
        NonceScope? scope,
        Func<SigningSlot, SigningMaterial> build,
        CancellationToken cancellationToken = default);

    /// <summary>Judges a waiting payment again, now that the owner approved it, and reserves it if there is still room.</summary>
    /// <exception cref="PaymentStepException">The payment is not waiting.</exception>
    /// <exception cref="LedgerFrozenException">Ledger or account is frozen, or the clock is in doubt.</exception>
    ValueTask<Reservation> ReserveApprovedAsync(string paymentId, Func<ILedgerView, Ruling> decide, CancellationToken cancellationToken = default);

    /// <summary>Closes a waiting payment: rejected, withdrawn or out of time.</summary>
    ValueTask<Payment> CloseAsync(string paymentId, string reason, CancellationToken cancellationToken = default);

    /// <summary>Gives a reserved payment its nonce, records the bytes that <paramref name="build"/> makes, and allows their signature.</summary>
    /// <exception cref="PaymentStepException">The payment is not reserved, or the bytes take more than is reserved.</exception>
    /// <exception cref="LedgerFrozenException">Ledger or account is frozen.</exception>
    ValueTask<Authorization> BeginSigningAsync(
        string paymentId, NonceScope? scope, Func<SigningSlot, SigningMaterial> build, CancellationToken cancellationToken = default);

    /// <summary>After a crash: leave to sign the recorded digest again, which gives the same bytes (RFC 6979, Ed25519).</summary>
    /// <exception cref="PaymentStepException">The payment is not in <see cref="PaymentState.Signing"/>.</exception>
    /// <exception cref="LedgerFrozenException">Ledger or account is frozen.</exception>
    ValueTask<Authorization> ResumeSigningAsync(string paymentId, CancellationToken cancellationToken = default);

    /// <summary>Records other bytes at the payment's nonce; the greatest charges over all variants are held from here.</summary>
    /// <exception cref="PaymentStepException">The payment has no nonce, is seen or resolved, or the difference was not allowed.</exception>
    /// <exception cref="LedgerFrozenException">Ledger or account is frozen; unfreeze it to cancel a payment.</exception>
    ValueTask<Authorization> BeginReplacementAsync(string paymentId, ReplaceRequest request, CancellationToken cancellationToken = default);

    /// <summary>Records the signed bytes, before they are broadcast or handed out.</summary>
    ValueTask<Payment> ExposeAsync(string paymentId, string signedBytes, string? transactionId, CancellationToken cancellationToken = default);

    /// <summary>Records that the payment is in a block that is not final.</summary>
    ValueTask<Payment> SeenAsync(string paymentId, BlockSighting block, CancellationToken cancellationToken = default);

    /// <summary>Records that the block which held the payment is gone.</summary>
    ValueTask<Payment> ReorgedAsync(string paymentId, CancellationToken cancellationToken = default);

    /// <summary>Posts what was paid, as a finalized block shows it, and returns the rest.</summary>
    ValueTask<Payment> SettleAsync(string paymentId, Settlement settlement, CancellationToken cancellationToken = default);

    /// <summary>Frees what is held, on proof.</summary>
    /// <exception cref="PaymentStepException">The proof does not prove it for this payment.</exception>
    ValueTask<Payment> ReleaseAsync(string paymentId, ReleaseProof proof, CancellationToken cancellationToken = default);

    /// <summary>Records that the payment may never resolve by itself. It keeps holding its money.</summary>
    ValueTask<Payment> StuckAsync(string paymentId, string reason, CancellationToken cancellationToken = default);

    /// <summary>
    /// Tells the ledger the time of a finalized block that enough endpoints agree on. Ends doubt about the local clock
    /// and lets windows move on after a long stop.
    /// </summary>
    void ObserveChainTime(DateTimeOffset finalizedBlockTime);

    /// <summary>Compares the chain's nonce with ours; a chain that is ahead (another user of the key, a restored backup) freezes the account.</summary>
    ValueTask ObserveChainNonceAsync(NonceScope scope, CancellationToken cancellationToken = default);

    /// <summary>Stops reservations and signatures, of one account or of all. Following goes on.</summary>
    ValueTask FreezeAsync(string reason, AccountId? account = null, CancellationToken cancellationToken = default);

    /// <summary>Ends a freeze. The caller has checked the owner's factor.</summary>
    ValueTask UnfreezeAsync(string reason, AccountId? account = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets the charges of every payment anew, after the policy's budgets changed. <paramref name="recharge"/> returns the
    /// charges of a held or settled payment under the new budgets. One record: all or none.
    /// </summary>
    ValueTask RechargeAsync(Func<Payment, IReadOnlyList<Charge>> recharge, CancellationToken cancellationToken = default);

    /// <summary>Appends another audit record: policy revision, key created, approval. <paramref name="kind"/> is a word of <c>[a-z-]</c>.</summary>
    ValueTask RecordAsync(string kind, JsonElement details, CancellationToken cancellationToken = default);

    /// <summary>Records a refusal of a request that never became a payment; it counts as a denial of this client.</summary>
    ValueTask RecordDenialAsync(string client, JsonElement decision, CancellationToken cancellationToken = default);

    /// <summary>The payment with this id.</summary>
    Payment? Find(string paymentId);

    /// <summary>The latest payment of this client under this key.</summary>
    Payment? FindByKey(string client, string key);

    /// <summary>A page of payments, newest first.</summary>
    LedgerPage List(PaymentFilter filter, string? cursor = null, int limit = 50);

    /// <summary>Every payment that is neither resolved nor waiting, oldest first: what a follower has to look after.</summary>
    IReadOnlyList<Payment> Open();
}

/// <summary>What a decision may look at. Inside a decision it does not change; outside, each call is a moment of its own.</summary>
public interface ILedgerView
{
    /// <summary>Window time: never runs backwards, and forwards only as fast as the monotonic clock or the chain.</summary>
    DateTimeOffset WindowNow { get; }

    /// <summary>Payments that are reserved or signed and not yet seen in a block.</summary>
    int OpenAuthorizations { get; }

    /// <summary>Why nothing may be reserved or signed at all; null when it may.</summary>
    string? FrozenBecause { get; }

    /// <summary>What stands on a counter in a rolling window; null counts forever.</summary>
    CounterUsage UsageOf(string counter, TimeSpan? window);

    /// <summary>How many counters of a group (<c>per-host</c>) exist.</summary>
    int CountersOf(string group);

    /// <summary>How many open payments (as <see cref="OpenAuthorizations"/> counts) bear this tag.</summary>
    int OpenWith(string tag);

    /// <summary>Denials within the last <paramref name="window"/>, of one client or of all.</summary>
    int DenialsWithin(TimeSpan window, string? client = null);

    /// <summary>The nonce that the account's next signature gets; null before the first.</summary>
    ulong? NextNonce(AccountId account);

    /// <summary>Why this account may not spend; null when it may.</summary>
    string? FrozenBecauseOf(AccountId account);

    /// <summary>Details of the latest audit record of this kind (<see cref="ILedger.RecordAsync"/>); undefined where there is none.</summary>
    JsonElement LatestOf(string kind);
}

/// <summary>Which payments to list; null fields match all.</summary>
public sealed record PaymentFilter
{
    /// <summary>Only these states.</summary>
    public IReadOnlyCollection<PaymentState>? States { get; init; }

    /// <summary>Only this client's.</summary>
    public string? Client { get; init; }

    /// <summary>Only from this account.</summary>
    public AccountId? Account { get; init; }

    /// <summary>Only on this chain.</summary>
    public ChainId? Chain { get; init; }

    /// <summary>Only this kind of spend.</summary>
    public string? Operation { get; init; }
}

/// <summary>A page of payments.</summary>
/// <param name="Payments">Newest first.</param>
/// <param name="Total">How many match in all.</param>
/// <param name="NextCursor">Gives the next page; null on the last.</param>
public sealed record LedgerPage(IReadOnlyList<Payment> Payments, int Total, string? NextCursor);
