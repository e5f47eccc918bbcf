using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Guard.Platform;

/// <summary>
/// Where everything lies. <c>chains.json</c> at the top is read by server and guard; the <c>guard</c> directory is the
/// guard's own and closed to everybody else, and the guard refuses to work in one that is not.
/// </summary>
public sealed class GuardHome
{
    /// <summary>Environment variable that moves the home directory.</summary>
    public const string EnvironmentVariable = "CRYPTOMCP_HOME";

    /// <summary>
    /// Environment variable with the socket of a guard that runs under an account of its own. Its directory's mode and group
    /// say who may connect; servers then do not start a guard of their own.
    /// </summary>
    public const string SocketVariable = "CRYPTOMCP_GUARD_SOCKET";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode EverybodyElse = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    // sockaddr_un.sun_path holds 108 bytes on Linux and 104 on macOS, the last of which is the terminator.
    private const int MaxSocketPath = 103;

    /// <summary>A home in a directory.</summary>
    public GuardHome(string directory) => Root = Path.GetFullPath(directory);

    /// <summary>The home directory itself.</summary>
    public string Root { get; }

    /// <summary>The user's own chains.</summary>
    public string ChainsFile => Path.Combine(Root, "chains.json");

    /// <summary>Origins that the owner trusts though they are not on the public Internet; read by the server, never by the guard.</summary>
    public string WebFile => Path.Combine(Root, "web.json");

    /// <summary>The guard's private directory.</summary>
    public string Guard => Path.Combine(Root, "guard");

    /// <summary>The socket that the guard listens on.</summary>
    public string Socket => SharedSocket ?? Path.Combine(Guard, "guard.sock");

    /// <summary>The socket of a guard under an account of its own; null where the guard is the user's own.</summary>
    public string? SharedSocket { get; init; }

    /// <summary>The policy file.</summary>
    public string PolicyFile => Path.Combine(Guard, "policy.json");

    /// <summary>The ledger's journal.</summary>
    public string JournalFile => Path.Combine(Guard, "journal.jsonl");

    /// <summary>Where a ledger is that several hosts share; without this file the ledger is the journal.</summary>
    public string LedgerFile => Path.Combine(Guard, "ledger.conf");

    /// <summary>The last record of a shared ledger that this host knows of.</summary>
    public string LedgerHeadFile => Path.Combine(Guard, "ledger.head");

    /// <summary>What others owe us.</summary>
    public string InvoicesFile => Path.Combine(Guard, "invoices.jsonl");

    /// <summary>Encrypted wallets.</summary>
    public string Wallets => Path.Combine(Guard, "wallets");

    /// <summary>The guard's log.</summary>
    public string LogFile => Path.Combine(Guard, "guard.log");

    /// <summary>While this file exists, nothing is signed.</summary>
    public string FrozenFile => Path.Combine(Guard, "FROZEN");

    /// <summary>The home from an option, else from the environment, else <c>.cryptomcp</c> in the user's profile.</summary>
    public static GuardHome Locate(string? option = null)
    {
        var directory = option ?? Environment.GetEnvironmentVariable(EnvironmentVariable);
        return new(string.IsNullOrEmpty(directory)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cryptomcp")
            : directory)
        {
            SharedSocket = Environment.GetEnvironmentVariable(SocketVariable) is { Length: > 0 } socket ? socket : null,
        };
    }

    /// <summary>Creates the directories where they are missing and checks that nobody else can reach into the guard's.</summary>
    /// <exception cref="GuardException">A directory is a link, belongs to somebody else, or is open to others.</exception>
    public void Prepare()
    {
        foreach (var directory in (string[])[Root, Guard, Wallets])
        {
            if (!Directory.Exists(directory))
            {
                if (OperatingSystem.IsWindows())
                {
                    Directory.CreateDirectory(directory);
                }
                else
                {
                    Directory.CreateDirectory(directory, OwnerOnly);
                }
            }
        }

        CheckPrivate(Root, UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        CheckPrivate(Guard);
        CheckPrivate(Wallets);
        if (Socket.Length > MaxSocketPath)
        {
            throw new GuardException(
                "home_path_too_long",
                $"The socket's path '{Socket}' is longer than the {MaxSocketPath} characters that a Unix domain socket can have.",
                $"Choose a shorter home directory with --home or {EnvironmentVariable}.");
        }
    }

    /// <summary>Writes a file that only its owner can read, durably: a crash leaves the old content or the new, never half.</summary>
    public static void WritePrivateFile(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Environment.ProcessId}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        Posix.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Refuses a file that is a link or that others can read or write.</summary>
    /// <exception cref="GuardException">The file cannot be trusted.</exception>
    public static void CheckPrivateFile(string path) => CheckPrivate(path);

    private static void CheckPrivate(string path, UnixFileMode forbidden = EverybodyElse)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var info = Directory.Exists(path) ? (FileSystemInfo)new DirectoryInfo(path) : new FileInfo(path);
        if (info.LinkTarget is not null)
        {
            throw Open(path, "is a symbolic link");
        }

        if ((info.UnixFileMode & forbidden) != 0)
        {
            throw Open(path, "is open to other users");
        }

        // Only an owner (or root) can change the mode of a file, so setting the mode that it has proves ownership.
        try
        {
            info.UnixFileMode = info.UnixFileMode;
        }
        catch (UnauthorizedAccessException)
        {
            throw Open(path, "belongs to another user");
        }
    }

    private static GuardException Open(string path, string why) => new(
        "home_not_private",
        $"'{path}' {why}; the guard trusts what lies there: keys, policy, ledger, chains.",
        $"Make it yours alone (chown to you, chmod go-rwx '{path}') or choose another home with --home.");
}
