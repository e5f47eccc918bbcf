using System.Text;
using System.Threading.Channels;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger.Postgres;

/// <summary>
/// The ledger of several guards on several hosts: the journal's records as one totally ordered log in PostgreSQL. Each
/// guard has the whole book in memory. To decide, it locks the log, brings its book up to date with what others appended,
/// lets all its waiting callers decide one after the other, and commits what they recorded together. So the fleet decides
/// as one guard would: on one budget, one sequence of nonces, one set of idempotency keys.
/// </summary>
/// <remarks>
/// While the database cannot be reached, nothing is reserved or signed; callers wait for <see cref="PostgresLedgerOptions.Patience"/>
/// and are then told by <see cref="LedgerUnavailableException"/>. Unlike the journal, this ledger goes on when it comes back.
/// </remarks>
public sealed partial class PostgresLedger : BookLedger
{
    private readonly PostgresLedgerOptions _options;
    private readonly DatabaseTime? _databaseTime;
    private readonly HeadNote? _head;
    private readonly FleetWatch _watch;
    private readonly RecordWriter _encoder = new();
    private readonly RecordReader _decoder = new();
    private readonly LineBuffer _line = new();
    private readonly PendingLines _pending = new();
    private readonly Channel<Change> _queue = Channel.CreateUnbounded<Change>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly byte[] _lastHash = ChainedLine.NoHash.ToArray();
    private readonly byte[] _durableHash = ChainedLine.NoHash.ToArray();
    private PostgresLog? _log;
    private Change? _running;
    private Task _writing = Task.CompletedTask;
    private LedgerException? _broken;
    private long _durable;
    private long _next;
    private int _refreshing;
    private bool _mustReload;

    private PostgresLedger(PostgresLedgerOptions options, TimeProvider time, HeadNote? head)
        : base(new(time), options.FailPoints, options.Random)
    {
        _options = options;
        _databaseTime = time as DatabaseTime;
        _head = head;
        _watch = new(options, Refresh, Open, Find);
    }

    /// <summary>This guard's name among the others.</summary>
    public string Host => _options.Host;

    /// <inheritdoc/>
    public override string Place => $"PostgreSQL, {_options.Database.Name}, as {_options.Host}";

    /// <inheritdoc/>
    public override IWatch Watch => _watch;

    /// <inheritdoc/>
    public override long Records => Interlocked.Read(ref _durable);

    /// <inheritdoc/>
    private protected override bool TakesRecords => _broken is null;

    /// <summary>Connects, makes the tables if need be, and reads the log.</summary>
    /// <exception cref="LedgerUnavailableException">The database cannot be reached or would forget what it is given.</exception>
    /// <exception cref="JournalException">The log is broken, or has lost records that this host knows of.</exception>
    public static async ValueTask<PostgresLedger> OpenAsync(PostgresLedgerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        PostgresLedger? ledger = null;
        try
        {
            DateTimeOffset moment;
            await using (var connection = await options.Database.ConnectAsync("start", cancellationToken).ConfigureAwait(false))
            {
                if (options.Prepare)
                {
                    await Schema.UpgradeAsync(connection, cancellationToken).ConfigureAwait(false);
                }

                moment = (await new PostgresLog(connection).PositionAsync(0, cancellationToken).ConfigureAwait(false)).Moment;
            }

            ledger = new(options, options.Time ?? new DatabaseTime(moment), options.HeadFile is { } file ? HeadNote.Open(file) : null);
            await ledger.BeginAsync(cancellationToken).ConfigureAwait(false);
            return ledger;
        }
        catch (Exception e)
        {
            await ((IAsyncDisposable?)ledger ?? options.Database).DisposeAsync().ConfigureAwait(false);
            options.HomeLock?.Dispose();
            if (LedgerDatabase.IsFault(e) || e is StandbyException)
            {
                throw options.Database.Unavailable(e);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete())
        {
            return;
        }

        // What was taken is still written; a database that does not answer is not waited for.
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
        await DisconnectAsync().ConfigureAwait(false);
        _head?.Dispose();
        _stopping.Dispose();
        await _options.Database.DisposeAsync().ConfigureAwait(false);
        _options.HomeLock?.Dispose();
    }

    /// <inheritdoc/>
    private protected override async ValueTask<T> ChangeAsync<T>(Func<T> change, string? enqueued, string? durable, CancellationToken cancellationToken)
    {
        var asked = new Change<T>(change);
        if (!_queue.Writer.TryWrite(asked))
        {
            throw new LedgerUnavailableException("The ledger is closed.");
        }

        Reach(enqueued);
        T result;
        try
        {
            result = await asked.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            asked.Forsake();
            throw;
        }

        Reach(durable);
        return result;
    }

    /// <inheritdoc/>
    private protected override Payment? Append(LedgerRecord record)
    {
        record.Sequence = _next;
        record.Flushed = _next - 1;

        // A change that is made again keeps its moment, but never one before what others appended meanwhile.
        record.Time = TimeOf(record) is var time && time > Book.HighWater ? time : Book.HighWater;
        record.Host = _options.Host;
        _line.Length = 0;
        _encoder.Write(_line, record, _lastHash);
        var payment = Book.Apply(record);
        ChainedLine.Seal(_line, 0, _lastHash);
        _pending.Add(_line.Written, record is SigningRecord { Nonce: { } nonce, Variant.Purpose: VariantPurpose.Payment }
            ? (LedgerBook.AccountKey(payment!.Account), nonce)
            : null);
        _next++;
        if (payment is not null)
        {
            _running?.Payments.Add(payment.Id);
        }

        return payment;
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        await ReloadAsync(cancellationToken).ConfigureAwait(false);
        if (_next > 0)
        {
            Clock.Start(Book.HighWater);
        }

        await _watch.StartAsync(cancellationToken).ConfigureAwait(false);
        _writing = Task.Run(WriteAsync, CancellationToken.None);
        await ChangeAsync(() => _next == 0 ? Append(new OpenedRecord(OpenedRecord.CurrentFormat)) : null, null, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the writer to look for what others appended.</summary>
    private void Refresh()
    {
        if (Interlocked.Exchange(ref _refreshing, 1) == 0)
        {
            _queue.Writer.TryWrite(RefreshChange.Instance);
        }
    }

    private void Reach(string? place)
    {
        if (place is not null)
        {
            FailPoints.Reach(place);
        }
    }

    private string HashText => Encoding.ASCII.GetString(_durableHash);

    /// <summary>No change at all, only a look at the log.</summary>
    private sealed class RefreshChange : Change
    {
        internal static readonly RefreshChange Instance = new();

        internal override void Run()
        {
        }

        internal override void Complete()
        {
        }

        internal override void Fail(Exception cause)
        {
        }
    }
}
