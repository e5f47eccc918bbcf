using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Http.Tests;

/// <summary>The endpoint on a real loopback port; one for each test, because sessions are state.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app, TestTools tools)
    {
        _app = app;
        Tools = tools;
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/mcp");
    }

    public Uri Url { get; }

    public TestTools Tools { get; }

    public HttpClient Http { get; } = new();

    public LegacySessionStore Sessions => _app.Services.GetRequiredService<LegacySessionStore>();

    public static async Task<TestServer> StartAsync(
        Action<McpHttpOptions>? configure = null, TimeProvider? clock = null, string? tokenFile = null)
    {
        var tools = new TestTools();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services
            .AddMcpServer(options => options.ServerInfo = new() { Name = "test", Version = "1" })
            .WithTools(tools)
            .WithStreamableHttp(configure);
        if (tokenFile is not null)
        {
            builder.Services.AddBearerTokenFile(tokenFile);
        }

        var app = builder.Build();
        if (tokenFile is not null)
        {
            app.UseAuthentication();
            app.UseAuthorization();
        }

        var endpoint = app.MapStreamableHttp("/mcp");
        if (tokenFile is not null)
        {
            endpoint.RequireAuthorization();
        }

        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        return new(app, tools);
    }

    public Task<McpClient> ConnectAsync(string? version = null, string? token = null) => McpClient.CreateAsync(
        new HttpClientTransport(new()
        {
            Endpoint = Url,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = token is null ? null : new Dictionary<string, string> { ["Authorization"] = "Bearer " + token },
        }),
        new()
        {
            ProtocolVersion = version,
            Handlers = new()
            {
                ElicitationHandler = (_, _) => new(new ElicitResult
                {
                    Action = "accept",
                    Content = new Dictionary<string, System.Text.Json.JsonElement> { ["color"] = System.Text.Json.JsonElement.Parse("\"red\"") },
                }),
            },
        });

    /// <summary>A POST of revision 2026-07-28, with whatever a test wants different about it.</summary>
    public Task<HttpResponseMessage> PostModernAsync(
        string method, JsonObject? parameters = null, string? name = null, Action<HttpRequestMessage>? tweak = null)
    {
        parameters ??= [];
        var meta = (JsonObject)(parameters["_meta"] ??= new JsonObject());
        meta["io.modelcontextprotocol/protocolVersion"] ??= "2026-07-28";
        meta["io.modelcontextprotocol/clientCapabilities"] ??= new JsonObject();
        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        var request = Post(body.ToJsonString());
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", method);
        if (name is not null)
        {
            request.Headers.Add("Mcp-Name", name);
        }

        tweak?.Invoke(request);
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Opens a session of revision 2025-11-25 and returns its id.</summary>
    public async Task<string> OpenSessionAsync()
    {
        using var response = await Http.SendAsync(Post(
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"""));
        return Assert.Single(response.Headers.GetValues("Mcp-Session-Id"));
    }

    public Task<HttpResponseMessage> PingAsync(string session) =>
        SendAsync(Post("""{"jsonrpc":"2.0","id":2,"method":"ping"}"""), session);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string session)
    {
        request.Headers.Add("Mcp-Session-Id", session);
        request.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public HttpRequestMessage Post(string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        return request;
    }

    public HttpRequestMessage Get()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
