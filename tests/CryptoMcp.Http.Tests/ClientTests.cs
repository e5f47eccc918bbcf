using System.Text.Json.Nodes;
using CryptoMcp.Testing;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Http.Tests;

/// <summary>Whole conversations with the SDK's own client, and what goes over the wire in them.</summary>
public sealed class ClientTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    public async Task A_client_lists_calls_and_is_asked_in_every_revision(string version)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync(version);
        Assert.Equal(version, client.NegotiatedProtocolVersion);
        Assert.Contains(await client.ListToolsAsync(), tool => tool.Name == "test_echo");
        Assert.Equal("héllo", await CallAsync(client, "test_echo", ("text", "héllo")));
        Assert.Equal("red", await CallAsync(client, "test_ask"));
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task Twenty_clients_at_once_each_get_their_own_answer(string version)
    {
        await using var server = await TestServer.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await using var client = await server.ConnectAsync(version);
            Assert.Equal($"text {i}", await CallAsync(client, "test_echo", ("text", $"text {i}")));
        }));
    }

    [Fact]
    public async Task Dropping_the_stream_cancels_the_tool()
    {
        await using var server = await TestServer.StartAsync();
        using (var response = await server.PostModernAsync("tools/call", Call("test_hang", progress: true), "test_hang"))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            Assert.StartsWith("event:", await reader.ReadLineAsync(), StringComparison.Ordinal);
            Assert.False(server.Tools.HangEnded.Task.IsCompleted);
        }

        await server.Tools.HangEnded.Task.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Progress_is_written_in_order_and_before_the_result()
    {
        // Read off the wire: the SDK's client dispatches notifications concurrently.
        await using var server = await TestServer.StartAsync();
        var call = Call("test_progress", progress: true);
        call["arguments"] = new JsonObject { ["steps"] = 4 };
        using var response = await server.PostModernAsync("tools/call", call, "test_progress");
        var frames = (await response.Content.ReadAsStringAsync())
            .Split('\n')
            .Where(line => line.StartsWith("data:", StringComparison.Ordinal))
            .Select(line => JsonNode.Parse(line["data:".Length..])!)
            .ToList();
        Assert.Equal([1, 2, 3, 4], frames.SkipLast(1).Select(frame => (int)frame["params"]!["progress"]!));
        Assert.Equal("complete", (string?)frames[^1]["result"]!["resultType"]);
    }

    [Fact]
    public async Task A_silent_tool_sends_headers_soon_and_keeps_its_connection_alive()
    {
        var clock = new StoppedClock();
        await using var server = await TestServer.StartAsync(clock: clock);
        var pending = server.PostModernAsync("tools/call", Call("test_wait"), "test_wait");
        await server.Tools.Waiting.Task.WaitAsync(s_patience);
        clock.Advance(TimeSpan.FromSeconds(1));
        using var response = await pending.WaitAsync(s_patience);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(": keep-alive", await reader.ReadLineAsync().WaitAsync(s_patience));
            Assert.Equal("", await reader.ReadLineAsync());
            clock.Advance(TimeSpan.FromSeconds(15));
        }

        server.Tools.Release.SetResult();
        Assert.Contains("released", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_GET_stream_is_kept_alive_too()
    {
        var clock = new StoppedClock();
        await using var server = await TestServer.StartAsync(clock: clock);
        var session = await server.OpenSessionAsync();
        using var listening = await server.SendAsync(server.Get(), session);
        using var reader = new StreamReader(await listening.Content.ReadAsStreamAsync());
        clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(": keep-alive", await reader.ReadLineAsync().WaitAsync(s_patience));
    }

    [Fact]
    public async Task Proxies_are_told_neither_to_keep_nor_to_buffer()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostModernAsync("server/discover");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("no", Assert.Single(response.Headers.GetValues("X-Accel-Buffering")));
    }

    [Fact]
    public async Task A_notification_is_accepted_without_a_body()
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.OpenSessionAsync();
        using var response = await server.SendAsync(server.Post("""{"jsonrpc":"2.0","method":"notifications/initialized"}"""), session);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    internal static async Task<string> CallAsync(ModelContextProtocol.Client.McpClient client, string tool, params (string Name, object? Value)[] arguments)
    {
        var result = await client.CallToolAsync(tool, arguments.ToDictionary(a => a.Name, a => a.Value));
        Assert.NotEqual(true, result.IsError);
        return Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
    }

    private static JsonObject Call(string tool, bool progress = false)
    {
        var call = new JsonObject { ["name"] = tool };
        if (progress)
        {
            call["_meta"] = new JsonObject { ["progressToken"] = "p" };
        }

        return call;
    }
}
