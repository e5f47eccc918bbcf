using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.EndToEnd.X402;

/// <summary><c>cryptomcp facilitator</c> with a wallet of its own, under the policy that its template makes, on an x402 ground.</summary>
internal sealed class FacilitatorHome : IAsyncDisposable
{
    private readonly EmptyHome _home = new();
    private readonly int _port = FreePort();
    private ChildProcess? _process;

    private FacilitatorHome(X402Ground ground) => Ground = ground;

    public X402Ground Ground { get; }

    public Uri Url => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

    /// <summary>The wallet that pays the gas.</summary>
    public string Wallet { get; private set; } = "";

    public static async Task<FacilitatorHome> StartAsync(X402Ground ground, Action<JsonObject>? changePolicy = null, params string[] arguments)
    {
        var facilitator = new FacilitatorHome(ground);
        try
        {
            await facilitator._home.WriteAsync(
                "chains.json",
                new JsonArray(new JsonObject { ["id"] = X402Ground.ChainId, ["rpc"] = new JsonArray(ground.Anvil.Url.ToString()), ["blockTimeMs"] = 500 }).ToJsonString());
            await using var init = await facilitator._home.RunAsync("init");
            Assert.True(init.ExitCode == 0, init.ErrorText);
            await using var template = await facilitator._home.RunAsync("policy", "new", "--template", "facilitator", "--chain", "base-sepolia");
            Assert.True(template.ExitCode == 0, template.ErrorText);
            var policy = JsonNode.Parse(template.OutputText)!.AsObject();
            facilitator.Wallet = policy["wallets"]!["main"]!.GetValue<string>();
            changePolicy?.Invoke(policy);
            await File.WriteAllTextAsync(Path.Combine(facilitator._home.GuardFolder, "policy.json"), policy.ToJsonString());
            await ground.Anvil.SetBalanceAsync(facilitator.Wallet, BigInteger.Pow(10, 18));
            await facilitator.StartAsync(arguments);
            return facilitator;
        }
        catch
        {
            await facilitator.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the facilitator and its guard without warning, and starts both again on the same home.</summary>
    public async Task RestartAsync()
    {
        await _process!.DisposeAsync();
        await AutoStartedGuard.EndAsync(_home.GuardFolder);
        await StartAsync();
    }

    /// <summary>The wallet's transactions so far.</summary>
    public async Task<long> TransactionsAsync() => (long)await Ground.Anvil.NonceAsync(Wallet);

    /// <summary>What the journal holds, as text.</summary>
    public string Journal => File.ReadAllText(Path.Combine(_home.GuardFolder, "journal.jsonl"));

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        await _home.DisposeAsync();
    }

    private async Task StartAsync(params string[] arguments)
    {
        var port = _port.ToString(CultureInfo.InvariantCulture);
        _process = await ChildProcess.StartAsync(Product.Command(_home.Folder, ["facilitator", "--port", port, .. arguments]));
        await _process.WaitForErrorAsync("listens on", TimeSpan.FromSeconds(60));
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
