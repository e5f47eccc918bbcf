using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Testing;

/// <summary>
/// A loopback JSON-RPC endpoint in front of a real node that fails or lies on command, and remembers what it was asked.
/// Batches are served: a fault strikes single requests of a batch where it can, and the whole exchange where it must.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly HttpClient _node;
    private readonly ConcurrentQueue<JsonNode> _requests = new();
    private readonly ConcurrentQueue<JsonNode> _forwarded = new();
    private readonly int _port;
    private WebApplication? _server;
    private volatile Faults _faults = new([]);

    private FaultProxy(Uri node, WebApplication server, int port)
    {
        _node = new HttpClient { BaseAddress = node, Timeout = TimeSpan.FromMinutes(2) };
        _server = server;
        _port = port;
        Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
    }

    /// <summary>The endpoint to hand to the code under test.</summary>
    public Uri Url { get; }

    /// <summary>Every single request that arrived, in order; batches are taken apart.</summary>
    public IReadOnlyCollection<JsonNode> Requests => _requests;

    /// <summary>Every single request that reached the node.</summary>
    public IReadOnlyCollection<JsonNode> Forwarded => _forwarded;

    /// <summary>Starts a proxy in front of a node.</summary>
    public static async Task<FaultProxy> StartAsync(Uri node)
    {
        FaultProxy? proxy = null;
        var server = await ListenAsync(0, context => proxy!.ServeAsync(context));
        return proxy = new FaultProxy(node, server, new Uri(server.Urls.Single()).Port);
    }

    /// <summary>How often a method arrived.</summary>
    public int CountOf(string method) => _requests.Count(request => MethodOf(request) == method);

    /// <summary>How often a method reached the node.</summary>
    public int ForwardedCountOf(string method) => _forwarded.Count(request => MethodOf(request) == method);

    /// <summary>From now on these faults, the first that strikes wins; none: an honest proxy. Requests that hang go on.</summary>
    public void Set(params RpcFault[] faults)
    {
        var before = _faults;
        _faults = new Faults(faults);
        before.Replaced.SetResult();
    }

    /// <summary>Honest again.</summary>
    public void Clear() => Set();

    /// <summary>Closes the port: connections are refused.</summary>
    public async Task GoDownAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Opens the same port again.</summary>
    public async Task ComeBackAsync() => _server ??= await ListenAsync(_port, ServeAsync);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Clear();
        await GoDownAsync();
        _node.Dispose();
    }

    private static async Task<WebApplication> ListenAsync(int port, RequestDelegate serve)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var server = builder.Build();
        server.Run(serve);
        await server.StartAsync();
        return server;
    }

    private async Task ServeAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var requests = body as JsonArray is { } batch ? [.. batch.Select(request => request!)] : new List<JsonNode> { body! };
        requests.ForEach(_requests.Enqueue);

        var faults = _faults;
        while (faults.ForExchange(requests) is RpcFault.Hang)
        {
            await faults.Replaced.Task.WaitAsync(context.RequestAborted);
            faults = _faults;
        }

        switch (faults.ForExchange(requests))
        {
            case RpcFault.Drop:
                context.Abort();
                return;
            case RpcFault.DropAnswer:
                await ForwardAsync(body!, requests, context.RequestAborted);
                context.Abort();
                return;
            case RpcFault.HttpError error:
                context.Response.StatusCode = error.Status;
                await context.Response.WriteAsync("upstream unavailable", context.RequestAborted);
                return;
            case RpcFault.Garbage garbage:
                await context.Response.WriteAsync(garbage.Body, context.RequestAborted);
                return;
            default:
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync((await AnswerAsync(faults, body!, requests, context.RequestAborted)).ToJsonString(), context.RequestAborted);
                return;
        }
    }

    /// <summary>The answer, with single results rewritten or replaced by errors.</summary>
    private async Task<JsonNode> AnswerAsync(Faults faults, JsonNode body, List<JsonNode> requests, CancellationToken cancellationToken)
    {
        var refused = requests.Where(request => faults.For(request) is RpcFault.RpcError).ToList();
        var passed = requests.Except(refused).ToList();
        var answers = new JsonArray();
        if (passed.Count > 0)
        {
            var toNode = body is JsonArray ? new JsonArray([.. passed.Select(request => request.DeepClone())]) : body.DeepClone();
            var answer = await ForwardAsync(toNode, passed, cancellationToken);
            foreach (var single in answer as JsonArray is { } many ? many.ToList() : [answer])
            {
                answers.Add(Rewritten(faults, passed, single!.DeepClone()));
            }
        }

        foreach (var request in refused)
        {
            var error = (RpcFault.RpcError)faults.For(request)!;
            answers.Add(new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = request["id"]?.DeepClone(),
                ["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message },
            });
        }

        return body is JsonArray ? answers : answers[0]!.DeepClone();
    }

    private static JsonNode Rewritten(Faults faults, List<JsonNode> requests, JsonNode answer)
    {
        var request = requests.Find(candidate => JsonNode.DeepEquals(candidate["id"], answer["id"]));
        if (request is not null && faults.For(request) is RpcFault.Lie lie && answer["error"] is null)
        {
            answer["result"] = lie.Rewrite(request, answer["result"]);
        }

        return answer;
    }

    private async Task<JsonNode> ForwardAsync(JsonNode body, List<JsonNode> requests, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await _node.PostAsync((Uri?)null, content, cancellationToken);
        requests.ForEach(_forwarded.Enqueue);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))
            ?? throw new JsonException("The node answered null.");
    }

    private static string MethodOf(JsonNode request) => request["method"]!.GetValue<string>();

    private sealed class Faults(RpcFault[] all)
    {
        public RpcFault? For(JsonNode request) => Array.Find(
            all, fault => fault.Strikes(MethodOf(request)) && (fault as RpcFault.RpcError)?.When?.Invoke(request) is not false);

        /// <summary>The fault that strikes the whole HTTP exchange, if any request of it draws one.</summary>
        public RpcFault? ForExchange(List<JsonNode> requests) =>
            requests.Select(For).FirstOrDefault(fault => fault is not (null or RpcFault.Lie or RpcFault.RpcError));

        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
