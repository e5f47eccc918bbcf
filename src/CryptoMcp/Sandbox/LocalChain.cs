using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace CryptoMcp.Sandbox;

/// <summary>How the play chain behaves.</summary>
public sealed record LocalChainOptions
{
    /// <summary>EIP-155 chain id; 31337 is the one that tools know as local.</summary>
    public long ChainId { get; init; } = 31337;

    /// <summary>Loopback port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Besides a block for every transaction at once, an empty block at this interval (whole seconds): the chain's clock and its
    /// finality go on while nobody pays. Null: blocks for transactions only.
    /// </summary>
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>Finality: <c>safe</c> lags the head by this many blocks, <c>finalized</c> by twice as many.</summary>
    public int SlotsInAnEpoch { get; init; } = 1;
}

/// <summary>
/// A local EVM chain (Foundry's anvil) that lives exactly as long as this process. Its money is play money: whoever reaches the
/// port owns everything on it, so it listens on loopback only.
/// </summary>
public sealed class LocalChain : IAsyncDisposable
{
    private const string Announcement = "Listening on ";

    // A crash of ours runs no clean-up. But it closes our end of the pipe, and then `read` returns and ends the chain.
    // The shell ignores Ctrl-C, which a terminal sends to all of us at once: the chain stops when we have finished with it.
    private const string EndWithParent = """
        trap '' INT
        exec 3<&0
        "$@" </dev/null 3<&- &
        chain=$!
        { read -r _; kill "$chain" 2>/dev/null; } <&3 >/dev/null 2>&1 &
        watch=$!
        exec 3<&-
        wait "$chain"; code=$?
        kill "$watch" 2>/dev/null
        exit "$code"
        """;

    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LocalChain(Process process, LocalChainOptions options)
    {
        _process = process;
        ChainId = options.ChainId;
        _process.Exited += (_, _) => _ended.TrySetResult();
        _process.EnableRaisingEvents = true;
    }

    /// <summary>EIP-155 chain id.</summary>
    public long ChainId { get; }

    /// <summary>The RPC endpoint, on loopback.</summary>
    public Uri Url => Node.Url;

    /// <summary>Commands to the chain.</summary>
    public PlayNode Node { get; private set; } = null!;

    /// <summary>Completes when the chain has ended, by our doing or by itself.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Starts a chain and returns when it answers.</summary>
    /// <param name="anvil">The program; see <see cref="NodePackages.AnvilAsync"/>.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="cancellationToken">Gives up; nothing is left running.</param>
    /// <exception cref="SandboxException">It did not start.</exception>
    public static async Task<LocalChain> StartAsync(string anvil, LocalChainOptions options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(anvil);
        ArgumentNullException.ThrowIfNull(options);
        var chain = new LocalChain(StartProcess(anvil, Arguments(options)), options);
        try
        {
            await chain.WaitUntilReadyAsync(anvil, cancellationToken);
            return chain;
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the chain and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        Node?.Dispose();
        if (OperatingSystem.IsWindows())
        {
            Kill();
        }
        else
        {
            _process.StandardInput.Close();
        }

        try
        {
            await _ended.Task.WaitAsync(s_endLimit);
        }
        catch (TimeoutException)
        {
            Kill();
            await _ended.Task;
        }

        _process.Dispose();
    }

    private static List<string> Arguments(LocalChainOptions options)
    {
        List<string> arguments =
        [
            "--host", "127.0.0.1", "--no-cors",
            "--port", options.Port.ToString(CultureInfo.InvariantCulture),
            "--chain-id", options.ChainId.ToString(CultureInfo.InvariantCulture),
            "--slots-in-an-epoch", options.SlotsInAnEpoch.ToString(CultureInfo.InvariantCulture),
        ];
        if (options.Heartbeat is { } interval)
        {
            arguments.AddRange(["--mixed-mining", "--block-time", interval.TotalSeconds.ToString(CultureInfo.InvariantCulture)]);
        }

        return arguments;
    }

    private static Process StartProcess(string anvil, List<string> arguments)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(anvil, arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", EndWithParent, "cryptomcp-sandbox-chain", anvil, .. arguments]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            return Process.Start(start) ?? throw new SandboxException($"{anvil} did not start.");
        }
        catch (Win32Exception problem)
        {
            throw new SandboxException($"{anvil} did not start: {problem.Message}. Next: remove it, and the sandbox fetches its own.", problem);
        }
    }

    private async Task WaitUntilReadyAsync(string anvil, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_startLimit);
        var errors = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            // Anvil names its address after it has bound the port, so with port 0 there is no moment in which another can take it.
            while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.StartsWith(Announcement, StringComparison.Ordinal))
                {
                    Node = new PlayNode(new Uri("http://" + line[Announcement.Length..].Trim()));
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SandboxException($"{anvil} was not ready within {s_startLimit.TotalSeconds:0} s. Next: run '{anvil}' by hand and see what it says.");
        }

        if (Node is null)
        {
            throw new SandboxException($"{anvil} ended at once: {(await errors).Trim()} Next: choose another port, or run '{anvil}' by hand.");
        }

        // It logs every request on standard output otherwise; what still comes is read away so that a full pipe never stops it.
        await Node.CallAsync("anvil_setLoggingEnabled", [false], cancellationToken);
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);

        var chainId = (await Node.CallAsync("eth_chainId", [], cancellationToken))?.GetValue<string>();
        if (chainId != PlayNode.Hex(ChainId))
        {
            throw new SandboxException($"{anvil} runs chain {chainId} instead of {PlayNode.Hex(ChainId)}. Next: remove it, and the sandbox fetches its own.");
        }
    }

    private void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }
}
