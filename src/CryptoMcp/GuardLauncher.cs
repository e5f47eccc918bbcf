using System.Diagnostics;
using System.Net.Sockets;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp;

/// <summary>
/// Starts a guard when none listens, as an ssh-agent would be: in a session of its own, so that it outlives the server
/// that asked for it and serves every other one. Any number of servers may do so at once; the journal's lock lets one
/// guard win, and all connect to it.
/// </summary>
internal sealed class GuardLauncher(GuardHome home) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>Returns when a guard listens.</summary>
    /// <exception cref="GuardException">It did not start; the message carries what it said.</exception>
    public async ValueTask EnsureRunningAsync(CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            if (!await ListensAsync(home.Socket, ct))
            {
                if (home.SharedSocket is { } shared)
                {
                    throw new GuardException(
                        "guard_not_running",
                        $"No guard listens on '{shared}', which {GuardHome.SocketVariable} names, or this user is not in the group that may connect.",
                        "Start the guard's service, such as 'systemctl start cryptomcp-guard', or add this user to its group and log in again.");
                }

                home.Prepare();
                await StartAsync(ct);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>True when something accepts connections on the socket.</summary>
    public static async ValueTask<bool> ListensAsync(string socketPath, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task StartAsync(CancellationToken ct)
    {
        using var guard = Process.Start(StartInfo(home, "guard", "--background", "--home", home.Root))
            ?? throw NotStarted("the operating system refused to start it", null);
        guard.StandardInput.Close();
        guard.StandardOutput.Close();

        // The guard closes its end when it listens; until then this is where it says what is wrong.
        var complaint = guard.StandardError.ReadToEndAsync(ct);
        var started = Stopwatch.GetTimestamp();
        while (!await ListensAsync(home.Socket, ct))
        {
            if (guard.HasExited && guard.ExitCode != 0)
            {
                throw NotStarted((await complaint).Trim(), null);
            }

            if (Stopwatch.GetElapsedTime(started) > s_patience)
            {
                throw NotStarted($"it did not listen within {s_patience.TotalSeconds:0} s", null);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), ct);
        }
    }

    /// <summary>This program again, with other arguments and pipes in place of the standard streams.</summary>
    public static ProcessStartInfo StartInfo(GuardHome home, params ReadOnlySpan<string> arguments)
    {
        var program = Environment.ProcessPath ?? throw NotStarted("the path of this program is unknown", null);
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = home.Root,
        };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "cryptomcp.dll"));
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Without this a process of the same user could ask the runtime for a dump of the heap, keys included.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return start;
    }

    private static GuardException NotStarted(string why, Exception? inner) => new(
        "guard_not_started",
        $"The guard, which holds the keys, did not start: {why}",
        "Run 'cryptomcp doctor' for a diagnosis, or 'cryptomcp guard' in a terminal to see it start.",
        inner);
}
