using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.EndToEnd.X402;

/// <summary>An agent asks for a payment, npm's client pays the URL, and the agent learns it from the chain.</summary>
public sealed class InvoiceTests : IAsyncLifetime
{
    private readonly EmptyHome _home = new();
    private readonly int _port = FreePort();
    private X402Ground _ground = null!;
    private ChildProcess? _server;

    private string Wallet { get; set; } = "";

    public async ValueTask InitializeAsync()
    {
        _ground = await X402Ground.StartChainAsync();
        await _ground.StartFacilitatorAsync();
        await _home.WriteAsync(
            "chains.json",
            new JsonArray(new JsonObject { ["id"] = X402Ground.ChainId, ["rpc"] = new JsonArray(_ground.Anvil.Url.ToString()), ["blockTimeMs"] = 500 }).ToJsonString());
        await using var init = await _home.RunAsync("init");
        Assert.True(init.ExitCode == 0, init.ErrorText);
        await using var template = await _home.RunAsync("policy", "new", "--template", "read-only", "--chain", "base-sepolia");
        Wallet = JsonNode.Parse(template.OutputText)!["wallets"]!["main"]!.GetValue<string>();
        await File.WriteAllTextAsync(Path.Combine(_home.GuardFolder, "policy.json"), template.OutputText);
        await StartServerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await _home.DisposeAsync();
        await _ground.DisposeAsync();
    }

    [Fact]
    public async Task Invoice_is_paid_once_and_final_when_the_chain_says_so_also_after_a_restart()
    {
        string id, url;
        await using (var session = await ConnectAsync())
        {
            var created = await session.CallAsync(
                "invoice_create", new { amount = "0.75 USDC", chain = "base-sepolia", description = "Two hours of research", expires_in_minutes = 10 });
            Assert.False(created.IsError, created.Text);
            Assert.Equal("open", created["status"]);
            Assert.Equal(Wallet, created["pay_to"]);
            (id, url) = (created["invoice_id"], created["url"]);
            Assert.Equal("open", (await session.CallAsync("invoice_get", new { invoice_id = id }))["status"]);
        }

        // Another process of server and guard serves the same invoice.
        await RestartAsync();
        var paid = await _ground.PayAsync(new Uri(url));
        Assert.True(paid["status"]?.GetValue<int>() == 200, paid.ToJsonString());
        Assert.Equal(750_000, await _ground.Usdc.BalanceAsync(Wallet));

        var second = await _ground.PayAsync(new Uri(url));
        Assert.Equal(200, second["status"]!.GetValue<int>());
        Assert.Null(second["sent"]);
        Assert.Equal(750_000, await _ground.Usdc.BalanceAsync(Wallet));

        await _ground.Anvil.MineAsync(8);
        await RestartAsync();
        await using var later = await ConnectAsync();
        var known = await later.CallAsync("invoice_get", new { invoice_id = id });
        Assert.True(known["status"] == "paid", known.Text);
        Assert.Equal(X402Ground.Payer.Address, known["paid_by"]);
        Assert.Equal(paid["settlement"]!["transaction"]!.GetValue<string>(), known["transaction_id"]);
        Assert.Contains("Two hours of research", known.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_payers_at_once_pay_one_invoice_once()
    {
        var (other, key) = Anvil.DevelopmentAccounts[2];
        await _ground.Usdc.MintAsync(other, 10_000_000);
        await using var session = await ConnectAsync();
        var url = new Uri((await session.CallAsync("invoice_create", new { amount = "1 USDC", chain = "base-sepolia" }))["url"]);
        var answers = await Task.WhenAll(_ground.PayAsync(url), _ground.PayAsync(url, key: key), _ground.PayAsync(url));
        Assert.Equal(1_000_000, await _ground.Usdc.BalanceAsync(Wallet));
        Assert.Single(answers, answer => answer["settlement"]?["success"]?.GetValue<bool>() == true);
    }

    [Fact]
    public async Task Invoice_that_nobody_could_pay_is_refused_and_an_unknown_one_is_not_found()
    {
        await using var session = await ConnectAsync();
        foreach (var (amount, chain, code) in new[]
        {
            ("0 USDC", "base-sepolia", "invalid_amount"), ("1 DOGE", "base-sepolia", "unknown_asset"), ("0.01 ETH", "base-sepolia", "unknown_asset"),
            ("1 USDC", "base", "chain_not_allowed"),
        })
        {
            Assert.Equal(code, (await session.CallAsync("invoice_create", new { amount, chain })).Code);
        }

        using var http = new HttpClient();
        foreach (var id in new[] { "inv_00000000000000000000000000000000", "inv_..%2f..%2fpolicy", "x" })
        {
            using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{_port}/invoices/{id}"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    private Task<McpSession> ConnectAsync() => McpSession.OverHttpAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/mcp")), null);

    private async Task RestartAsync()
    {
        await _server!.DisposeAsync();
        await AutoStartedGuard.EndAsync(_home.GuardFolder);
        await StartServerAsync();
    }

    private async Task StartServerAsync()
    {
        _server = await ChildProcess.StartAsync(Product.Command(
            _home.Folder, "serve", "--http", "--port", _port.ToString(CultureInfo.InvariantCulture), "--toolsets", "default,selling", "--facilitator", _ground.Facilitator.Url.ToString()));
        await _server.WaitForErrorAsync("listens on", TimeSpan.FromSeconds(60));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
