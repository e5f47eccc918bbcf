using System.Text.Json;
using System.Text.Json.Nodes;
using CryptoMcp.Testing.X402;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Payments.AspNetCore.Tests;

/// <summary>Tools with a price, over Streamable HTTP and both bindings, settled on the chain.</summary>
[Collection(nameof(LocalX402))]
public sealed class PaidToolTests(LocalX402 local)
{
    private X402Ground X402 => local.Ground;

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task Unpaid_call_gets_terms_that_every_client_can_read_and_a_paid_one_the_answer(string revision)
    {
        await using var server = await ServeAsync();
        await using var client = await ConnectAsync(server, revision);
        var before = await X402.ReceivedAsync();
        var unpaid = await client.CallToolAsync("answer");
        Assert.True(unpaid.IsError);
        var terms = PaymentRequired.Read(unpaid.StructuredContent!.Value);
        Assert.True(JsonElement.DeepEquals(unpaid.StructuredContent.Value, JsonElement.Parse(Assert.IsType<TextContentBlock>(unpaid.Content[0]).Text)));
        Assert.Equal("mcp://tool/answer", terms.Resource!.Url);

        var paid = await CallAsync(client, Purse.Pay(terms));
        Assert.Equal("42", Assert.IsType<TextContentBlock>(paid.Content[0]).Text);
        Assert.True(SettlementResponse.Read(JsonElement.Parse(paid.Meta!["x402/payment-response"]!.ToJsonString())).Success);
        Assert.Equal(10_000, await X402.ReceivedAsync() - before);
    }

    [Fact]
    public async Task Client_that_advertises_the_extension_gets_a_result_of_its_own_type()
    {
        await using var server = await ServeAsync();
        var answer = await PostAsync(server, advertise: true);
        Assert.Equal("payment_required", answer["result"]!["resultType"]!.GetValue<string>());
        Assert.Equal("10000", answer["result"]!["paymentRequired"]!["accepts"]![0]!["amount"]!.GetValue<string>());

        var without = await PostAsync(server, advertise: false);
        Assert.True(without["result"]!["isError"]!.GetValue<bool>());
        Assert.Equal("10000", without["result"]!["structuredContent"]!["accepts"]![0]!["amount"]!.GetValue<string>());
    }

    [Fact]
    public async Task Server_advertises_the_extension()
    {
        await using var server = await ServeAsync();
        await using var client = await ConnectAsync(server, "2025-11-25");
        Assert.True(client.ServerCapabilities.Extensions!.ContainsKey("org.x402/payment"));
    }

    [Fact]
    public async Task The_same_payment_buys_one_call()
    {
        await using var server = await ServeAsync();
        await using var client = await ConnectAsync(server, null);
        var payment = Purse.Pay(PaymentRequired.Read((await client.CallToolAsync("answer")).StructuredContent!.Value));
        Assert.NotEqual(true, (await CallAsync(client, payment)).IsError);
        var again = await CallAsync(client, payment);
        Assert.True(again.IsError);
        Assert.Equal("invalid_exact_evm_nonce_already_used", PaymentRequired.Read(again.StructuredContent!.Value).Error);
    }

    [Fact]
    public async Task Tool_that_fails_is_not_charged()
    {
        await using var server = await ServeAsync();
        await using var client = await ConnectAsync(server, null);
        var before = await X402.ReceivedAsync();
        var payment = Purse.Pay(PaymentRequired.Read((await client.CallToolAsync("broken")).StructuredContent!.Value));
        var failed = await CallAsync(client, payment, "broken");
        Assert.True(failed.IsError);
        Assert.Equal(before, await X402.ReceivedAsync());
    }

    [Fact]
    public async Task Payment_for_one_tool_does_not_buy_another()
    {
        await using var server = await ServeAsync();
        await using var client = await ConnectAsync(server, null);
        var payment = Purse.Pay(PaymentRequired.Read((await client.CallToolAsync("broken")).StructuredContent!.Value));
        var refused = await CallAsync(client, payment);
        Assert.Equal("resource_mismatch", PaymentRequired.Read(refused.StructuredContent!.Value).Error);
    }

    [Fact]
    public async Task Free_tools_stay_free()
    {
        await using var server = await ServeAsync();
        await using var client = await ConnectAsync(server, null);
        Assert.Equal("41", Assert.IsType<TextContentBlock>((await client.CallToolAsync("free")).Content[0]).Text);
    }

    [Fact]
    public async Task Price_on_a_tool_that_does_not_exist_stops_the_server()
    {
        await using var server = await ServeAsync(misspelled: true);
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(server, null));
    }

    private static ValueTask<CallToolResult> CallAsync(McpClient client, JsonObject payment, string tool = "answer") => client.CallToolAsync(
        new CallToolRequestParams { Name = tool, Arguments = new Dictionary<string, JsonElement>(), Meta = new JsonObject { ["x402/payment"] = payment.DeepClone() } });

    private static async Task<JsonObject> PostAsync(WebApplication server, bool advertise)
    {
        using var http = new HttpClient();
        var capabilities = advertise ? """{"extensions":{"org.x402/payment":{}}}""" : "{}";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Urls.First() + "/mcp"))
        {
            Content = new StringContent(
                $$$$"""
                {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"answer","arguments":{},"_meta":{
                "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},
                "io.modelcontextprotocol/clientCapabilities":{{{{capabilities}}}} } } }
                """,
                null,
                "application/json"),
        };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", "tools/call");
        request.Headers.Add("Mcp-Name", "answer");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var data = text.Split('\n').FirstOrDefault(line => line.StartsWith("data:", StringComparison.Ordinal))?[5..] ?? text;
        return JsonNode.Parse(data)!.AsObject();
    }

    private static Task<McpClient> ConnectAsync(WebApplication server, string? revision) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(server.Urls.First() + "/mcp"), TransportMode = HttpTransportMode.StreamableHttp }),
        new McpClientOptions { ProtocolVersion = revision });

    private async Task<WebApplication> ServeAsync(bool misspelled = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddPayments(seller =>
        {
            seller.PayTo = X402Ground.PayTo;
            seller.Networks.Add("base-sepolia");
            seller.Facilitator = X402.Facilitator.Url;
        });
        builder.Services
            .AddMcpServer(options => options.ServerInfo = new() { Name = "seller", Version = "1" })
            .WithTools([
                McpServerTool.Create(() => "42", new() { Name = "answer" }),
                McpServerTool.Create(() => "41", new() { Name = "free" }),
                McpServerTool.Create(string () => throw new McpException("broken"), new() { Name = "broken" }),
            ])
            .WithToolPrice(misspelled ? "answr" : "answer", "0.01 USDC", tag => tag.Description = "The answer")
            .WithToolPrice("broken", "0.01 USDC")
            .WithStreamableHttp();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapStreamableHttp("/mcp");
        await app.StartAsync();
        return app;
    }
}
