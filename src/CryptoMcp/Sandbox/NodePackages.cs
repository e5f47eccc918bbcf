using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace CryptoMcp.Sandbox;

/// <summary>
/// Gets the sandbox's parts onto a person's machine: once, into a cache folder of that person, with npm and the registry that npm
/// is set to. Each package lies in a folder of its own that appears complete or not at all, so two sandboxes may start at once.
/// </summary>
public sealed class NodePackages
{
    private static readonly TimeSpan s_installLimit = TimeSpan.FromMinutes(10);

    private readonly string _folder;
    private readonly Action<string> _progress;
    private readonly TimeProvider _time;

    /// <summary>A cache.</summary>
    /// <param name="folder">The cache folder; see <see cref="DefaultFolder"/>.</param>
    /// <param name="progress">Gets one short line whenever there is something to tell, and one a second while npm works.</param>
    /// <param name="time">The clock.</param>
    public NodePackages(string folder, Action<string> progress, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(time);
        _folder = folder;
        _progress = progress;
        _time = time;
    }

    /// <summary>The person's cache folder: XDG_CACHE_HOME (or ~/.cache), ~/Library/Caches, or %LOCALAPPDATA%.</summary>
    public static string DefaultFolder
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var caches = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathFullyQualified(xdg) ? xdg
                : Path.Combine(home, ".cache");
            return Path.Combine(caches, "cryptomcp", "npm");
        }
    }

    /// <summary>The EVM node: an installed Foundry if there is one, else the pinned package.</summary>
    /// <returns>The full path of the anvil program.</returns>
    /// <exception cref="SandboxException">There is none and none could be installed.</exception>
    public async Task<string> AnvilAsync(CancellationToken cancellationToken)
    {
        if (InstalledAnvil() is { } installed)
        {
            return installed;
        }

        if (NodePackage.Anvil is not { } package)
        {
            throw new SandboxException(
                "No local EVM node is published for this platform. Next: install Foundry (https://getfoundry.sh) so that 'anvil' is on the PATH.");
        }

        var program = Path.Combine(await FetchAsync(package, cancellationToken), "bin", OperatingSystem.IsWindows() ? "anvil.exe" : "anvil");
        return File.Exists(program)
            ? program
            : throw new SandboxException($"The npm package {package.Name} {package.Version} holds no anvil. Next: install Foundry (https://getfoundry.sh).");
    }

    /// <summary>The compiled token.</summary>
    /// <returns>The folder of the package.</returns>
    /// <exception cref="SandboxException">It could not be installed.</exception>
    public Task<string> StablecoinAsync(CancellationToken cancellationToken) => FetchAsync(NodePackage.Stablecoin, cancellationToken);

    /// <summary>A pinned package: from the cache, or fetched into it.</summary>
    /// <returns>The folder of the package.</returns>
    /// <exception cref="SandboxException">It could not be installed, or its content is not the pinned one.</exception>
    public async Task<string> FetchAsync(NodePackage package, CancellationToken cancellationToken)
    {
        var home = Home(package);
        var content = Path.Combine([home, "node_modules", .. package.Name.Split('/')]);
        if (Directory.Exists(content))
        {
            return content;
        }

        var npm = OnPath("npm") ?? throw new SandboxException(
            $"npm was not found, and the sandbox needs it once to fetch {package.Name}. Next: install Node 20 or newer (https://nodejs.org).");
        Directory.CreateDirectory(_folder);
        var workplace = Directory.CreateDirectory($"{home}.{Guid.NewGuid():N}.part").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(workplace, "package.json"), Manifest(package, isLock: false), cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(workplace, "package-lock.json"), Manifest(package, isLock: true), cancellationToken);
            await RunNpmAsync(npm, workplace, package, cancellationToken);
            try
            {
                Directory.Move(workplace, home);
            }
            catch (IOException) when (Directory.Exists(content))
            {
                // Another sandbox was first; what it put there is the same.
            }
        }
        finally
        {
            if (Directory.Exists(workplace))
            {
                Directory.Delete(workplace, recursive: true);
            }
        }

        return Directory.Exists(content)
            ? content
            : throw new SandboxException($"npm did not install {package.Name} {package.Version} and gave no reason. Next: run 'npm ci' in {home}.");
    }

    /// <summary>An anvil that the person has installed: on the PATH, or where Foundry's installer puts it.</summary>
    internal static string? InstalledAnvil()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var foundry = Environment.GetEnvironmentVariable("FOUNDRY_DIR") is { Length: > 0 } set ? set : Path.Combine(home, ".foundry");
        return OnPath("anvil") ?? ProgramIn(Path.Combine(foundry, "bin"), "anvil");
    }

    /// <summary>The full path of a program on the PATH; null when it is not there.</summary>
    internal static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => ProgramIn(folder, program))
        .FirstOrDefault(found => found is not null);

    private static string? ProgramIn(string folder, string program)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];
        return Array.Find([.. endings.Select(ending => Path.Combine(folder, program + ending))], File.Exists);
    }

    private string Home(NodePackage package) => Path.Combine(_folder, $"{package.Name.Replace('/', '+')}@{package.Version}");

    private async Task RunNpmAsync(string npm, string workplace, NodePackage package, CancellationToken cancellationToken)
    {
        // `ci` takes the lock file at its word and refuses content with another hash; no script of the package is run.
        var start = new ProcessStartInfo(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = workplace,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        process.StandardInput.Close();
        var said = new StringBuilder();
        process.OutputDataReceived += (_, line) => Collect(line.Data);
        process.ErrorDataReceived += (_, line) => Collect(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        var started = _time.GetTimestamp();
        using var limit = new CancellationTokenSource(s_installLimit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await using var ticks = _time.CreateTimer(
            _ => _progress($"Fetching {package.Name} {package.Version} ({package.Size}, once) ... {_time.GetElapsedTime(started).TotalSeconds:0} s"),
            null,
            TimeSpan.Zero,
            TimeSpan.FromSeconds(1));
        try
        {
            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw new SandboxException(
                $"npm did not fetch {package.Name} within {s_installLimit.TotalMinutes:0} minutes. Next: check the network and npm's registry, then try again.");
        }

        if (process.ExitCode != 0)
        {
            throw new SandboxException(
                $"npm could not install {package.Name} {package.Version}: {LastLines(said)} Next: check the network and npm's registry, then try again.");
        }

        void Collect(string? line)
        {
            lock (said)
            {
                said.AppendLine(line);
            }
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new SandboxException($"{start.FileName} did not start.");
        }
        catch (Win32Exception problem)
        {
            throw new SandboxException($"{start.FileName} did not start: {problem.Message}. Next: check the Node installation.", problem);
        }
    }

    /// <summary>package.json, or a lock file without download addresses: the hash pins the content, the registry is npm's own choice.</summary>
    private static string Manifest(NodePackage package, bool isLock)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("name", "cryptomcp-sandbox");
            if (isLock)
            {
                json.WriteNumber("lockfileVersion", 3);
                json.WriteBoolean("requires", true);
                json.WriteStartObject("packages");
                json.WriteStartObject("");
                json.WriteString("name", "cryptomcp-sandbox");
                WriteDependency(json, package);
                json.WriteEndObject();
                json.WriteStartObject($"node_modules/{package.Name}");
                json.WriteString("version", package.Version);
                if (package.Integrity is not null)
                {
                    json.WriteString("integrity", package.Integrity);
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }
            else
            {
                json.WriteBoolean("private", true);
                WriteDependency(json, package);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteDependency(Utf8JsonWriter json, NodePackage package)
    {
        json.WriteStartObject("dependencies");
        json.WriteString(package.Name, package.Version);
        json.WriteEndObject();
    }

    private static string LastLines(StringBuilder said)
    {
        lock (said)
        {
            var lines = said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return string.Join(' ', lines.Where(line => line.Length > 0).TakeLast(4));
        }
    }
}
