using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.EndToEnd.X402;

/// <summary>The example as it stands: npm's client pays our seller through our facilitator, and the chain is asked before anything is delivered.</summary>
public sealed class PaidApiTests
{
    [Fact]
    public async Task Reference_client_pays_our_seller_through_our_facilitator()
    {
        await using var ground = await X402Ground.StartChainAsync();
        await using var facilitator = await FacilitatorHome.StartAsync(ground);
        await using var api = await ChildProcess.StartAsync(new ChildProcessStart(
            RepositoryPaths.BuiltFile("paid-api", "paid-api"),
            "--urls", "http://127.0.0.1:0", "--payTo", X402Ground.PayTo, "--facilitator", facilitator.Url.ToString(), "--rpc", ground.Anvil.Url.ToString()));
        const string Announcement = "Now listening on: ";
        var line = await api.WaitForOutputAsync(Announcement, TimeSpan.FromSeconds(60));
        var url = new Uri(line[(line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..].Trim());

        await ShouldPayAsync(ground, new Uri(url, "/forecast/Paris"), 10_000, "Paris: rain.");
        await ShouldPayAsync(ground, new Uri(url, "/letters/hello"), 5_000, "HELLO");
        await using var session = await McpSession.OverHttpAsync(new Uri(url, "/mcp"), null);
        var unpaid = await session.CallAsync("forecast", new { city = "Paris" });
        Assert.True(unpaid.IsError);
        Assert.Equal("10000", unpaid.Structured.GetProperty("accepts")[0].GetProperty("amount").GetString());
        using var http = new HttpClient();
        Assert.Contains("/forecast/", await http.GetStringAsync(new Uri(url, "/discovery/resources"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task ShouldPayAsync(X402Ground ground, Uri url, int price, string expected)
    {
        var before = await ground.ReceivedAsync();
        var answer = await ground.PayAsync(url);
        Assert.True(answer["status"]?.GetValue<int>() == 200, answer.ToJsonString());
        Assert.Equal(expected, answer["body"]!.GetValue<string>());
        Assert.Equal(price, await ground.ReceivedAsync() - before);
    }
}
