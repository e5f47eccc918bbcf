using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace CryptoMcp.Http.Tests;

/// <summary>What is refused before a tool sees it, and with which status.</summary>
public sealed class RequestCheckTests
{
    [Theory]
    [InlineData("evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData(null, "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData(null, "null", HttpStatusCode.Forbidden)]
    [InlineData(null, "http://localhost.evil.example", HttpStatusCode.Forbidden)]
    [InlineData(null, "file://localhost/etc", HttpStatusCode.Forbidden)]
    [InlineData(null, "http://localhost:6274", HttpStatusCode.OK)]
    [InlineData(null, "http://[::1]:1", HttpStatusCode.OK)]
    [InlineData("localhost", null, HttpStatusCode.OK)]
    [InlineData("LOCALHOST:80", null, HttpStatusCode.OK)]
    public async Task Only_loopback_hosts_and_origins_get_in(string? host, string? origin, HttpStatusCode expected)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostModernAsync("server/discover", tweak: request =>
        {
            request.Headers.Host = host;
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }
        });
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task On_a_public_host_loopback_origins_can_be_kept_out_and_others_let_in()
    {
        await using var server = await TestServer.StartAsync(options =>
        {
            options.AllowLoopbackOrigins = false;
            options.AllowedOrigins.Add("https://agents.example");
        });
        using var loopback = await server.PostModernAsync("server/discover", tweak: r => r.Headers.Add("Origin", "http://localhost:1"));
        using var allowed = await server.PostModernAsync("server/discover", tweak: r => r.Headers.Add("Origin", "https://agents.example"));
        Assert.Equal(HttpStatusCode.Forbidden, loopback.StatusCode);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Rebinding_is_refused_for_every_method(string method)
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(new(method), server.Url);
        request.Headers.Add("Origin", "http://evil.example");
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_form_post_is_refused_before_it_is_parsed()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostModernAsync("server/discover", tweak: r => r.Content!.Headers.ContentType = new("text/plain"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task A_client_that_cannot_read_events_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostModernAsync("server/discover", tweak: r =>
        {
            r.Headers.Accept.Clear();
            r.Headers.Accept.ParseAdd("application/json");
        });
        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRequestBytes = 1000);
        using var large = await server.PostModernAsync(
            "tools/call", new JsonObject { ["name"] = "test_echo", ["arguments"] = new JsonObject { ["text"] = new string('x', 1000) } }, "test_echo");
        using var small = await server.PostModernAsync("server/discover");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"ping"}""")]
    public async Task What_is_not_one_message_is_a_parse_error(string body)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Http.SendAsync(server.Post(body));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(-32700, await CodeAsync(response));
    }

    [Theory]
    [InlineData("Mcp-Method", "tools/call", -32020)]
    [InlineData("Mcp-Method", null, -32020)]
    [InlineData("MCP-Protocol-Version", "2025-11-25", -32020)]
    [InlineData("MCP-Protocol-Version", null, -32020)]
    [InlineData("MCP-Protocol-Version", "2099-01-01", -32022)]
    public async Task Headers_that_contradict_the_body_are_refused(string header, string? value, int code)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostModernAsync("tools/list", tweak: request =>
        {
            request.Headers.Remove(header);
            if (value is not null)
            {
                request.Headers.Add(header, value);
            }
        });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, await CodeAsync(response));
    }

    [Theory]
    [InlineData("eu", null, HttpStatusCode.BadRequest)]
    [InlineData("eu", "us", HttpStatusCode.BadRequest)]
    [InlineData("eu", "eu", HttpStatusCode.OK)]
    [InlineData("Zürich", "=?base64?WsO8cmljaA==?=", HttpStatusCode.OK)]
    [InlineData("Zürich", "=?base64?!!?=", HttpStatusCode.BadRequest)]
    public async Task A_mirrored_argument_must_agree_with_its_header(string argument, string? header, HttpStatusCode expected)
    {
        await using var server = await TestServer.StartAsync();
        var call = new JsonObject { ["name"] = "test_region", ["arguments"] = new JsonObject { ["region"] = argument } };
        using var response = await server.PostModernAsync("tools/call", call, "test_region", request =>
        {
            if (header is not null)
            {
                request.Headers.Add("Mcp-Param-Region", header);
            }
        });
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("no/such")]
    [InlineData("initialize")]
    [InlineData("ping")]
    [InlineData("logging/setLevel")]
    [InlineData("resources/subscribe")]
    public async Task A_method_that_the_revision_does_not_have_is_404(string method)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostModernAsync(method);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("io.modelcontextprotocol/protocolVersion")]
    [InlineData("io.modelcontextprotocol/clientCapabilities")]
    public async Task A_request_must_say_who_asks(string key)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostModernAsync("tools/list", tweak: request =>
        {
            var body = JsonNode.Parse(request.Content!.ReadAsStringAsync().Result)!;
            body["params"]!["_meta"]!.AsObject().Remove(key);
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(-32602, await CodeAsync(response));
    }

    private static async Task<int?> CodeAsync(HttpResponseMessage response) =>
        (int?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["code"];
}
