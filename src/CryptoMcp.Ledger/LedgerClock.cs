namespace CryptoMcp.Ledger;

/// <summary>
/// The clock that ages windows. It starts at the journal's high-water mark and moves only as fast as the monotonic
/// clock, or up to finalized chain time that the wall clock does not contradict. So neither setting the system date nor
/// one lying endpoint empties a window. A wall clock that jumps forward puts it in doubt until the chain speaks.
/// </summary>
internal sealed class LedgerClock
{
    private static readonly TimeSpan s_jump = TimeSpan.FromSeconds(60);

    private readonly TimeProvider _time;
    private DateTimeOffset _window;
    private DateTimeOffset _wall;
    private long _stamp;

    internal LedgerClock(TimeProvider time)
    {
        _time = time;
        _wall = time.GetUtcNow();
        _stamp = time.GetTimestamp();
        _window = Whole(_wall);
    }

    /// <summary>Why the clock is not to be trusted; null when it is.</summary>
    internal string? Doubt { get; private set; }

    /// <summary>Begins at the latest time on record. A longer stop is made good by chain time, not by the wall clock.</summary>
    internal void Start(DateTimeOffset highWater) =>
        _window = _wall - highWater > s_jump || _wall < highWater ? highWater : Whole(_wall);

    /// <summary>Window time, in whole milliseconds so that the journal keeps all of it.</summary>
    internal DateTimeOffset Now()
    {
        var wall = _time.GetUtcNow();
        var stamp = _time.GetTimestamp();
        var elapsed = _time.GetElapsedTime(_stamp, stamp);
        var jump = wall - _wall - elapsed;
        if (jump > s_jump)
        {
            Doubt = $"The system clock jumped forward by {(long)jump.TotalSeconds} s. Spending stops until a chain confirms the time.";
            _wall += jump;
        }

        var milliseconds = elapsed.Ticks / TimeSpan.TicksPerMillisecond;
        if (milliseconds > 0)
        {
            // The fraction stays on the stamp, or frequent readings would slow the clock.
            var whole = TimeSpan.FromMilliseconds(milliseconds);
            _stamp += milliseconds * _time.TimestampFrequency / 1000;
            _wall = wall - (elapsed - whole);
            _window += whole;
        }

        return _window;
    }

    /// <summary>A finalized block's time: the window may follow up to there, and doubt ends.</summary>
    internal void Observe(DateTimeOffset chainTime)
    {
        var now = Now();
        var known = chainTime < _wall ? chainTime : _wall;
        if (known > now)
        {
            _window = Whole(known);
        }

        Doubt = null;
    }

    private static DateTimeOffset Whole(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
