namespace CryptoMcp.Guard.Tests.Approvals;

/// <summary>The real clock, moved: time that passed moves both hands, a set date only the wall's.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _passed;
    private long _set;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _passed) + Volatile.Read(ref _set));

    public override long GetTimestamp() =>
        System.GetTimestamp() + (long)(TimeSpan.FromTicks(Volatile.Read(ref _passed)).TotalSeconds * System.TimestampFrequency);

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time) => Interlocked.Add(ref _passed, time.Ticks);

    /// <summary>Sets the system's date by so much, as anybody with the right to can.</summary>
    public void SetDateBy(TimeSpan time) => Interlocked.Add(ref _set, time.Ticks);
}
