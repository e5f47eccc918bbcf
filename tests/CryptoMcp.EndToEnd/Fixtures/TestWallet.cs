using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd.Fixtures;

/// <summary>
/// A funded wallet on a local chain that plays Ethereum's test network Sepolia, with the real USDC at its real address, in a home
/// directory of its own. Guards and servers are started by the test, and all of them are gone when it is disposed.
/// </summary>
internal sealed class TestWallet : IAsyncDisposable
{
    public const string Chain = "sepolia";
    public const string Caip2 = "eip155:11155111";
    public const string UsdcAddress = "0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238";
    public const string Payee = "0x8617E340B3D01FA5F11F306F4090FD50E238070D";

    private const long ChainNumber = 11155111;

    private readonly List<IAsyncDisposable> _started = [];

    private TestWallet(string home, Anvil anvil, UsdcContract usdc, FaultProxy? faults)
    {
        Home = home;
        Anvil = anvil;
        Usdc = usdc;
        Faults = faults!;
    }

    public string Home { get; }

    public string GuardFolder => Path.Combine(Home, "guard");

    public Anvil Anvil { get; }

    public UsdcContract Usdc { get; }

    /// <summary>The proxy, when the plan asked for one.</summary>
    public FaultProxy Faults { get; }

    /// <summary>The wallet's address.</summary>
    public string Address { get; private set; } = "";

    public static async Task<TestWallet> CreateAsync(WalletPlan? plan = null)
    {
        plan ??= new WalletPlan();

        // Short, because the path of a Unix domain socket inside it is limited to about 100 bytes.
        var home = Directory.CreateTempSubdirectory("cm-").FullName;
        var anvil = await Anvil.StartAsync(new AnvilOptions { ChainId = ChainNumber });
        var usdc = await UsdcContract.PlaceAsync(anvil, UsdcAddress, name: "USDC", decimals: plan.TokenDecimals);
        await Multicall3Contract.PlaceAsync(anvil);
        var faults = plan.WithFaults ? await FaultProxy.StartAsync(anvil.Url) : null;
        var wallet = new TestWallet(home, anvil, usdc, faults);
        try
        {
            var rpc = (faults?.Url ?? anvil.Url).ToString();
            await File.WriteAllTextAsync(
                Path.Combine(home, "chains.json"),
                new JsonArray(new JsonObject { ["id"] = ChainNumber, ["rpc"] = new JsonArray(rpc), ["blockTimeMs"] = 1000 }).ToJsonString());
            await wallet.InitialiseAsync(plan);
            await anvil.SetBalanceAsync(wallet.Address, BigInteger.Pow(10, 20));
            await usdc.MintAsync(wallet.Address, 10_000_000_000);
            return wallet;
        }
        catch
        {
            await wallet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the guard in the foreground, where a test can kill it, and returns when it listens.</summary>
    /// <param name="failPoint">Where it shall die: <c>name[:count]</c>.</param>
    public async Task<ChildProcess> StartGuardAsync(string? failPoint = null)
    {
        var start = Product.Command(Home, "guard");
        var guard = Started(await ChildProcess.StartAsync(start with
        {
            Environment = new Dictionary<string, string?>(start.Environment) { ["CRYPTOMCP_TEST_FAILPOINT"] = failPoint },
        }));
        await guard.WaitForErrorAsync("listens on");
        return guard;
    }

    /// <summary>Starts a server over stdio and connects a client of a revision of the protocol (null: the client's choice).</summary>
    public async Task<McpSession> ConnectAsync(string? revision = null) => Started(await McpSession.OverStdioAsync(Product.Command(Home, "serve"), revision));

    /// <summary>Starts a server over HTTP.</summary>
    /// <returns>The process and the endpoint.</returns>
    public async Task<(ChildProcess Server, Uri Url)> ServeHttpAsync()
    {
        var port = FreePort();
        var server = Started(await ChildProcess.StartAsync(Product.Command(Home, "serve", "--http", "--port", port.ToString(CultureInfo.InvariantCulture))));
        await server.WaitForErrorAsync("listens on");
        return (server, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/mcp")));
    }

    /// <summary>Hands something to this wallet that must end before its chain and home do.</summary>
    public T Started<T>(T what)
        where T : IAsyncDisposable
    {
        lock (_started)
        {
            _started.Add(what);
        }

        return what;
    }

    /// <summary>USDC that an address holds, in units of 10^-6.</summary>
    public Task<BigInteger> UsdcOfAsync(string address) => Usdc.BalanceAsync(address);

    /// <summary>Waits until the chain has taken so many of the wallet's transactions, or long enough to be sure that it will not.</summary>
    public async Task WaitForNonceAsync(int count)
    {
        for (var patience = DateTime.UtcNow.AddSeconds(60); await Anvil.NonceAsync(Address) < count && DateTime.UtcNow < patience;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>The nonces of the wallet's transactions that are in blocks, in order.</summary>
    public async Task<List<long>> MinedNoncesAsync()
    {
        var nonces = new List<long>();
        for (BigInteger block = 0, last = await Anvil.BlockNumberAsync(); block <= last; block++)
        {
            var content = await Anvil.CallAsync("eth_getBlockByNumber", JsonRpcNode.Hex(block), true);
            nonces.AddRange(content!["transactions"]!.AsArray()
                .Where(transaction => string.Equals(transaction!["from"]!.GetValue<string>(), Address, StringComparison.OrdinalIgnoreCase))
                .Select(transaction => (long)JsonRpcNode.Quantity(transaction!["nonce"]!.GetValue<string>())));
        }

        return [.. nonces.Order()];
    }

    /// <summary>Everything that the guard's private folder holds as text, journal and log included.</summary>
    public string GuardFilesText(Func<string, bool>? which = null) => string.Join('\n', Directory
        .EnumerateFiles(GuardFolder, "*", SearchOption.AllDirectories)
        .Where(file => which is null || which(file))
        .Select(File.ReadAllText));

    public async ValueTask DisposeAsync()
    {
        foreach (var started in Enumerable.Reverse(_started))
        {
            await started.DisposeAsync();
        }

        await AutoStartedGuard.EndAsync(GuardFolder);
        SayWhatTheGuardLogged();
        if (Faults is not null)
        {
            await Faults.DisposeAsync();
        }

        await Anvil.DisposeAsync();
        Directory.Delete(Home, recursive: true);
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>The runner prints this with a test that failed.</summary>
    private void SayWhatTheGuardLogged()
    {
        var log = Path.Combine(GuardFolder, "guard.log");
        if (File.Exists(log))
        {
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', File.ReadLines(log).TakeLast(60)));
        }

        foreach (var process in _started.OfType<ChildProcess>().Where(process => process.Start.Arguments is ["guard", ..]))
        {
            TestContext.Current.TestOutputHelper?.WriteLine(process.ErrorText);
        }
    }

    /// <summary>The product makes wallet and policy; the test then narrows the policy to its chain and sets budgets and rules.</summary>
    private async Task InitialiseAsync(WalletPlan plan)
    {
        await using var init = await Product.RunAsync(Home, "init");
        Assert.True(init.ExitCode == 0, init.ErrorText);
        var file = Path.Combine(GuardFolder, "policy.json");
        var policy = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        Address = policy["wallets"]!["main"]!.GetValue<string>();
        foreach (var (_, asset) in policy["assets"]!.AsObject())
        {
            KeepChain(asset!["on"]);
            KeepChain(asset["eip712"]);
        }

        KeepChain(policy["limits"]!["fee"]);
        KeepChain(policy["rpc"]);
        policy["payees"] = new JsonObject
        {
            ["ops-vault"] = new JsonObject { ["label"] = "Our own vault", ["on"] = new JsonObject { [Caip2] = Payee } },
        };
        policy["budgets"] = new JsonArray([.. plan.Budgets.Select(budget => JsonNode.Parse(budget))]);
        policy["rules"] = new JsonArray([.. plan.Rules.Select(rule => JsonNode.Parse(rule))]);
        await File.WriteAllTextAsync(file, policy.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }

    private static void KeepChain(JsonNode? map)
    {
        if (map is JsonObject chains && chains.Any(entry => entry.Key.StartsWith("eip155:", StringComparison.Ordinal)))
        {
            foreach (var other in chains.Select(entry => entry.Key).Where(key => key != Caip2).ToList())
            {
                chains.Remove(other);
            }
        }
    }
}
