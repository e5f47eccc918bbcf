using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CryptoMcp.Testing;

/// <summary>
/// A PostgreSQL server of its own: Debian's, on a free loopback port, its data in a private directory, durable as in
/// production. It refuses to run as root, so a test run of root's gives it to the user that Debian made for it.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";

    private readonly string _directory;
    private readonly IReadOnlyList<string> _settings;
    private ChildProcess _process;
    private int _databases;

    private PostgresServer(string directory, IReadOnlyList<string> settings, int port, ChildProcess process)
    {
        _directory = directory;
        _settings = settings;
        _process = process;
        Port = port;
    }

    /// <summary>What to do where <see cref="IsInstalled"/> is false.</summary>
    public static string Missing => "PostgreSQL is not installed. Next: apt-get install postgresql (./test does it where it runs as root).";

    /// <summary>Whether a server's programs are here.</summary>
    public static bool IsInstalled => Programs is not null;

    /// <summary>The loopback port.</summary>
    public int Port { get; }

    /// <summary>Everything that the server wrote.</summary>
    public string Log => _process.ErrorText;

    private static string? Programs { get; } = FindPrograms();

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>Path of one of its programs, such as <c>pgbench</c>.</summary>
    public static string Program(string name) => Path.Combine(Programs ?? throw new InvalidOperationException(Missing), name);

    /// <summary>Makes a server and starts it.</summary>
    /// <param name="settings">Such as <c>fsync=off</c>; without any it is as durable as Debian's default.</param>
    public static async Task<PostgresServer> StartAsync(params IReadOnlyList<string> settings)
    {
        var directory = Directory.CreateTempSubdirectory("cryptomcp-postgres-").FullName;
        if (IsRoot)
        {
            await RunAsync(new("chown", User, directory));
        }

        var data = Path.Combine(directory, "data");
        await RunAsync(AsServer("initdb", directory, "-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"));
        var port = FreePort();
        return new(directory, settings, port, await LaunchAsync(directory, settings, port));
    }

    /// <summary>A connection string for a database of this server.</summary>
    public string ConnectionString(string database, string user = User) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Database={database};Username={user}");

    /// <summary>Makes an empty database and returns its name.</summary>
    public async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"d{Interlocked.Increment(ref _databases)}");
        await SqlAsync("postgres", $"CREATE DATABASE {name}{(template is null ? string.Empty : $" TEMPLATE {template}")}");
        return name;
    }

    /// <summary>Runs SQL and returns what psql prints, unaligned.</summary>
    public async Task<string> SqlAsync(string database, string sql, string user = User)
    {
        var arguments = new[] { "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", user, "-d", database, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql };
        return await RunAsync(new(Program("psql"), arguments));
    }

    /// <summary>Ends it without any chance to write out what it holds in memory.</summary>
    public async Task CrashAsync()
    {
        await RunAsync(AsServer("pg_ctl", _directory, "stop", "-D", Path.Combine(_directory, "data"), "-m", "immediate", "-w"));
        await _process.DisposeAsync();
    }

    /// <summary>Starts it again after <see cref="CrashAsync"/>.</summary>
    public async Task RestartAsync() => _process = await LaunchAsync(_directory, _settings, Port);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Its data goes with it, so it need not write it out first.
        if (!_process.HasExited)
        {
            await CrashAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<ChildProcess> LaunchAsync(string directory, IReadOnlyList<string> settings, int port)
    {
        List<string> arguments =
        [
            "-D", Path.Combine(directory, "data"), "-h", "127.0.0.1", "-k", directory, "-p", port.ToString(CultureInfo.InvariantCulture),
            "-c", "max_connections=200",
        ];
        foreach (var setting in settings)
        {
            arguments.AddRange(["-c", setting]);
        }

        var process = await ChildProcess.StartAsync(AsServer("postgres", directory, [.. arguments]));
        try
        {
            await process.WaitForErrorAsync("database system is ready to accept connections", TimeSpan.FromSeconds(60));
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    // Changing the user clears the death signal that the outer start asked for (prctl(2)), so it is asked for again.
    private static ChildProcessStart AsServer(string program, string directory, params string[] arguments) => IsRoot
        ? new("setpriv", ["--reuid", User, "--regid", User, "--init-groups", "--pdeathsig", "INT", Program(program), .. arguments]) { WorkingDirectory = directory }
        : new(Program(program), arguments) { WorkingDirectory = directory };

    private static async Task<string> RunAsync(ChildProcessStart start)
    {
        await using var process = await ChildProcess.RunAsync(start, TimeSpan.FromSeconds(60));
        return process.ExitCode == 0
            ? process.OutputText.Trim()
            : throw new InvalidOperationException($"{start.File} {string.Join(' ', start.Arguments)} ended with {process.ExitCode}: {process.ErrorText}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? FindPrograms()
    {
        // Debian keeps each major version's programs in a directory of its own, off the PATH.
        const string Debian = "/usr/lib/postgresql";
        var candidates = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var major) ? major : 0).Select(d => Path.Combine(d, "bin"))
            : [];
        return candidates.Concat((Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator))
            .FirstOrDefault(directory => File.Exists(Path.Combine(directory, "initdb")) && File.Exists(Path.Combine(directory, "postgres")));
    }
}
