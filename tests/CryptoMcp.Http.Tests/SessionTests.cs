using System.Net;
using CryptoMcp.Testing;

namespace CryptoMcp.Http.Tests;

/// <summary>Sessions of clients that open with <c>initialize</c>.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task A_session_ends_with_DELETE_and_is_then_404()
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.OpenSessionAsync();
        using var alive = await server.PingAsync(session);
        using var deleted = await server.SendAsync(new(HttpMethod.Delete, server.Url), session);
        using var after = await server.PingAsync(session);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, after.StatusCode);
        Assert.Equal(0, server.Sessions.Count);
    }

    [Fact]
    public async Task Session_ids_cannot_be_guessed()
    {
        await using var server = await TestServer.StartAsync();
        var (first, second) = (await server.OpenSessionAsync(), await server.OpenSessionAsync());
        Assert.NotEqual(first, second);
        Assert.Equal(22, first.Length);
        using var guessed = await server.PingAsync(new string('A', 22));
        Assert.Equal(HttpStatusCode.NotFound, guessed.StatusCode);
    }

    [Fact]
    public async Task Without_initialize_there_is_no_session_to_speak_in()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Http.SendAsync(server.Post("""{"jsonrpc":"2.0","id":2,"method":"tools/list"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("initialize", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_session_idle_longest_makes_room()
    {
        var clock = new StoppedClock();
        await using var server = await TestServer.StartAsync(options => options.MaxSessions = 2, clock);
        var first = await server.OpenSessionAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        var second = await server.OpenSessionAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        using var touched = await server.PingAsync(first);
        clock.Advance(TimeSpan.FromSeconds(1));
        await server.OpenSessionAsync();
        using var kept = await server.PingAsync(first);
        using var gone = await server.PingAsync(second);
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task When_all_sessions_are_busy_the_newcomer_waits()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxSessions = 1);
        var session = await server.OpenSessionAsync();
        using var listening = await server.SendAsync(server.Get(), session);
        using var refused = await server.Http.SendAsync(server.Post(
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"""));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task An_idle_session_is_swept_and_a_used_one_is_not()
    {
        var clock = new StoppedClock();
        await using var server = await TestServer.StartAsync(clock: clock);
        var idle = await server.OpenSessionAsync();
        var used = await server.OpenSessionAsync();
        using var listening = await server.SendAsync(server.Get(), used);
        clock.Advance(TimeSpan.FromMinutes(31));
        await server.Sessions.SweepAsync();
        using var gone = await server.PingAsync(idle);
        using var kept = await server.PingAsync(used);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
    }

    [Fact]
    public async Task A_second_GET_stream_is_a_conflict_and_shutdown_does_not_wait_for_the_first()
    {
        var server = await TestServer.StartAsync();
        var session = await server.OpenSessionAsync();
        using var first = await server.SendAsync(server.Get(), session);
        using var second = await server.SendAsync(server.Get(), session);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Without_sessions_GET_is_405_and_old_clients_still_call_tools()
    {
        await using var server = await TestServer.StartAsync(options => options.Sessions = McpSessionPolicy.None);
        using var get = await server.Http.SendAsync(server.Get());
        await using var client = await server.ConnectAsync("2025-11-25");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal(["POST"], get.Content.Headers.Allow);
        Assert.NotEmpty(await client.ListToolsAsync());
        Assert.Equal(0, server.Sessions.Count);
    }
}
