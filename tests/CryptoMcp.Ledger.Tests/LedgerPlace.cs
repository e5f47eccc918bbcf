using System.Text;
using CryptoMcp.Ledger.Journal;
using CryptoMcp.Ledger.Postgres;
using CryptoMcp.Testing;

[assembly: AssemblyFixture(typeof(CryptoMcp.Ledger.Tests.PostgresPlace.ServerOfTheRun))]

namespace CryptoMcp.Ledger.Tests;

/// <summary>Where a ledger under test keeps its records. It outlives the ledger, as a disk outlives a process.</summary>
public interface ILedgerPlace : IAsyncDisposable
{
    /// <summary>How many random runs are worth their time here.</summary>
    int RandomRuns { get; }

    /// <summary>Gets ready; skips the test where the place cannot be had.</summary>
    Task PrepareAsync();

    /// <summary>Opens the ledger that is kept here.</summary>
    Task<BookLedger> OpenAsync(TimeProvider time, IFailPoints failPoints);

    /// <summary>Every line, after a check of the whole chain.</summary>
    Task<string[]> LinesAsync();

    /// <summary>
    /// From here on nothing that the ledger writes becomes known to be durable; <see cref="RestoreAsync"/> ends it. The
    /// ledger that was open is of no more use.
    /// </summary>
    Task CutPowerAsync();

    /// <summary>The power is back; of what was written meanwhile some may have been kept.</summary>
    Task RestoreAsync(int luck);
}

/// <summary>A journal on a disk in memory.</summary>
public sealed class JournalPlace : ILedgerPlace
{
    public MemoryDisk Disk { get; init; } = new();

    public int RandomRuns => 400;

    public Task PrepareAsync() => Task.CompletedTask;

    public async Task<BookLedger> OpenAsync(TimeProvider time, IFailPoints failPoints) =>
        await JournalLedger.OpenAsync(new() { Directory = "unused", Time = time, OpenStorage = Disk.Open, FailPoints = failPoints });

    public Task<string[]> LinesAsync()
    {
        Assert.True(JournalVerifier.Verify(Disk.Open()).IsWhole);
        return Task.FromResult(Encoding.UTF8.GetString(Disk.Written).Split('\n'));
    }

    public Task CutPowerAsync()
    {
        Disk.FailFlush = true;
        return Task.CompletedTask;
    }

    public Task RestoreAsync(int luck)
    {
        Disk.FailFlush = false;
        Disk.PowerCut(luck);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => default;
}

/// <summary>A database of a real PostgreSQL server, which all tests of a run share, behind a line that can be cut.</summary>
public sealed class PostgresPlace : ILedgerPlace
{
    private const string Template = "ledger_template";

    private static readonly Lazy<Task<PostgresServer>> s_server = new(StartAsync);

    private TcpLine? _line;
    private int _cuts;

    public int RandomRuns => 12;

    public string Database { get; private set; } = string.Empty;

    public TcpLine Line => _line!;

    public static Task<PostgresServer> ServerAsync()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        return s_server.Value;
    }

    public async Task PrepareAsync()
    {
        var server = await ServerAsync();
        Database = await server.CreateDatabaseAsync(Template);
        _line = TcpLine.To(server.Port);
    }

    public async Task<BookLedger> OpenAsync(TimeProvider time, IFailPoints failPoints) => await PostgresLedger.OpenAsync(Options with { Time = time, FailPoints = failPoints });

    /// <summary>How to open another guard's ledger on the same database.</summary>
    public PostgresLedgerOptions Options => new()
    {
        Database = new($"Host=127.0.0.1;Port={Line.Port};Database={Database};Username=postgres"),
        Lease = TimeSpan.FromSeconds(1),
        Patience = TimeSpan.FromMilliseconds(300),
    };

    public async Task<string[]> LinesAsync()
    {
        await using var database = Options.Database;
        Assert.True((await PostgresAudit.VerifyAsync(database, CancellationToken.None)).IsWhole);
        return (await (await ServerAsync()).SqlAsync(Database, "SELECT line FROM cryptomcp.record ORDER BY sequence")).Split('\n');
    }

    public Task CutPowerAsync()
    {
        Line.Set(_cuts++ % 2 == 0 ? LineState.LosesAnswers : LineState.Cut);
        return Task.CompletedTask;
    }

    public Task RestoreAsync(int luck)
    {
        Line.Set(LineState.Passes);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _line?.DisposeAsync() ?? default;

    /// <summary>Stops the server at the end of the run, if any test wanted one.</summary>
    public sealed class ServerOfTheRun : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (s_server.IsValueCreated)
            {
                await (await s_server.Value).DisposeAsync();
            }
        }
    }

    private static async Task<PostgresServer> StartAsync()
    {
        var server = await PostgresServer.StartAsync();
        await server.SqlAsync("postgres", $"CREATE DATABASE {Template}");
        await using var database = new LedgerDatabase(server.ConnectionString(Template));
        await Schema.PrepareAsync(database, role: null, CancellationToken.None);
        return server;
    }
}
