namespace CryptoMcp.Ledger.Postgres;

/// <summary>The database's clock, carried on by this machine's monotonic one between two readings: one wall clock for the fleet.</summary>
internal sealed class DatabaseTime : TimeProvider
{
    private readonly Lock _gate = new();
    private DateTimeOffset _moment;
    private long _stamp;

    internal DatabaseTime(DateTimeOffset moment) => Observe(moment);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _moment + GetElapsedTime(_stamp);
        }
    }

    /// <summary>What the database's clock said a moment ago.</summary>
    internal void Observe(DateTimeOffset moment)
    {
        lock (_gate)
        {
            _moment = moment;
            _stamp = GetTimestamp();
        }
    }
}
