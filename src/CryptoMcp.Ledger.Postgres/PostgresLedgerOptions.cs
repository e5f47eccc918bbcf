using System.Security.Cryptography;

namespace CryptoMcp.Ledger.Postgres;

/// <summary>How to open a fleet's ledger.</summary>
public sealed record PostgresLedgerOptions
{
    /// <summary>Where it is. The ledger disposes of it.</summary>
    public required LedgerDatabase Database { get; init; }

    /// <summary>Make or upgrade the tables where the role may.</summary>
    public bool Prepare { get; init; } = true;

    /// <summary>
    /// A file beside the guard's other files in which the last durable record is noted, so that a database that comes back
    /// with less than it had is noticed; null notes nothing.
    /// </summary>
    public string? HeadFile { get; init; }

    /// <summary>Held for as long as the ledger is open; null for nothing.</summary>
    public IDisposable? HomeLock { get; init; }

    /// <summary>This guard's name among the others: unique for each start.</summary>
    public string Host { get; init; } = $"{Environment.MachineName}/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";

    /// <summary>After this long without a sign of life a guard counts as gone, and others take over what it left.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a caller waits for a database that does not answer before it is told so.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Clocks; null takes the database's wall clock, which all guards share, and this machine's monotonic one.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>Places where tests interfere.</summary>
    public IFailPoints FailPoints { get; init; } = NoFailPoints.Instance;

    /// <summary>Fills a buffer with random bytes, for payment ids.</summary>
    public Action<Memory<byte>> Random { get; init; } = static bytes => RandomNumberGenerator.Fill(bytes.Span);
}
