using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.EndToEnd.X402;

/// <summary>
/// Many agents at one guard, whose budget is for three quarters of what they want: exactly that many payments settle. Small by
/// default; <c>CRYPTOMCP_HEAVY=1</c> makes it 100 agents with 100 payments each.
/// </summary>
public sealed class BudgetLoadTests
{
    private const int Price = 1_000;

    [Fact]
    public async Task Exactly_as_many_payments_settle_as_the_budget_is_for()
    {
        var (agents, each) = Environment.GetEnvironmentVariable("CRYPTOMCP_HEAVY") == "1" ? (100, 100) : (10, 8);
        var room = agents * each * 3 / 4;
        await using var ground = await X402Ground.StartChainAsync();
        var settler = new Settler(ground);
        await settler.PrepareAsync();
        await using var seller = new HostileSeller(settler.AnswerAsync);
        await using var wallet = await X402Wallet.CreateAsync(
            ground, [seller.Url], day: string.Create(CultureInfo.InvariantCulture, $"{room / 1000}.{room % 1000:000} USD"));
        await wallet.StartGuardAsync();
        var before = await wallet.HoldsAsync();
        var port = TestWallet.FreePort();
        wallet.Started(await Serve(wallet, port));
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/mcp"));
        var outcomes = new ConcurrentBag<string>();
        var times = new ConcurrentBag<double>();

        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, agents).Select(agent => Task.Run(async () =>
        {
            await using var session = await McpSession.OverHttpAsync(url, null);
            for (var i = 0; i < each; i++)
            {
                outcomes.Add(await BuyAsync(session, new Uri(seller.Url, string.Create(CultureInfo.InvariantCulture, $"/{agent}/{i}")), times));
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(started);

        var counts = string.Join(", ", outcomes.GroupBy(outcome => outcome).Select(group => $"{group.Key}: {group.Count()}").Order(StringComparer.Ordinal));
        var sorted = times.Order().ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{agents} agents, {room} of {agents * each} payments in {elapsed.TotalSeconds:F1} s: {room / elapsed.TotalSeconds:F0} a second; a call takes {sorted[sorted.Count / 2]:F1} ms p50, {sorted[sorted.Count * 99 / 100]:F1} ms p99. {counts}"));
        Assert.Equal(room * Price, before - await wallet.HoldsAsync());
        Assert.True(outcomes.Count(outcome => outcome == "paid") == room, counts);
        Assert.True(outcomes.Count(outcome => outcome == "over_budget") == (agents * each) - room, counts);
        await ground.Anvil.MineAsync(4);
        await using var session = await McpSession.OverHttpAsync(url, null);
        for (var patience = DateTime.UtcNow.AddSeconds(60); (await session.CallAsync("payment_list", new { state = "settled" }))["total"] != X402Wallet.Text(room) && DateTime.UtcNow < patience;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        }

        Assert.Equal(X402Wallet.Text(room), (await session.CallAsync("payment_list", new { state = "settled" }))["total"]);
    }

    /// <summary>Buys, waiting where the policy's limit of open signatures says to wait.</summary>
    private static async Task<string> BuyAsync(McpSession session, Uri url, ConcurrentBag<double> times)
    {
        for (; ; )
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await session.CallAsync("x402_pay", new { url = url.ToString() });
            if (answer.Code is not ("too_many_open" or "room_just_freed"))
            {
                if (!answer.IsError)
                {
                    times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }

                return answer.IsError ? answer.Code : answer["outcome"];
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }

    private static async Task<CryptoMcp.Testing.ChildProcess> Serve(X402Wallet wallet, int port)
    {
        var server = await CryptoMcp.Testing.ChildProcess.StartAsync(Product.Command(wallet.Home, "serve", "--http", "--port", X402Wallet.Text(port)));
        await server.WaitForErrorAsync("listens on");
        return server;
    }

    /// <summary>A seller that takes every payment to the chain itself, by several accounts.</summary>
    private sealed class Settler(X402Ground ground)
    {
        private static readonly string[] s_accounts = [.. Enumerable.Range(1, 8).Select(i => $"0x{i:x40}".Replace("0x0000", "0x5e77", StringComparison.Ordinal))];
        private int _turn;

        public async Task PrepareAsync()
        {
            foreach (var account in s_accounts)
            {
                await ground.Anvil.CallAsync("anvil_impersonateAccount", account);
                await ground.Anvil.SetBalanceAsync(account, System.Numerics.BigInteger.Pow(10, 20));
            }
        }

        public async Task AnswerAsync(Asked asked, NetworkStream stream, CancellationToken ct)
        {
            if (asked.Payment is not { } payment)
            {
                await stream.WriteAsync(HostileTerms.Required(HostileTerms.Terms(HostileTerms.Offer(X402Wallet.Text(Price)))), ct);
                return;
            }

            var from = s_accounts[Interlocked.Increment(ref _turn) % s_accounts.Length];
            var hash = (await ground.Anvil.CallAsync("eth_sendTransaction", new JsonObject
            {
                ["from"] = from, ["to"] = X402Ground.UsdcAddress, ["data"] = HostileGround.TransferData(payment), ["gas"] = "0x30d40",
            }))!.GetValue<string>();
            await ground.Anvil.ReceiptAsync(hash);
            await stream.WriteAsync(HostileSeller.Response(200, "", "here"), ct);
        }
    }
}
