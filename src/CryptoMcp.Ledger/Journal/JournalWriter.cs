using System.Buffers;
using System.Text;

namespace CryptoMcp.Ledger.Journal;

/// <summary>
/// Group commit: lines that come while one batch is being flushed form the next, which costs one write and one flush
/// however many they are. After a failure nothing is taken any more: a later flush that succeeds would prove nothing
/// about the bytes of the one that failed.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    private const int MaximumWaiting = 8 << 20;

    private readonly IJournalStorage _storage;
    private readonly IFailPoints _failPoints;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private readonly byte[] _lastHash = new byte[ChainedLine.HashLength];

    private Batch _filling = new();
    private Batch _spare = new();
    private Task _inFlight = Task.CompletedTask;
    private long _offset;
    private Exception? _failure;
    private bool _closing;

    internal JournalWriter(IJournalStorage storage, long offset, IFailPoints failPoints)
    {
        _storage = storage;
        _offset = offset;
        _failPoints = failPoints;
        _thread = new Thread(Run) { IsBackground = true, Name = "journal writer" };
        _thread.Start();
    }

    /// <summary>Why nothing is taken any more.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Stops after what is waiting was written.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    /// <summary>Takes a line. The task ends when it is durable.</summary>
    /// <exception cref="LedgerUnavailableException">A write failed earlier, or the journal is closed.</exception>
    internal Task Append(ReadOnlySpan<byte> line, long sequence)
    {
        lock (_gate)
        {
            while (_failure is null && !_closing && _filling.Bytes.WrittenCount > MaximumWaiting)
            {
                Monitor.Wait(_gate);
            }

            if (_failure is not null || _closing)
            {
                throw Unavailable(_failure);
            }

            _filling.Bytes.Write(line);
            _filling.LastSequence = sequence;
            if (_filling.Lines++ == 0)
            {
                Monitor.PulseAll(_gate);
            }

            return _filling.Done.Task;
        }
    }

    /// <summary>Ends when all that was taken so far is durable.</summary>
    internal Task Durable()
    {
        lock (_gate)
        {
            return _failure is not null ? Task.FromException(Unavailable(_failure)) : _filling.Lines > 0 ? _filling.Done.Task : _inFlight;
        }
    }

    private static LedgerUnavailableException Unavailable(Exception? cause) => new(
        cause is null
            ? "The journal is closed."
            : $"The journal could not be written ({cause.Message}). Nothing more is reserved or signed; free the disk and start the guard again.",
        cause);

    private void Run()
    {
        while (Take() is { } batch)
        {
            try
            {
                Keep(batch);
            }
            catch (Exception e)
            {
                // Whatever went wrong, nobody may believe that these lines are kept; this is where every waiter hears of it.
                Fail(batch, e);
                return;
            }

            batch.Done.SetResult();
            lock (_gate)
            {
                batch.Reset();
                _spare = batch;
            }
        }
    }

    private Batch? Take()
    {
        lock (_gate)
        {
            while (_filling.Lines == 0)
            {
                if (_closing)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            var batch = _filling;
            _filling = _spare;
            _inFlight = batch.Done.Task;
            Monitor.PulseAll(_gate);
            return batch;
        }
    }

    private void Keep(Batch batch)
    {
        var bytes = batch.Bytes.WrittenSpan;
        _failPoints.Reach(LedgerFailPoints.JournalWrite);
        _storage.Write(_offset, bytes);
        _failPoints.Reach(LedgerFailPoints.JournalWritten);
        _storage.Flush();
        _offset += bytes.Length;
        _failPoints.Reach(LedgerFailPoints.JournalFlushed);
        ChainedLine.Hash(bytes[..^1]).CopyTo(_lastHash);
        _storage.WriteHead(new JournalHead(batch.LastSequence, Encoding.ASCII.GetString(_lastHash)).ToBytes());
        _failPoints.Reach(LedgerFailPoints.JournalHeadNoted);
    }

    private void Fail(Batch batch, Exception cause)
    {
        Batch waiting;
        lock (_gate)
        {
            _failure = cause;
            waiting = _filling;
            Monitor.PulseAll(_gate);
        }

        batch.Done.SetException(Unavailable(cause));
        waiting.Done.SetException(Unavailable(cause));
        _ = batch.Done.Task.Exception;
        _ = waiting.Done.Task.Exception;
    }

    private sealed class Batch
    {
        internal ArrayBufferWriter<byte> Bytes { get; } = new(64 << 10);

        internal TaskCompletionSource Done { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal int Lines { get; set; }

        internal long LastSequence { get; set; }

        internal void Reset()
        {
            Bytes.ResetWrittenCount();
            Lines = 0;
            Done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
