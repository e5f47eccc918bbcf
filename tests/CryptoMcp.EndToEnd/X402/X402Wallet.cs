using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.EndToEnd.X402;

/// <summary>The product with a funded wallet on a chain that plays Base Sepolia, and a policy that lets it pay by x402.</summary>
internal sealed class X402Wallet : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _started = [];

    private X402Wallet(X402Ground ground) => Ground = ground;

    public X402Ground Ground { get; }

    public string Home { get; } = Directory.CreateTempSubdirectory("cx-").FullName;

    public string GuardFolder => Path.Combine(Home, "guard");

    public string Address { get; private set; } = "";

    /// <summary>A wallet with 1,000 USDC that may pay at most 0.10 USDC at once.</summary>
    /// <param name="ground">The chain.</param>
    /// <param name="trusted">Origins of sellers on this machine.</param>
    /// <param name="day">Budget.</param>
    public static async Task<X402Wallet> CreateAsync(X402Ground ground, IEnumerable<Uri> trusted, string day = "500 USD")
    {
        var wallet = new X402Wallet(ground);
        await wallet.WriteAsync("chains.json", new JsonArray(new JsonObject
        {
            ["id"] = X402Ground.ChainId,
            ["rpc"] = new JsonArray(ground.Anvil.Url.ToString()),
            ["blockTimeMs"] = 100,
        }));
        await wallet.WriteAsync("web.json", new JsonObject
        {
            ["trusted_origins"] = new JsonArray([.. trusted.Select(origin => (JsonNode)origin.GetLeftPart(UriPartial.Authority))]),
        });
        await using (var init = await Product.RunAsync(wallet.Home, "init"))
        {
            Assert.True(init.ExitCode == 0, init.ErrorText);
        }

        var file = Path.Combine("guard", "policy.json");
        var policy = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(wallet.Home, file)))!.AsObject();
        wallet.Address = policy["wallets"]!["main"]!.GetValue<string>();
        Narrow(policy, day);
        await wallet.WriteAsync(file, policy);
        await ground.Usdc.MintAsync(wallet.Address, 1_000_000_000);
        await ground.Anvil.SetBalanceAsync(wallet.Address, BigInteger.Pow(10, 18));
        return wallet;
    }

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

    public async Task<McpSession> ConnectAsync() => Started(await McpSession.OverStdioAsync(Product.Command(Home, "serve", "--toolsets", "all"), null));

    /// <summary>What the wallet holds.</summary>
    public Task<BigInteger> HoldsAsync() => Ground.Usdc.BalanceAsync(Address);

    /// <summary>Waits until a payment is in one of these states.</summary>
    public static async Task<ToolAnswer> WaitForAsync(McpSession session, string paymentId, params string[] states)
    {
        for (var patience = DateTime.UtcNow.AddSeconds(30); ;)
        {
            var answer = await session.CallAsync("payment_get", new { payment_id = paymentId });
            if (states.Contains(answer["state"]) || DateTime.UtcNow > patience)
            {
                return answer;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }

    public T Started<T>(T what)
        where T : IAsyncDisposable
    {
        _started.Add(what);
        return what;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var started in Enumerable.Reverse(_started))
        {
            await started.DisposeAsync();
        }

        await AutoStartedGuard.EndAsync(GuardFolder);
        var log = Path.Combine(GuardFolder, "guard.log");
        if (File.Exists(log))
        {
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', File.ReadLines(log).TakeLast(40)));
        }

        Directory.Delete(Home, recursive: true);
    }

    private static void Narrow(JsonObject policy, string day)
    {
        foreach (var (_, asset) in policy["assets"]!.AsObject())
        {
            KeepChain(asset!["on"]);
            KeepChain(asset["eip712"]);
        }

        KeepChain(policy["limits"]!["fee"]);
        KeepChain(policy["rpc"]);
        policy["payees"] = new JsonObject
        {
            ["permit2"] = new JsonObject
            {
                ["label"] = "Permit2",
                ["on"] = new JsonObject { [X402Ground.Network] = "0x000000000022D473030F116dDEE9F6B43aC78BA3" },
            },
        };
        policy["budgets"] = new JsonArray(new JsonObject { ["id"] = "day", ["limit"] = day, ["window"] = "24h" });
        policy["rules"] = new JsonArray(
            JsonNode.Parse("""{ "id": "x402", "allow": "x402.pay", "if": { "asset": "USDC", "amount": "<= 0.10 USDC", "scheme": ["exact", "upto"] } }"""),
            JsonNode.Parse("""{ "id": "permits", "allow": "approve-token", "if": { "asset": "USDC", "amount": "<= 0.10 USDC", "to": ["payee:permit2"] } }"""));
        var limits = policy["limits"]!.AsObject();
        limits["openAuthorizations"] = 64;
        limits["authorizationLifetime"] = "120s";
        limits["tokenApproval"] = "exact-amount-only";
        limits.Remove("openPerHost");
        limits.Remove("newPayeeWait");
    }

    private static void KeepChain(JsonNode? map)
    {
        if (map is JsonObject chains && chains.Any(entry => entry.Key.StartsWith("eip155:", StringComparison.Ordinal)))
        {
            foreach (var other in chains.Select(entry => entry.Key).Where(key => key != X402Ground.Network).ToList())
            {
                chains.Remove(other);
            }
        }
    }

    private Task WriteAsync(string name, JsonNode content) => File.WriteAllTextAsync(
        Path.Combine(Home, name), content.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));

    /// <summary>A number as text, whatever the machine's culture.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
