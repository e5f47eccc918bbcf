using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace CryptoMcp.Testing;

/// <summary>How a child process is started.</summary>
public sealed record ChildProcessStart(string File, params IReadOnlyList<string> Arguments)
{
    /// <summary>Set in the child's environment; a null value removes the variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Start from an empty environment (PATH and HOME excepted) rather than from ours.</summary>
    public bool CleanEnvironment { get; init; }

    /// <summary>The child's working directory; the repository's root when null.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// Leave standard output to the test as a raw stream (<see cref="ChildProcess.Output"/>), for a server that speaks a protocol
    /// there. Otherwise output is read line by line into <see cref="ChildProcess.OutputText"/>.
    /// </summary>
    public bool RawOutput { get; init; }
}

/// <summary>
/// A process that a test started: its output captured, ended by its own id, and gone at the latest when the test run is gone,
/// even when the test run itself was killed.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly string? s_deathWatch = OperatingSystem.IsLinux() && System.IO.File.Exists("/usr/bin/setpriv") ? "/usr/bin/setpriv" : null;

    // Linux ties the parent-death signal to the thread that forked, not to the process (prctl(2), PR_SET_PDEATHSIG): a thread of
    // the pool that retires would take the child with it. So every start happens on this one thread, which lives as long as we do.
    private static readonly BlockingCollection<Action> s_starts = [];

    private readonly Process _process;
    private readonly LineLog _output = new();
    private readonly LineLog _error = new();
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    static ChildProcess() => new Thread(static () =>
    {
        foreach (var start in s_starts.GetConsumingEnumerable())
        {
            start();
        }
    })
    { IsBackground = true, Name = "child process starts" }.Start();

    private int _disposed;

    private ChildProcess(Process process, ChildProcessStart start)
    {
        _process = process;
        Start = start;
        process.Exited += (_, _) => _exited.TrySetResult();
        process.EnableRaisingEvents = true;
        process.ErrorDataReceived += (_, line) => _error.Add(line.Data);
        process.BeginErrorReadLine();
        if (!start.RawOutput)
        {
            process.OutputDataReceived += (_, line) => _output.Add(line.Data);
            process.BeginOutputReadLine();
        }
    }

    /// <summary>What was started.</summary>
    public ChildProcessStart Start { get; }

    /// <summary>The operating system's id of the child itself (no shell in between).</summary>
    public int Id => _process.Id;

    /// <summary>The child's standard input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>The child's standard output, when it was started with <see cref="ChildProcessStart.RawOutput"/>.</summary>
    public Stream Output => Start.RawOutput
        ? _process.StandardOutput.BaseStream
        : throw new InvalidOperationException("Standard output is read line by line; start with RawOutput to have the stream.");

    /// <summary>All lines of standard output so far.</summary>
    public string OutputText => _output.Text;

    /// <summary>All lines of standard error so far.</summary>
    public string ErrorText => _error.Text;

    /// <summary>Whether the child has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The child's exit code; 128 + signal when a signal ended it.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a child.</summary>
    /// <exception cref="Win32Exception">The file does not exist or is not executable.</exception>
    public static async Task<ChildProcess> StartAsync(ChildProcessStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        var info = new ProcessStartInfo(s_deathWatch ?? start.File)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = start.WorkingDirectory ?? RepositoryPaths.Root,
        };
        if (s_deathWatch is not null)
        {
            // setpriv replaces itself by the child (exec), so the child's id is the id that we hold.
            info.ArgumentList.Add("--pdeathsig");
            info.ArgumentList.Add("KILL");
            info.ArgumentList.Add("--");
            info.ArgumentList.Add(start.File);
        }

        foreach (var argument in start.Arguments)
        {
            info.ArgumentList.Add(argument);
        }

        if (start.CleanEnvironment)
        {
            foreach (var name in info.Environment.Keys.Where(name => name is not ("PATH" or "HOME" or "DOTNET_ROOT")).ToList())
            {
                info.Environment.Remove(name);
            }
        }

        foreach (var (name, value) in start.Environment)
        {
            info.Environment[name] = value;
        }

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        s_starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(info) ?? throw new InvalidOperationException($"{start.File} did not start."));
            }
            catch (Exception problem) when (problem is Win32Exception or InvalidOperationException)
            {
                started.SetException(problem);
            }
        });
        return new ChildProcess(await started.Task, start);
    }

    /// <summary>Runs a child to its end and hands it back with its output complete.</summary>
    public static async Task<ChildProcess> RunAsync(ChildProcessStart start, TimeSpan? limit = null, string? input = null)
    {
        var child = await StartAsync(start);
        if (input is not null)
        {
            await child._process.StandardInput.WriteAsync(input);
        }

        child._process.StandardInput.Close();
        await child.WaitForExitAsync(limit ?? TimeSpan.FromMinutes(2));
        return child;
    }

    /// <summary>Waits until a line of standard output holds the text, and returns that line.</summary>
    /// <exception cref="TimeoutException">No such line came in time.</exception>
    /// <exception cref="InvalidOperationException">The child ended without such a line.</exception>
    public Task<string> WaitForOutputAsync(string text, TimeSpan? limit = null) => WaitForLineAsync(_output, text, limit);

    /// <summary>Waits until a line of standard error holds the text, and returns that line.</summary>
    public Task<string> WaitForErrorAsync(string text, TimeSpan? limit = null) => WaitForLineAsync(_error, text, limit);

    /// <summary>Ends the child without warning (SIGKILL), as a power cut would.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
    }

    /// <summary>
    /// Asks the child to end as Ctrl-C does (SIGINT). A shell starts its background jobs with SIGINT ignored, and whatever
    /// they start inherits that; there SIGTERM is sent, which takes the same way through the program.
    /// </summary>
    public Task InterruptAsync() => SignalAsync(InterruptIsIgnored ? "TERM" : "INT");

    private static bool InterruptIsIgnored => OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))
        .Any(line => (Convert.ToUInt64(line.Split('\t')[1], 16) & 0b10) != 0);

    /// <summary>Asks the child to end as a service manager does (SIGTERM).</summary>
    public Task TerminateAsync() => SignalAsync("TERM");

    /// <summary>Stops the child where it stands (SIGSTOP): alive, and silent.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>Lets a paused child go on (SIGCONT).</summary>
    public Task ResumeAsync() => SignalAsync("CONT");

    /// <summary>Waits for the child's end.</summary>
    /// <exception cref="TimeoutException">It did not end in time; it is killed.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        try
        {
            await _exited.Task.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            Kill();
            throw new TimeoutException($"{Description} did not end within {limit}.{Said}");
        }

        // Process.WaitForExitAsync would wait for the end of the streams, which a grandchild (a guard that the server started) may
        // hold open for as long as it lives. What the child itself wrote arrives at once.
        await Task.WhenAny(Task.WhenAll(Start.RawOutput ? Task.CompletedTask : _output.Ended, _error.Ended), Task.Delay(TimeSpan.FromMilliseconds(300)));
        return _process.ExitCode;
    }

    /// <summary>What other processes of this user can read about the child: command line and environment (Linux).</summary>
    public string VisibleToOthers()
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}");
        return System.IO.File.ReadAllText($"{folder}/cmdline").Replace('\0', '\n') + "\n"
            + System.IO.File.ReadAllText($"{folder}/environ").Replace('\0', '\n');
    }

    /// <summary>Kills the child if it still runs, and waits until the operating system has forgotten it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            Kill();
            await _exited.Task;
        }
        finally
        {
            _process.Dispose();
        }
    }

    private string Description => $"{Path.GetFileName(Start.File)} {string.Join(' ', Start.Arguments)}";

    private string Said => $"\n--- standard output\n{OutputText}\n--- standard error\n{ErrorText}";

    private async Task SignalAsync(string signal)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            throw new PlatformNotSupportedException("Signals exist on Unix only.");
        }

        using var kill = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {_process.Id}")]);
        await kill.WaitForExitAsync();
    }

    private async Task<string> WaitForLineAsync(LineLog log, string text, TimeSpan? limit)
    {
        using var timer = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(30));
        try
        {
            return await log.WaitForAsync(text, timer.Token)
                ?? throw new InvalidOperationException($"{Description} ended without a line that holds '{text}'.{Said}");
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{Description} wrote no line that holds '{text}' in time.{Said}");
        }
    }
}
