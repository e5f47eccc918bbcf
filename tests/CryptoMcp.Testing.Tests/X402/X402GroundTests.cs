using System.Text.Json.Nodes;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.Testing.Tests.X402;

/// <summary>The npm counterparts pay each other, so that a failure against them is ours.</summary>
public sealed class X402GroundTests(X402GroundTests.Ground ground) : IClassFixture<X402GroundTests.Ground>
{
    private X402Ground X402 => ground.X402;

    [Theory]
    [InlineData("exact", 10_000)]
    [InlineData("permit2-sponsored", 10_000)]
    [InlineData("upto?charge=12345", 12_345)]
    [InlineData("upfront", 10_000)]
    [InlineData("upfront-fails", 10_000)]
    [InlineData("fails", 0)]
    [InlineData("identified", 10_000)]
    [InlineData("described", 10_000)]
    [InlineData("v1", 10_000)]
    public async Task Reference_client_pays_reference_seller(string path, int expected)
    {
        var before = await X402.ReceivedAsync();
        var answer = await X402.PayAsync(new Uri(X402.Seller.Url, path));
        Assert.True(answer["status"]?.GetValue<int>() == (path.EndsWith("fails", StringComparison.Ordinal) ? 500 : 200), answer.ToJsonString());
        Assert.Equal(expected, await X402.ReceivedAsync() - before);
        Assert.True(expected == 0 || answer["settlement"]!["success"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Body_and_method_reach_the_seller()
    {
        var answer = await X402.PayAsync(new Uri(X402.Seller.Url, "echo"), new JsonObject
        {
            ["method"] = "POST",
            ["headers"] = new JsonObject { ["content-type"] = "application/json" },
            ["body"] = """{"said":"hello"}""",
        });
        Assert.Equal("""{"said":"hello"}""", answer["body"]!.GetValue<string>());
    }

    [Fact]
    public async Task Permit2_needs_an_allowance_and_then_settles()
    {
        await X402.ApprovePermit2Async(0);
        var refused = await X402.PayAsync(new Uri(X402.Seller.Url, "permit2"));
        Assert.Equal(412, refused["status"]!.GetValue<int>());

        await X402.ApprovePermit2Async(10_000);
        var before = await X402.ReceivedAsync();
        var answer = await X402.PayAsync(new Uri(X402.Seller.Url, "permit2"));
        Assert.True(answer["status"]?.GetValue<int>() == 200, answer.ToJsonString());
        Assert.Equal(10_000, await X402.ReceivedAsync() - before);
    }

    [Fact]
    public async Task Mcp_seller_asks_for_payment()
    {
        await using var seller = await X402.StartMcpSellerAsync(X402.Facilitator.Url);
        using var http = new HttpClient();
        using var content = new StringContent(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"paid_answer","arguments":{}}}""", null, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(seller.Url, "mcp")) { Content = content };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var result = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["result"]!;
        Assert.True(result["isError"]!.GetValue<bool>());
        Assert.Equal("10000", result["structuredContent"]!["accepts"]![0]!["amount"]!.GetValue<string>());
    }

    public sealed class Ground : IAsyncLifetime
    {
        public X402Ground X402 { get; private set; } = null!;

        public async ValueTask InitializeAsync() => X402 = await X402Ground.StartAsync();

        public ValueTask DisposeAsync() => X402.DisposeAsync();
    }
}
