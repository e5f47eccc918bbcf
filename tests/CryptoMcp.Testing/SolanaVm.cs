using System.Globalization;
using System.Text.Json.Nodes;

namespace CryptoMcp.Testing;

/// <summary>How a local Solana node behaves.</summary>
public sealed record SolanaVmOptions
{
    /// <summary>Time between slots. Null: slots pass only when the test says so (<see cref="SolanaVm.AdvanceAsync"/>).</summary>
    public TimeSpan? SlotTime { get; init; }

    /// <summary>How many slots a final one lies under the newest; 32 on a cluster.</summary>
    public int FinalDepth { get; init; } = 32;

    /// <summary>The cluster that it plays; Devnet, so that the pinned tables hold.</summary>
    public string GenesisHash { get; init; } = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG";
}

/// <summary>
/// A local Solana node on a free loopback port: LiteSVM behind the JSON-RPC server of <c>tests/chains/svm</c>, with the real
/// token programs. It ends with the test run, also when that is killed.
/// </summary>
public sealed class SolanaVm : IAsyncDisposable
{
    /// <summary>USDC's mint on Devnet, as the product pins it.</summary>
    public const string DevnetUsdc = "4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU";

    private readonly ChildProcess _process;

    private SolanaVm(ChildProcess process, Uri url)
    {
        _process = process;
        Node = new JsonRpcNode(url);
    }

    /// <summary>Raw JSON-RPC to the node.</summary>
    public JsonRpcNode Node { get; }

    /// <summary>The endpoint.</summary>
    public Uri Url => Node.Url;

    /// <summary>Starts a node and returns when it answers.</summary>
    public static async Task<SolanaVm> StartAsync(SolanaVmOptions? options = null)
    {
        options ??= new();
        var process = await ChildProcess.StartAsync(new ChildProcessStart(
            "node",
            Path.Combine(RepositoryPaths.Chains, "svm", "server.mjs"),
            "--port", "0",
            "--slot-ms", ((int)(options.SlotTime ?? TimeSpan.Zero).TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
            "--final-depth", options.FinalDepth.ToString(CultureInfo.InvariantCulture),
            "--genesis", options.GenesisHash));
        try
        {
            const string Announcement = "Listening on ";
            var line = await process.WaitForOutputAsync(Announcement);
            return new(process, new Uri(line[(line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..].Trim()));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Raw JSON-RPC, short for <c>Node.CallAsync</c>.</summary>
    public Task<JsonNode?> CallAsync(string method, params JsonNode?[] parameters) => Node.CallAsync(method, parameters);

    /// <summary>Ends slots: one confirms what landed, 32 make it final, 151 end a block hash.</summary>
    public Task AdvanceAsync(int slots = 1) => CallAsync("svm_advanceSlots", slots);

    /// <summary>Gives lamports.</summary>
    public Task AirdropAsync(string address, long lamports) => CallAsync("requestAirdrop", address, lamports);

    /// <summary>Lamports of an account.</summary>
    public async Task<long> LamportsAsync(string address) =>
        (await CallAsync("getBalance", address, Newest()))!["value"]!.GetValue<long>();

    /// <summary>Makes a mint; the options are those of <c>svm_createMint</c>.</summary>
    public Task CreateMintAsync(string mint, JsonObject? options = null) => CallAsync("svm_createMint", mint, options ?? []);

    /// <summary>Makes or overwrites the owner's associated token account and returns its address.</summary>
    public async Task<string> SetTokensAsync(string owner, string mint, long units, bool frozen = false) =>
        (await CallAsync("svm_setTokenBalance", owner, mint, units, new JsonObject { ["frozen"] = frozen }))!.GetValue<string>();

    /// <summary>Units that an owner holds of a mint over all token accounts; null when there is no account.</summary>
    public async Task<long?> TokensAsync(string owner, string mint)
    {
        var accounts = (await CallAsync("getTokenAccountsByOwner", owner, new JsonObject { ["mint"] = mint }, Base64()))!["value"]!.AsArray();
        return accounts.Count == 0
            ? null
            : accounts.Sum(account => BitConverter.ToInt64(Convert.FromBase64String(account!["account"]!["data"]![0]!.GetValue<string>()), 64));
    }

    /// <summary>The next transactions are lost, and all others land late.</summary>
    public Task SetFaultsAsync(int dropNext = 0, int landAfterSlots = 0) =>
        CallAsync("svm_setFaults", new JsonObject { ["dropNext"] = dropNext, ["landAfterSlots"] = landAfterSlots });

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Node.Dispose();
        return _process.DisposeAsync();
    }

    private static JsonObject Newest() => new() { ["commitment"] = "processed" };

    private static JsonObject Base64() => new() { ["encoding"] = "base64" };
}
