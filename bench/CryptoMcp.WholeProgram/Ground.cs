using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using CryptoMcp.Testing;
using ModelContextProtocol.Client;

namespace CryptoMcp.WholeProgram;

/// <summary>Chain with instant mining, token, twenty pinned tokens, a home with wide caps, the guard and a server over stdio.</summary>
internal sealed class Ground : IAsyncDisposable
{
    public const string Recipient = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    private const string Usdc = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cmb-");
    private readonly string _program;
    private ChildProcess? _guard;

    private Ground(string program, Anvil chain)
    {
        _program = program;
        Chain = chain;
    }

    public Anvil Chain { get; }

    public McpClient Client { get; private set; } = null!;

    public string Home => _home.FullName;

    public int GuardProcess => _guard!.Id;

    public UsdcContract Token { get; private set; } = null!;

    public static async Task<Ground> StartAsync(string program)
    {
        var ground = new Ground(program, await Anvil.StartAsync());
        ground.Token = await UsdcContract.PlaceAsync(ground.Chain, Usdc);
        await Multicall3Contract.PlaceAsync(ground.Chain);
        var code = (await ground.Chain.CallAsync("eth_getCode", Usdc, "latest"))!.GetValue<string>();
        foreach (var address in MoreTokens())
        {
            await ground.Chain.SetCodeAsync(address, code);
        }

        await File.WriteAllTextAsync(Path.Combine(ground.Home, "chains.json"), ground.Chains());
        await ground.RunAsync("init");
        var wallet = JsonDocument.Parse((await ground.RunAsync("wallet", "list", "--json")).OutputText).RootElement[0].GetProperty("evm_address").GetString()!;
        var policy = Path.Combine(ground.Home, "guard", "policy.json");
        await File.WriteAllTextAsync(policy, ground.Policy(wallet));
        await ground.Chain.SetBalanceAsync(wallet, BigInteger.Pow(10, 21));
        await ground.Token.MintAsync(wallet, BigInteger.Pow(10, 12));
        ground._guard = await ChildProcess.StartAsync(new(program, ["guard", "--home", ground.Home])
        {
            Environment = new Dictionary<string, string?> { ["DOTNET_EnableDiagnostics"] = "0" },
        });
        await ground._guard.WaitForErrorAsync("listens on");
        ground.Client = await McpClient.CreateAsync(new StdioClientTransport(new() { Command = program, Arguments = ["serve", "--home", ground.Home] }));
        return ground;
    }

    /// <summary>Calls a tool, which has to succeed, and returns how long it took in milliseconds.</summary>
    public async Task<double> CallAsync(string tool, Dictionary<string, object?> arguments)
    {
        var began = Stopwatch.GetTimestamp();
        var result = await Client.CallToolAsync(tool, arguments);
        var elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return result.IsError is true
            ? throw new InvalidOperationException($"{tool}: {JsonSerializer.Serialize(result.Content)}")
            : elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _guard!.DisposeAsync();
        await Chain.DisposeAsync();
        _home.Delete(recursive: true);
    }

    private async Task<ChildProcess> RunAsync(params string[] arguments)
    {
        var done = await ChildProcess.RunAsync(new(_program, [.. arguments, "--home", Home]));
        return done.ExitCode == 0 ? done : throw new InvalidOperationException(done.ErrorText);
    }

    private static IEnumerable<string> MoreTokens() => Enumerable.Range(1, 19).Select(i => $"0x{0xaa0000 + i:x40}");

    private string Chains()
    {
        var tokens = string.Join(",", MoreTokens().Select((address, i) => string.Create(
            CultureInfo.InvariantCulture, $$"""{"symbol":"TK{{i}}","address":"{{address}}","decimals":6}""")));
        return $$"""
            {"chains":[{"id":31337,"name":"bench","title":"Bench","test":true,"rpc":["{{Chain.Url}}"],"finality":{"depth":2},"blockTimeMs":200,
            "tokens":[{"symbol":"USDC","address":"{{Usdc}}","decimals":6},{{tokens}}]}]}
            """;
    }

    private string Policy(string wallet)
    {
        var more = new StringBuilder();
        foreach (var (address, i) in MoreTokens().Select((address, i) => (address, i)))
        {
            more.Append(CultureInfo.InvariantCulture, $$""", "TK{{i}}": { "decimals": 6, "usdAtLeast": "1.00", "on": { "eip155:31337": "{{address}}" } }""");
        }

        return $$"""
            {
              "policy": "cryptomcp/1", "name": "Bench", "revision": 2, "expires": "2099-01-01T00:00:00Z", "wallets": { "main": "{{wallet}}" },
              "assets": {
                "USDC": { "decimals": 6, "usdAtLeast": "1.00", "on": { "eip155:31337": "{{Usdc}}" } },
                "ETH": { "decimals": 18, "usdAtLeast": "1500", "on": { "eip155:31337": "native" } }{{more}}
              },
              "budgets": [ { "id": "day", "limit": "1000000 USD", "window": "24h" }, { "id": "rate", "limit": "1000000 payments", "window": "24h" } ],
              "rules": [ { "id": "all", "allow": "transfer", "if": { "asset": "USDC", "amount": "<= 5 USDC" } } ],
              "limits": { "fee": { "eip155:31337": "0.01 ETH" }, "authorizationLifetime": "120s", "openAuthorizations": 64 },
              "approval": { "by": [ { "id": "owner", "kind": "terminal-passphrase" } ], "expires": "10m", "maxWaiting": 3 },
              "rpc": { "eip155:31337": { "urls": ["{{Chain.Url}}"], "agree": 1 } },
              "changes": { "tighten": "now", "loosen": { "wait": "24h", "by": ["owner"] } }
            }
            """;
    }
}
