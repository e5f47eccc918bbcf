using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CryptoMcp.Cryptography;

namespace CryptoMcp.Sandbox;

/// <summary>
/// A local Solana cluster that lives exactly as long as this process: LiteSVM behind the JSON-RPC server that the tests
/// use too. Its money is play money: whoever reaches the port owns everything on it, so it listens on loopback only.
/// </summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private const string Announcement = "Listening on ";
    private const string Resources = "svm/";

    // Slots pass eight times as fast as on a cluster, so that what is paid is final in two seconds.
    private const string SlotMilliseconds = "50";

    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    private LocalCluster(Process process) => _process = process;

    /// <summary>The hash that names the play cluster.</summary>
    public static string GenesisHash { get; } = Base58.Encode(SHA256.HashData("CryptoMcp sandbox"u8));

    /// <summary>CAIP-2 id.</summary>
    public static string ChainId { get; } = $"solana:{GenesisHash[..32]}";

    /// <summary>Commands to the cluster.</summary>
    public PlayNode Node { get; private set; } = null!;

    /// <summary>Starts a cluster and returns when it answers.</summary>
    /// <param name="folder">An empty folder for the server's files.</param>
    /// <param name="package">The folder of LiteSVM; see <see cref="NodePackage.LiteSvm"/>.</param>
    /// <param name="ct">Gives up; nothing is left running.</param>
    /// <exception cref="SandboxException">It did not start.</exception>
    public static async Task<LocalCluster> StartAsync(string folder, string package, CancellationToken ct)
    {
        var node = NodePackages.OnPath("node") ?? throw new SandboxException("Node was not found. Next: install Node 20 or newer (https://nodejs.org).");
        await UnpackAsync(folder, ct);
        var start = new ProcessStartInfo(
            node, [Path.Combine(folder, "server.mjs"), "--port", "0", "--slot-ms", SlotMilliseconds, "--genesis", GenesisHash])
        {
            // The server ends when its standard input does, also when we are killed.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NODE_PATH"] = Path.GetDirectoryName(package);
        var cluster = new LocalCluster(Process.Start(start) ?? throw new SandboxException("The Solana node could not be started."));
        try
        {
            using var limit = new CancellationTokenSource(s_startLimit);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
            var line = await cluster._process.StandardOutput.ReadLineAsync(either.Token);
            if (line is null || !line.StartsWith(Announcement, StringComparison.Ordinal))
            {
                var said = await cluster._process.StandardError.ReadToEndAsync(either.Token);
                throw new SandboxException($"The Solana node did not start: {said.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()?.Trim()}");
            }

            cluster.Node = new PlayNode(new Uri(line[Announcement.Length..]));
            _ = cluster._process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            _ = cluster._process.StandardError.ReadToEndAsync(CancellationToken.None);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives a wallet play money: lamports, and units of a token at a mint that is made if need be.</summary>
    public async Task FundAsync(string owner, long lamports, string mint, long units, CancellationToken ct)
    {
        await Node.CallAsync("requestAirdrop", [owner, lamports], ct);
        await Node.CallAsync("svm_createMint", [mint, new JsonObject { ["decimals"] = PlayToken.Decimals }], ct);
        await Node.CallAsync("svm_setTokenBalance", [owner, mint, units], ct);
    }

    public async ValueTask DisposeAsync()
    {
        Node?.Dispose();
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(s_endLimit);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static async Task UnpackAsync(string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Resources, StringComparison.Ordinal)))
        {
            await using var from = assembly.GetManifestResourceStream(name)!;
            await using var to = File.Create(Path.Combine(folder, name[Resources.Length..]));
            await from.CopyToAsync(to, ct);
        }
    }
}
