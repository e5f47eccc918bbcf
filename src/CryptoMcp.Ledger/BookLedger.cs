using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>
/// What every ledger does, wherever its records are kept: requests are decided against one book, one after the other,
/// and what they decide becomes records. Only where the records go, and when they are durable, is left open.
/// </summary>
public abstract partial class BookLedger : ILedger
{
    private readonly PaymentIds _ids;

    private protected BookLedger(LedgerClock clock, IFailPoints failPoints, Action<Memory<byte>> random)
    {
        Clock = clock;
        FailPoints = failPoints;
        _ids = new(random);
        Book = new(clock);
        View = new LockedView(this);
    }

    /// <inheritdoc/>
    public ILedgerView View { get; }

    /// <inheritdoc/>
    public abstract string Place { get; }

    /// <inheritdoc/>
    public abstract long Records { get; }

    /// <inheritdoc/>
    public abstract IWatch Watch { get; }

    /// <summary>Held while the book is read or changed. Nothing waits for a disk or a network inside.</summary>
    private protected Lock Gate { get; } = new();

    /// <summary>The ledger's state; replaced only as a whole, under <see cref="Gate"/>.</summary>
    private protected LedgerBook Book { get; set; }

    /// <summary>The clock that ages windows.</summary>
    private protected LedgerClock Clock { get; }

    /// <summary>Places where tests interfere.</summary>
    private protected IFailPoints FailPoints { get; }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>
    /// Runs a change alone against the current book, under <see cref="Gate"/>, and returns when the records that it
    /// appended are durable, and all that it saw. They are kept together, also where it throws after it appended.
    /// </summary>
    /// <param name="change">Pure but for the records that it appends. May run again if what it appended was not kept.</param>
    /// <param name="enqueued">Fail point once the records are in the writer's hands, if any.</param>
    /// <param name="durable">Fail point once they are durable, if any.</param>
    /// <param name="cancellationToken">Stops the waiting, not the record.</param>
    private protected abstract ValueTask<T> ChangeAsync<T>(Func<T> change, string? enqueued, string? durable, CancellationToken cancellationToken);

    /// <summary>Inside a change: makes a record true in the book and adds it to what becomes durable.</summary>
    private protected abstract Payment? Append(LedgerRecord record);

    /// <summary>When a record counts as appended: a decision's bears the moment of the decision, so that it can be derived again.</summary>
    private protected DateTimeOffset TimeOf(LedgerRecord record) => record.Time == default ? Book.WindowNow : record.Time;

    /// <summary>False once the ledger takes nothing more.</summary>
    private protected abstract bool TakesRecords { get; }

    private void RefuseIfFrozen(AccountId account)
    {
        if (Book.FrozenBecause is { } reason)
        {
            throw new LedgerFrozenException($"Spending is stopped: {reason} Nothing was reserved or signed.");
        }

        if (Book.FrozenBecauseOf(account) is { } accountReason)
        {
            throw new LedgerFrozenException($"The account {account} is frozen: {accountReason} Nothing was reserved or signed.");
        }
    }

    private Payment Known(string paymentId) =>
        Book.Find(paymentId) ?? throw new PaymentStepException(paymentId, $"There is no payment {paymentId}. List the payments to find its id.");

    /// <summary>The book behind the lock, for callers outside a decision.</summary>
    private sealed class LockedView(BookLedger ledger) : ILedgerView
    {
        public DateTimeOffset WindowNow => Read(static book => book.WindowNow);

        public int OpenAuthorizations => Read(static book => book.OpenAuthorizations);

        public string? FrozenBecause => Read(static book => book.FrozenBecause);

        public CounterUsage UsageOf(string counter, TimeSpan? window) => Read(book => book.UsageOf(counter, window));

        public int CountersOf(string group) => Read(book => book.CountersOf(group));

        public int OpenWith(string tag) => Read(book => book.OpenWith(tag));

        public int DenialsWithin(TimeSpan window, string? client = null) => Read(book => book.DenialsWithin(window, client));

        public ulong? NextNonce(AccountId account) => Read(book => book.NextNonce(account));

        public string? FrozenBecauseOf(AccountId account) => Read(book => book.FrozenBecauseOf(account));

        public JsonElement LatestOf(string kind) => Read(book => book.LatestOf(kind));

        private T Read<T>(Func<LedgerBook, T> read)
        {
            lock (ledger.Gate)
            {
                return read(ledger.Book);
            }
        }
    }
}
