using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace CryptoMcp.Testing;

/// <summary>How a local chain behaves.</summary>
public sealed record AnvilOptions
{
    /// <summary>EIP-155 chain id; 31337 is the usual one for a local chain, 84532 plays Base Sepolia.</summary>
    public long ChainId { get; init; } = 31337;

    /// <summary>Mine at this interval. Null: mine every transaction at once (unless <see cref="MineOnDemand"/>).</summary>
    public TimeSpan? BlockTime { get; init; }

    /// <summary>Mine only when the test says so (<see cref="Anvil.MineAsync"/>).</summary>
    public bool MineOnDemand { get; init; }

    /// <summary>
    /// Finality: <c>safe</c> lags the head by this many blocks, <c>finalized</c> by twice as many. 1 keeps tests short.
    /// </summary>
    public int SlotsInAnEpoch { get; init; } = 1;

    /// <summary>More arguments, as anvil takes them.</summary>
    public IReadOnlyList<string> MoreArguments { get; init; } = [];
}

/// <summary>
/// A local EVM node on a free loopback port: Foundry's anvil from <c>tests/chains</c>. It ends with the test run, also when that
/// is killed.
/// </summary>
public sealed class Anvil : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private Anvil(ChildProcess process, Uri url, AnvilOptions options)
    {
        _process = process;
        Node = new JsonRpcNode(url);
        Options = options;
    }

    /// <summary>The options it runs with.</summary>
    public AnvilOptions Options { get; }

    /// <summary>Raw JSON-RPC to the node.</summary>
    public JsonRpcNode Node { get; }

    /// <summary>The endpoint, e.g. http://127.0.0.1:40123/.</summary>
    public Uri Url => Node.Url;

    /// <summary>EIP-155 chain id.</summary>
    public long ChainId => Options.ChainId;

    /// <summary>The process, for tests that kill or pause the node.</summary>
    public ChildProcess Process => _process;

    /// <summary>Foundry's well-known development accounts that anvil funds with 10,000 ether and signs for itself.</summary>
    public static IReadOnlyList<(string Address, string PrivateKey)> DevelopmentAccounts { get; } =
    [
        ("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"),
        ("0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"),
        ("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a"),
    ];

    /// <summary>Starts a node and returns when it answers.</summary>
    public static async Task<Anvil> StartAsync(AnvilOptions? options = null)
    {
        options ??= new AnvilOptions();
        List<string> arguments =
        [
            "--host", "127.0.0.1", "--port", "0", "--no-cors",
            "--chain-id", options.ChainId.ToString(CultureInfo.InvariantCulture),
            "--slots-in-an-epoch", options.SlotsInAnEpoch.ToString(CultureInfo.InvariantCulture),
        ];
        if (options.BlockTime is { } interval)
        {
            arguments.AddRange(["--block-time", interval.TotalSeconds.ToString(CultureInfo.InvariantCulture)]);
        }

        if (options.MineOnDemand)
        {
            arguments.Add("--no-mining");
        }

        arguments.AddRange(options.MoreArguments);
        var process = await ChildProcess.StartAsync(new ChildProcessStart(Executable(), arguments));
        try
        {
            // Anvil prints the address after it has bound the port, so the port is free by construction and the node answers.
            const string Announcement = "Listening on ";
            var line = await process.WaitForOutputAsync(Announcement);
            var address = line[(line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..].Trim();
            var anvil = new Anvil(process, new Uri("http://" + address), options);

            // It writes several lines for every request otherwise, which costs time and memory in tests that send thousands.
            await anvil.CallAsync("anvil_setLoggingEnabled", false);
            return anvil;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Raw JSON-RPC, short for <c>Node.CallAsync</c>.</summary>
    public Task<JsonNode?> CallAsync(string method, params JsonNode?[] parameters) => Node.CallAsync(method, parameters);

    /// <summary>Native balance in wei at the newest block.</summary>
    public Task<BigInteger> BalanceAsync(string address) => Node.QuantityAsync("eth_getBalance", address, "latest");

    /// <summary>Transactions that the account has sent, at the newest block.</summary>
    public Task<BigInteger> NonceAsync(string address) => Node.QuantityAsync("eth_getTransactionCount", address, "latest");

    /// <summary>Number of the newest block.</summary>
    public Task<BigInteger> BlockNumberAsync() => Node.QuantityAsync("eth_blockNumber");

    /// <summary>Sets a native balance, in wei.</summary>
    public Task SetBalanceAsync(string address, BigInteger wei) => CallAsync("anvil_setBalance", address, JsonRpcNode.Hex(wei));

    /// <summary>Puts runtime code at an address.</summary>
    public Task SetCodeAsync(string address, string runtimeCode) => CallAsync("anvil_setCode", address, runtimeCode);

    /// <summary>Sets one storage slot.</summary>
    public Task SetStorageAtAsync(string address, BigInteger slot, BigInteger value) =>
        CallAsync("anvil_setStorageAt", address, "0x" + AbiText.Word(slot), "0x" + AbiText.Word(value));

    /// <summary>Sets an account's next nonce.</summary>
    public Task SetNonceAsync(string address, long nonce) => CallAsync("anvil_setNonce", address, JsonRpcNode.Hex(nonce));

    /// <summary>Mines blocks now.</summary>
    public Task MineAsync(int blocks = 1) => CallAsync("anvil_mine", JsonRpcNode.Hex(blocks));

    /// <summary>Mine every transaction at once, or no longer.</summary>
    public Task SetAutomineAsync(bool on) => CallAsync("evm_setAutomine", on);

    /// <summary>The state now, to go back to with <see cref="RevertAsync"/>. A snapshot serves once.</summary>
    public async Task<string> SnapshotAsync() => (await CallAsync("evm_snapshot"))!.GetValue<string>();

    /// <summary>Back to a snapshot: as if nothing had happened since.</summary>
    public Task RevertAsync(string snapshot) => CallAsync("evm_revert", snapshot);

    /// <summary>Replaces the newest blocks by as many empty ones, as a chain reorganisation does to transactions that lose.</summary>
    public Task ReorgAsync(int depth) => CallAsync("anvil_reorg", depth, new JsonArray());

    /// <summary>Forgets a pending transaction.</summary>
    public Task DropTransactionAsync(string hash) => CallAsync("anvil_dropTransaction", hash);

    /// <summary>The base fee of the next block, in wei.</summary>
    public Task SetNextBaseFeeAsync(BigInteger wei) => CallAsync("anvil_setNextBlockBaseFeePerGas", JsonRpcNode.Hex(wei));

    /// <summary>Sends a transaction as any account, without its key, and returns its receipt.</summary>
    public async Task<JsonNode> SendAsAsync(string from, string to, string data = "0x", BigInteger value = default)
    {
        await CallAsync("anvil_impersonateAccount", from);
        if (await BalanceAsync(from) < BigInteger.Pow(10, 18))
        {
            await SetBalanceAsync(from, BigInteger.Pow(10, 18));
        }

        var hash = (await CallAsync("eth_sendTransaction", new JsonObject
        {
            ["from"] = from,
            ["to"] = to,
            ["data"] = data,
            ["value"] = JsonRpcNode.Hex(value),
        }))!.GetValue<string>();
        if (Options.MineOnDemand || Options.BlockTime is not null)
        {
            await MineAsync();
        }

        var receipt = await ReceiptAsync(hash);
        return receipt["status"]!.GetValue<string>() == "0x1"
            ? receipt
            : throw new InvalidOperationException($"The transaction to {to} with data {data[..Math.Min(10, data.Length)]} reverted.");
    }

    /// <summary>The receipt of a transaction, when it is mined: also an instant chain mines a moment after it has accepted.</summary>
    /// <exception cref="TimeoutException">It was not mined in time.</exception>
    public async Task<JsonNode> ReceiptAsync(string hash, TimeSpan? limit = null)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < (limit ?? TimeSpan.FromSeconds(20));)
        {
            if (await CallAsync("eth_getTransactionReceipt", hash) is { } receipt)
            {
                return receipt;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2));
        }

        throw new TimeoutException($"{hash} was not mined in time.");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Node.Dispose();
        return _process.DisposeAsync();
    }

    private static string Executable()
    {
        if (OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64)
        {
            return RepositoryPaths.InChainsPackage("@foundry-rs/anvil-linux-amd64", "bin", "anvil");
        }

        // Elsewhere an installed Foundry serves; the lock file pins the platform of the continuous integration.
        return "anvil";
    }
}
