using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger;

/// <summary>The embedded ledger: one process, one append-only journal.</summary>
/// <remarks>
/// Decisions, sequence numbers and chain hashes are made under one lock, in which nothing waits for the disk; the
/// writer then flushes what many callers have left in one go, and each caller returns when its own line is durable.
/// </remarks>
public sealed partial class JournalLedger : BookLedger
{
    private readonly IJournalStorage _storage;
    private readonly JournalWriter _writer;
    private readonly RecordWriter _encoder = new();
    private readonly byte[] _lastHash;
    private long _nextSequence;
    private bool _closed;

    private JournalLedger(LedgerOptions options, IJournalStorage storage)
        : base(new(options.Time), options.FailPoints, options.Random)
    {
        _storage = storage;
        var head = storage.ReadHead();
        if (head is not null && JournalHead.Parse(head) is null)
        {
            throw new JournalException($"The head file of {storage.Name} is broken. Check the journal with 'audit --verify'; if it is whole, remove the head file.");
        }

        var start = UseSnapshot();
        var loaded = new JournalLoader(storage.Name, storage.Read, JournalHead.Parse(head), start).Load(record => Book.Apply(record));
        FailPoints.Reach(LedgerFailPoints.OpenLoaded);
        if (loaded.Torn is not null)
        {
            Repair = $"The last write was torn off by a crash ({loaded.Torn}) and was cut: {loaded.End - loaded.Length} bytes from byte {loaded.Length} on. Nobody had been told of it.";
            storage.Truncate(loaded.Length);
            storage.Flush();
            FailPoints.Reach(LedgerFailPoints.OpenRepaired);
        }

        _lastHash = loaded.LastHash;
        _nextSequence = loaded.NextSequence;
        if (_nextSequence > 0)
        {
            Clock.Start(Book.HighWater);
        }

        _writer = new(storage, loaded, Gate, FailPoints);
        Watch = new LoneWatch(Open(), Find);
    }

    /// <summary>What was cut from a torn journal when it was opened; null when nothing was.</summary>
    public string? Repair { get; }

    /// <inheritdoc/>
    public override string Place => _storage.Name;

    /// <inheritdoc/>
    public override IWatch Watch { get; }

    /// <inheritdoc/>
    public override long Records
    {
        get
        {
            lock (Gate)
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
    public override async ValueTask DisposeAsync()
    {
        lock (Gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
        }

        FailPoints.Reach(LedgerFailPoints.Closing);
        _writer.Dispose();
        try
        {
            await EndSnapshotsAsync().ConfigureAwait(false);
        }
        finally
        {
            _storage.Dispose();
        }
    }

    /// <inheritdoc/>
    private protected override bool TakesRecords => _writer.Failure is null;

    /// <inheritdoc/>
    private protected override ValueTask<T> ChangeAsync<T>(Func<T> change, string? enqueued, string? durable, CancellationToken cancellationToken)
    {
        try
        {
            ValueTask<T> kept;
            lock (Gate)
            {
                kept = _writer.WhenDurable(change(), durable);
                if (_nextSequence >= _snapshotDue)
                {
                    BeginSnapshot();
                }
            }

            if (enqueued is not null)
            {
                FailPoints.Reach(enqueued);
            }

            return cancellationToken.CanBeCanceled && !kept.IsCompleted ? new(kept.AsTask().WaitAsync(cancellationToken)) : kept;
        }
        catch (Exception e)
        {
            return ValueTask.FromException<T>(e);
        }
    }

    /// <inheritdoc/>
    private protected override Payment? Append(LedgerRecord record)
    {
        var lines = _writer.Begin();
        var start = lines.Length;
        record.Sequence = _nextSequence;
        record.Flushed = _writer.Flushed;
        record.Time = TimeOf(record);
        Payment? payment;
        try
        {
            _encoder.Write(lines, record, _nextSequence == 0 ? ChainedLine.NoHash : _lastHash);
            payment = Book.Apply(record);
            FailPoints.Reach(LedgerFailPoints.AppendApplied);
        }
        catch
        {
            lines.Length = start;
            throw;
        }

        ChainedLine.Seal(lines, start, _lastHash);
        _writer.Take(record.Sequence, lines.Length - start);
        _nextSequence++;
        return payment;
    }

    private async Task BeginAsync()
    {
        var first = _nextSequence == 0 ? new OpenedRecord(OpenedRecord.CurrentFormat)
            : Repair is not null ? new AuditRecord("repaired", JsonText.Of(Repair))
            : (LedgerRecord?)null;
        if (first is not null)
        {
            await ChangeAsync(() => Append(first), null, null, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
