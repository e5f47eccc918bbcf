namespace CryptoMcp.Reputation;

/// <summary>
/// What one look-up may cost a node: a number of calls and a time. Scans stop when it is spent and say what they did not
/// see. Safe for concurrent use.
/// </summary>
/// <param name="maxCalls">Requests at most.</param>
/// <param name="time">Time from now.</param>
/// <param name="clock">The clock that the time goes by.</param>
public sealed class ReadBudget(int maxCalls, TimeSpan time, TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();
    private int _calls;

    /// <summary>Requests made so far, also those that a spent budget could not prevent.</summary>
    public int Calls => _calls;

    /// <summary>True when nothing more may be asked that could be left out.</summary>
    public bool IsSpent => _calls >= maxCalls || clock.GetElapsedTime(_started) >= time;

    /// <summary>Time since the look-up began.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>Counts requests that are about to be made.</summary>
    public void Count(int calls = 1) => Interlocked.Add(ref _calls, calls);
}
