using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace CryptoMcp.Ledger.Postgres;

/// <summary>The database that holds the fleet's ledger: how to reach it, and whether it keeps what it is given.</summary>
public sealed class LedgerDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    /// <summary>Reads a connection string of Npgsql, <c>Host=…;Database=…;Username=…</c>; all its settings hold, TLS among them.</summary>
    /// <exception cref="FormatException">It is none, or names no host.</exception>
    public LedgerDatabase(string connectionString)
    {
        var settings = Parse(connectionString);
        Name = $"{settings.Database ?? settings.Username} at {settings.Host}";
        IsEncrypted = settings.SslMode is SslMode.VerifyFull or SslMode.VerifyCA || IsLocal(settings.Host!);

        // A guard keeps two connections for as long as it runs; a pool would only hide what became of them.
        settings.Pooling = false;
        settings.Enlist = false;
        settings.TcpKeepAlive = true;
        settings.IncludeErrorDetail = false;
        settings.MaxAutoPrepare = Math.Max(settings.MaxAutoPrepare, 16);
        settings.AutoPrepareMinUsages = 2;
        settings.Timeout = Math.Min(settings.Timeout, 5);
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        _source = builder.Build();
    }

    /// <summary>Database and host, for people.</summary>
    public string Name { get; }

    /// <summary>False where others on the network could read along or pose as the database.</summary>
    public bool IsEncrypted { get; }

    /// <summary>Reads a connection string, and refuses what names no server.</summary>
    /// <exception cref="FormatException">It is none, or names no host.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            return string.IsNullOrEmpty(settings.Host) ? throw new FormatException("The connection string names no Host.") : settings;
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException)
        {
            // Its message could repeat a password.
            throw new FormatException("This is no connection string of PostgreSQL. Write it as Host=…;Database=…;Username=….");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>Connects and checks that what is committed there survives a power cut.</summary>
    /// <exception cref="LedgerUnavailableException">It would not, or this is a standby.</exception>
    internal async ValueTask<NpgsqlConnection> ConnectAsync(string purpose, CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(new($"SET application_name = 'cryptomcp {purpose}'"));

            // A guard that hangs while it has the lock must not stop the fleet for longer than this.
            batch.BatchCommands.Add(new("SET idle_in_transaction_session_timeout = '5s'"));
            batch.BatchCommands.Add(new("SET lock_timeout = '10s'"));

            // The log is only ever read along its key. A plan made once, for any number, might think otherwise.
            batch.BatchCommands.Add(new("SET enable_seqscan = off"));
            batch.BatchCommands.Add(new("SET enable_bitmapscan = off"));
            batch.BatchCommands.Add(new("SET jit = off"));
            batch.BatchCommands.Add(new(
                "SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'), pg_is_in_recovery()::text, current_setting('server_version_num')::int"));
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            Check(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4));
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether an exception came from the database or the way to it, rather than from this program.</summary>
    internal static bool IsFault(Exception e) => e is NpgsqlException or IOException or SocketException or TimeoutException;

    /// <summary>Whether trying again on a new connection may help.</summary>
    internal static bool IsPassing(Exception e) => e switch
    {
        // Classes 08 connection, 40 rollback, 53 resources, 57 operator intervention; 25P03 idle for too long; 55P03 lock not had in time.
        PostgresException { SqlState: var state } =>
            state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("40", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal)
            || state.StartsWith("57", StringComparison.Ordinal) || state is "25P03" or "25P02" or "55P03",
        StandbyException => true,
        _ => IsFault(e),
    };

    internal LedgerUnavailableException Unavailable(Exception cause) => new(
        $"The ledger's database {Name} cannot be used: {Words(cause)} Nothing is reserved or signed until it can; what is held stays held.", cause);

    private static string Words(Exception cause) => cause switch
    {
        LedgerException e => e.Message,
        PostgresException { SqlState: "42501" } e => $"{e.MessageText}. Give this role the guard's rights with 'cryptomcp ledger prepare --grant ROLE', as the schema's owner.",
        PostgresException e => $"{e.MessageText} ({e.SqlState}).",
        _ => $"{(cause.InnerException is SocketException inner ? inner.Message : cause.Message)}.",
    };

    private static void Check(string fsync, string fullPageWrites, string synchronousCommit, string isStandby, int version)
    {
        if (isStandby == "true")
        {
            throw new StandbyException("It is a standby, which takes no writes. Name the primary, or all hosts and Target Session Attributes=primary.");
        }

        if (version < 130000)
        {
            throw new LedgerUnavailableException($"PostgreSQL {version / 10000} is too old; 13 or newer is needed.");
        }

        var forgetful = fsync != "on" ? "fsync" : fullPageWrites != "on" ? "full_page_writes" : synchronousCommit == "off" ? "synchronous_commit" : null;
        if (forgetful is not null)
        {
            throw new LedgerUnavailableException(string.Create(
                CultureInfo.InvariantCulture,
                $"{forgetful} is off there, so a crash would make it forget payments whose signatures are out. Turn it on: ALTER SYSTEM SET {forgetful} = on; SELECT pg_reload_conf()."));
        }
    }

    private static bool IsLocal(string hosts) => hosts.Split(',').All(host =>
        host.StartsWith('/') || host.StartsWith("localhost", StringComparison.OrdinalIgnoreCase) || host.StartsWith("127.", StringComparison.Ordinal) || host.StartsWith("::1", StringComparison.Ordinal));
}

/// <summary>Connected to a standby; during a failover the next try may find the primary.</summary>
internal sealed class StandbyException(string message) : LedgerException(message);
