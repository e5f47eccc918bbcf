using System.Threading.Tasks.Sources;

namespace CryptoMcp.Ledger.Journal;

/// <summary>One caller's wait for the disk.</summary>
internal abstract class DurableWait
{
    /// <summary>Ends the wait and runs what waited, here and now.</summary>
    internal abstract void End(Exception? failure);
}

/// <summary>
/// A wait that hands out its result when the lines that made it true are durable. A hundred thousand payments a second
/// wait twice each, so waits are used again: by the thread that ended the last one, which is where the next call comes from.
/// </summary>
internal sealed class DurableResult<T> : DurableWait, IValueTaskSource<T>
{
    private const int KeptPerThread = 256;

    [ThreadStatic]
    private static DurableResult<T>? t_free;

    [ThreadStatic]
    private static int t_freeCount;

    private ManualResetValueTaskSourceCore<bool> _core;
    private T _result = default!;
    private IFailPoints _failPoints = NoFailPoints.Instance;
    private string? _durable;
    private DurableResult<T>? _nextFree;

    private DurableResult()
    {
    }

    internal ValueTask<T> Task => new(this, _core.Version);

    /// <summary>A wait for <paramref name="result"/> that passes the fail point <paramref name="durable"/> when it ends well.</summary>
    internal static DurableResult<T> Begin(T result, IFailPoints failPoints, string? durable)
    {
        if (t_free is { } wait)
        {
            t_free = wait._nextFree;
            t_freeCount--;
            wait._nextFree = null;
        }
        else
        {
            wait = new();
        }

        (wait._result, wait._failPoints, wait._durable) = (result, failPoints, durable);
        return wait;
    }

    internal override void End(Exception? failure)
    {
        if (failure is null)
        {
            _core.SetResult(true);
        }
        else
        {
            _core.SetException(failure);
        }
    }

    /// <inheritdoc/>
    public T GetResult(short token)
    {
        var (result, failPoints, durable) = (_result, _failPoints, _durable);
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            _result = default!;
            _core.Reset();
            if (t_freeCount < KeptPerThread)
            {
                _nextFree = t_free;
                t_free = this;
                t_freeCount++;
            }
        }

        if (durable is not null)
        {
            failPoints.Reach(durable);
        }

        return result;
    }

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}

/// <summary>
/// Ends the waits of one flush, one after the other on a pool thread, instead of waking a thread for each. As long as some
/// are left, another pool thread is asked to help: a caller that blocks holds up nobody but itself.
/// </summary>
internal sealed class Awakening(DurableWait[] waits, int count, Exception? failure) : IThreadPoolWorkItem
{
    private int _taken;
    private int _helpAsked;

    internal void Start() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <inheritdoc/>
    public void Execute()
    {
        Volatile.Write(ref _helpAsked, 0);
        while (Interlocked.Increment(ref _taken) - 1 is var mine && mine < count)
        {
            if (mine + 1 < count && Interlocked.Exchange(ref _helpAsked, 1) == 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            waits[mine].End(failure);
        }
    }
}
