using System.Buffers;
using CryptoMcp.Ledger.Journal;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>The embedded ledger: one process, one append-only journal.</summary>
/// <remarks>
/// Decisions, sequence numbers and chain hashes are made under one lock, in which nothing waits for the disk; the
/// writer then flushes what many callers have left in one go, and each caller returns when its own line is durable.
/// </remarks>
public sealed partial class JournalLedger : ILedger
{
    private readonly Lock _gate = new();
    private readonly LedgerOptions _options;
    private readonly IJournalStorage _storage;
    private readonly LedgerClock _clock;
    private readonly LedgerBook _book;
    private readonly JournalWriter _writer;
    private readonly RecordWriter _encoder = new();
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly byte[] _lastHash;
    private readonly IFailPoints _failPoints;
    private long _nextSequence;
    private bool _closed;

    private JournalLedger(LedgerOptions options, IJournalStorage storage)
    {
        _options = options;
        _storage = storage;
        _failPoints = options.FailPoints;
        _clock = new(options.Time);
        _book = new(_clock);
        var head = storage.ReadHead();
        if (head is not null && JournalHead.Parse(head) is null)
        {
            throw new JournalException($"The head file of {storage.Name} is broken. Check the journal with 'audit --verify'; if it is whole, remove the head file.");
        }

        var loaded = new JournalLoader(storage.Name, storage.Read, JournalHead.Parse(head)).Load(record => _book.Apply(record));
        _failPoints.Reach(LedgerFailPoints.OpenLoaded);
        if (loaded.Torn is not null)
        {
            Repair = $"The last line was torn off by a crash ({loaded.Torn}) and was cut: {storage.Length - loaded.Length} bytes from byte {loaded.Length} on. Nobody had been told of it.";
            storage.Truncate(loaded.Length);
            storage.Flush();
            _failPoints.Reach(LedgerFailPoints.OpenRepaired);
        }

        _lastHash = loaded.LastHash;
        _nextSequence = loaded.NextSequence;
        if (_nextSequence > 0)
        {
            _clock.Start(_book.HighWater);
        }

        _writer = new(storage, loaded.Length, _failPoints);
        View = new LockedView(this);
    }

    /// <inheritdoc/>
    public ILedgerView View { get; }

    /// <summary>What was cut from a torn journal when it was opened; null when nothing was.</summary>
    public string? Repair { get; }

    /// <summary>How many records the journal has.</summary>
    public long Records
    {
        get
        {
            lock (_gate)
            {
                return _nextSequence;
            }
        }
    }

    /// <summary>Opens the journal and rebuilds the ledger from it.</summary>
    /// <exception cref="JournalException">The journal is broken, locked by another guard, or open to others.</exception>
    public static async ValueTask<JournalLedger> OpenAsync(LedgerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        var storage = options.OpenStorage?.Invoke() ?? FileJournalStorage.Open(options.Directory, options.Create);
        JournalLedger? ledger = null;
        try
        {
            ledger = new JournalLedger(options, storage);
            await ledger.BeginAsync().ConfigureAwait(false);
            return ledger;
        }
        catch
        {
            ledger?._writer.Dispose();
            storage.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return ValueTask.CompletedTask;
            }

            _closed = true;
        }

        _failPoints.Reach(LedgerFailPoints.Closing);
        _writer.Dispose();
        _encoder.Dispose();
        _storage.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task BeginAsync()
    {
        Task? durable = null;
        lock (_gate)
        {
            if (_nextSequence == 0)
            {
                (_, durable) = Append(new OpenedRecord(OpenedRecord.CurrentFormat));
            }
            else if (Repair is not null)
            {
                (_, durable) = Append(new AuditRecord("repaired", JsonText.Of(Repair)));
            }
        }

        if (durable is not null)
        {
            await durable.ConfigureAwait(false);
        }
    }

    /// <summary>Makes a record true and hands it to the writer. The caller holds the lock.</summary>
    private (Payment? Payment, Task Durable) Append(LedgerRecord record)
    {
        if (_writer.Failure is { } failure)
        {
            throw new LedgerUnavailableException($"The journal could not be written ({failure.Message}). Free the disk and start the guard again.", failure);
        }

        record.Sequence = _nextSequence;
        record.Time = _book.WindowNow;
        _line.ResetWrittenCount();
        _encoder.Write(_line, record, _nextSequence == 0 ? ChainedLine.NoHash : _lastHash);
        var payment = _book.Apply(record);
        ChainedLine.Seal(_line, _lastHash);
        var durable = _writer.Append(_line.WrittenSpan, record.Sequence);
        _nextSequence++;
        return (payment, durable);
    }

    private void RefuseIfFrozen(AccountId account)
    {
        if (_book.FrozenBecause is { } reason)
        {
            throw new LedgerFrozenException($"Spending is stopped: {reason} Nothing was reserved or signed.");
        }

        if (_book.FrozenBecauseOf(account) is { } accountReason)
        {
            throw new LedgerFrozenException($"The account {account} is frozen: {accountReason} Nothing was reserved or signed.");
        }
    }

    private Payment Known(string paymentId) =>
        _book.Find(paymentId) ?? throw new PaymentStepException(paymentId, $"There is no payment {paymentId}. List the payments to find its id.");

    private static Task Wait(Task durable, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled ? durable.WaitAsync(cancellationToken) : durable;

    /// <summary>The book behind the lock, for callers outside a decision.</summary>
    private sealed class LockedView(JournalLedger ledger) : ILedgerView
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

        private T Read<T>(Func<LedgerBook, T> read)
        {
            lock (ledger._gate)
            {
                return read(ledger._book);
            }
        }
    }
}
