namespace CryptoMcp.Ledger.Tests;

/// <summary>A wall clock and a monotonic clock that move when told to.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private DateTimeOffset _wall = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private long _ticks;

    public DateTimeOffset Wall
    {
        get
        {
            lock (_gate)
            {
                return _wall;
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Wall;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    /// <summary>Time passes.</summary>
    public void Pass(TimeSpan by)
    {
        lock (_gate)
        {
            _wall += by;
            Interlocked.Add(ref _ticks, by.Ticks);
        }
    }

    /// <summary>Somebody sets the system date.</summary>
    public void SetWall(DateTimeOffset wall)
    {
        lock (_gate)
        {
            _wall = wall;
        }
    }
}
