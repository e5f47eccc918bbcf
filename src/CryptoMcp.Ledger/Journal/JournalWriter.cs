namespace CryptoMcp.Ledger.Journal;

/// <summary>
/// Group commit: lines that come while one batch is being flushed form the next, which costs one write and one flush
/// however many they are. After a failure nothing is taken any more: a later flush that succeeds would prove nothing
/// about the bytes of the one that failed.
/// </summary>
/// <remarks>
/// It shares the ledger's lock: lines are made, in order, in the buffer from which they are written. The lock is never
/// held while the disk is waited for.
/// </remarks>
internal sealed class JournalWriter : IDisposable
{
    /// <summary>
    /// The most that is written between two flushes, unless a single line is longer. It bounds what a power cut can leave
    /// half written, and so what may be cut off at the next start.
    /// </summary>
    internal const int LongestWrite = 4 << 20;

    private readonly IJournalStorage _storage;
    private readonly IFailPoints _failPoints;
    private readonly Thread _thread;
    private readonly Lock _gate;
    private readonly SemaphoreSlim _work = new(0);
    private readonly byte[] _head = new byte[JournalHead.Length];

    private Batch _filling = new();
    private Batch _other = new();
    private bool _flushing;
    private bool _idle;
    private long _offset;
    private long _end;
    private Exception? _failure;
    private bool _closing;

    internal JournalWriter(IJournalStorage storage, LoadedJournal loaded, Lock gate, IFailPoints failPoints)
    {
        _storage = storage;
        (_offset, _end) = (loaded.Length, loaded.Length);
        Flushed = loaded.NextSequence - 1;
        _gate = gate;
        _failPoints = failPoints;
        _thread = new Thread(Run) { IsBackground = true, Name = "journal writer" };
        _thread.Start();
    }

    /// <summary>Stops after what is waiting was written.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Rouse();
        }

        _thread.Join();
        _work.Dispose();
    }

    /// <summary>Why nothing is taken any more; null when lines are taken.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Where the last line that was taken will end in the journal. The caller holds the lock.</summary>
    internal long End => _end;

    /// <summary>Number of the last record that is durable. The caller holds the lock.</summary>
    internal long Flushed { get; private set; }

    /// <summary>The buffer to whose end the next line goes. The caller holds the lock, and ends with <see cref="Take"/> or cuts back what it wrote.</summary>
    /// <exception cref="LedgerUnavailableException">A write failed earlier, or the journal is closed.</exception>
    internal LineBuffer Begin() => _failure is null && !_closing ? _filling.Bytes : throw Unavailable(_failure);

    /// <summary>Takes the line that was written to the buffer. The caller holds the lock.</summary>
    internal void Take(long sequence, int length)
    {
        _end += length;
        _filling.LastSequence = sequence;
        _filling.Lines++;
        Rouse();
    }

    /// <summary>
    /// Hands out <paramref name="result"/> when all that was taken so far is durable, after the fail point
    /// <paramref name="failPoint"/>. The caller holds the lock.
    /// </summary>
    internal ValueTask<T> WhenDurable<T>(T result, string? failPoint)
    {
        if (_failure is not null)
        {
            return ValueTask.FromException<T>(Unavailable(_failure));
        }

        var wait = DurableResult<T>.Begin(result, _failPoints, failPoint);
        var task = wait.Task;
        if (_filling.Lines > 0)
        {
            _filling.Add(wait);
        }
        else if (_flushing)
        {
            _other.Add(wait);
        }
        else
        {
            wait.End(null);
        }

        return task;
    }

    private static LedgerUnavailableException Unavailable(Exception? cause) => new(
        cause is null
            ? "The journal is closed."
            : $"The journal could not be written ({cause.Message}). Nothing more is reserved or signed; free the disk and start the guard again.",
        cause);

    private void Rouse()
    {
        if (_idle)
        {
            _idle = false;
            _work.Release();
        }
    }

    private void Run()
    {
        while (Next() is { } batch)
        {
            try
            {
                Keep(batch);
            }
            catch (Exception e)
            {
                // Whatever went wrong, nobody may believe that these lines are kept; this is where every waiter hears of it.
                Fail(e);
                return;
            }

            Awakening? awakening;
            lock (_gate)
            {
                _flushing = false;
                Flushed = batch.LastSequence;
                awakening = batch.Awaken(null);
                batch.Clear();
            }

            awakening?.Start();
            _failPoints.Reach(LedgerFailPoints.JournalTold);
        }
    }

    private Batch? Next()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_filling.Lines > 0)
                {
                    (_filling, _other) = (_other, _filling);
                    _flushing = true;
                    return _other;
                }

                if (_closing)
                {
                    return null;
                }

                _idle = true;
            }

            _work.Wait();
        }
    }

    private void Keep(Batch batch)
    {
        var bytes = batch.Bytes.Written;
        _failPoints.Reach(LedgerFailPoints.JournalTaken);
        _failPoints.Reach(LedgerFailPoints.JournalWrite);
        for (var rest = bytes; !rest.IsEmpty;)
        {
            var part = rest[..LengthOfWrite(rest)];
            _storage.Write(_offset, part);
            _failPoints.Reach(LedgerFailPoints.JournalWritten);
            _storage.Flush();
            _offset += part.Length;
            rest = rest[part.Length..];
        }

        _failPoints.Reach(LedgerFailPoints.JournalFlushed);
        JournalHead.Write(_head, batch.LastSequence, ChainedLine.Hash(bytes[..^1]));
        _storage.WriteHead(_head);
        _failPoints.Reach(LedgerFailPoints.JournalHeadNoted);
    }

    private static int LengthOfWrite(ReadOnlySpan<byte> lines)
    {
        if (lines.Length <= LongestWrite)
        {
            return lines.Length;
        }

        var last = lines[..LongestWrite].LastIndexOf((byte)'\n');
        return last >= 0 ? last + 1 : lines.IndexOf((byte)'\n') + 1;
    }

    private void Fail(Exception cause)
    {
        Awakening? flushing;
        Awakening? waiting;
        lock (_gate)
        {
            _failure = cause;
            flushing = _other.Awaken(Unavailable(cause));
            waiting = _filling.Awaken(Unavailable(cause));
        }

        flushing?.Start();
        waiting?.Start();
    }

    private sealed class Batch
    {
        private DurableWait[] _waits = new DurableWait[16];
        private int _waitCount;

        internal LineBuffer Bytes { get; } = new();

        internal int Lines { get; set; }

        internal long LastSequence { get; set; }

        internal void Add(DurableWait wait)
        {
            if (_waitCount == _waits.Length)
            {
                Array.Resize(ref _waits, _waitCount * 2);
            }

            _waits[_waitCount++] = wait;
        }

        /// <summary>Hands over whoever waits; null when nobody does.</summary>
        internal Awakening? Awaken(Exception? failure)
        {
            if (_waitCount == 0)
            {
                return null;
            }

            var awakening = new Awakening(_waits, _waitCount, failure);
            _waits = new DurableWait[Math.Max(16, _waitCount)];
            _waitCount = 0;
            return awakening;
        }

        internal void Clear()
        {
            Bytes.Length = 0;
            Lines = 0;
        }
    }
}
