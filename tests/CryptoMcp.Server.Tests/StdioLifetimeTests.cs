using System.Diagnostics;
using System.Text;
using CryptoMcp.Server.Stdio;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Server.Tests;

/// <summary>Conversations with the SDK's own client, and how they end.</summary>
public sealed class StdioLifetimeTests
{
    private const string Meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";
    private const string Initialize = """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""";

    [Theory]
    [InlineData("2026-07-28", true)]
    [InlineData("2026-07-28", false)]
    [InlineData("2025-11-25", true)]
    [InlineData("2025-11-25", false)]
    [InlineData("2025-06-18", true)]
    [InlineData("2024-11-05", true)]
    public async Task The_SDKs_client_is_served_in_every_revision(string version, bool prepared)
    {
        await using var peer = new StdioPeer(prepared);
        await using var client = await McpClient.CreateAsync(
            new StreamClientTransport(peer.Input, peer.Output), new() { ProtocolVersion = version });
        Assert.Equal(version, client.NegotiatedProtocolVersion);
        Assert.Equal("1.2.3", client.ServerInfo!.Version);
        Assert.Equal(8, (await client.ListToolsAsync()).Count);
        Assert.Single(await client.ListPromptsAsync());
        var result = await client.CallToolAsync("test_list", new Dictionary<string, object?> { ["shelf"] = "bottom" });
        Assert.Equal(25, result.StructuredContent!.Value.GetProperty("total").GetInt32());
        Assert.Contains("Hello x", ((TextContentBlock)(await client.GetPromptAsync("test_prompt", new Dictionary<string, object?> { ["name"] = "x" })).Messages[0].Content).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_asked_before_the_end_is_answered()
    {
        await using var peer = new StdioPeer(prepared: true, endGrace: TimeSpan.FromMinutes(1));
        await peer.SendAsync(Initialize);
        for (var id = 2; id < 52; id++)
        {
            await peer.SendAsync(Call("test_list", """{"shelf":"top"}""", id));
        }

        var answers = await peer.EndAndCollectAsync();
        Assert.Equal(Enumerable.Range(1, 51), answers.Select(answer => (int)answer["id"]!).Order());
    }

    [Fact]
    public async Task A_tool_in_flight_is_cancelled_when_the_grace_is_over()
    {
        TestTools.HangEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = new StdioPeer(prepared: true, endGrace: TimeSpan.FromMilliseconds(100));
        await peer.AskAsync(Initialize);
        await peer.SendAsync(Call("test_hang", "{}", 2).Replace("\"arguments\"", "\"_meta\":{\"progressToken\":1},\"arguments\"", StringComparison.Ordinal));
        Assert.Equal("notifications/progress", (string?)(await peer.ReceiveAsync())["method"]);
        Assert.Equal(0, await peer.EndAsync());
        await TestTools.HangEnded.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_subscription_does_not_hold_up_the_end(bool prepared)
    {
        await using var peer = new StdioPeer(prepared, endGrace: TimeSpan.FromMinutes(5));
        await peer.AskAsync($$$"""{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{{{{Meta}}}}}""");
        await peer.SendAsync($$$"""{"jsonrpc":"2.0","id":2,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},{{{Meta}}}}}""");
        Assert.Equal("notifications/subscriptions/acknowledged", (string?)(await peer.ReceiveAsync())["method"]);
        var started = Stopwatch.GetTimestamp();
        await peer.EndAsync();
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_cancelled_request_does_not_hold_up_the_end()
    {
        TestTools.HangEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = new StdioPeer(prepared: true, endGrace: TimeSpan.FromMinutes(5));
        await peer.AskAsync(Initialize);
        await peer.SendAsync(Call("test_hang", "{}", 2).Replace("\"arguments\"", "\"_meta\":{\"progressToken\":1},\"arguments\"", StringComparison.Ordinal));
        await peer.ReceiveAsync();
        await peer.SendAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}""");
        await TestTools.HangEnded.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(await peer.EndAndCollectAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_stops_reading_is_a_client_that_left(bool prepared)
    {
        await using var peer = new StdioPeer(prepared, endGrace: TimeSpan.FromMinutes(5), deafOutput: true);
        await peer.SendAsync(Initialize);
        await peer.SendAsync(Call("test_list", """{"shelf":"top"}""", 2));
        Assert.Equal(0, await peer.EndAsync());
    }

    [Fact]
    public async Task Nothing_asked_nothing_started()
    {
        await using var peer = new StdioPeer(prepared: true);
        Assert.Equal(0, await peer.EndAsync());
        Assert.Equal(0, peer.Configured);
    }

    [Fact]
    public async Task A_line_beyond_the_limit_is_refused_and_the_next_one_served()
    {
        await using var peer = new StdioPeer(prepared: true);
        await peer.AskAsync(Initialize);
        var line = Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":5,"method":"ping","params":{"x":" """ + new string('x', LineReader.MaxLineBytes) + "\"}}\n");
        var sending = peer.SendRawAsync(line);
        Assert.Equal(-32700, (int?)(await peer.ReceiveAsync())["error"]!["code"]);
        await sending;
        Assert.Equal(6, (int?)(await peer.AskAsync("""{"jsonrpc":"2.0","id":6,"method":"ping"}"""))["id"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4096)]
    public void Lines_are_cut_alike_however_they_arrive(int chunk)
    {
        var text = "one\r\n\n  \ntwo\n" + new string('3', 20_000) + "\nünï\nlast";
        var reader = new LineReader(new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk));
        var lines = new List<string>();
        while (reader.Read())
        {
            Assert.False(reader.TooLong);
            lines.Add(Encoding.UTF8.GetString(reader.Line));
        }

        Assert.Equal(["one", "two", new string('3', 20_000), "ünï", "last"], lines);
    }

    private static string Call(string tool, string arguments, int id) =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}}}""";

    private sealed class ChunkedStream(byte[] data, int chunk) : MemoryStream(data)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, chunk));
    }
}
