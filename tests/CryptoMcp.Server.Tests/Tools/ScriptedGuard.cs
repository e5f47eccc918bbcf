using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CryptoMcp.Guard.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>
/// The guard's socket with answers that a test writes: a real Unix socket and real HTTP, so that the client's shapes,
/// errors and broken connections are the real ones. What it cannot do is decide; the real guard is tested elsewhere.
/// </summary>
internal sealed class ScriptedGuard : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cmg");
    private readonly ConcurrentDictionary<string, Func<Heard, Answer>> _script = new(StringComparer.Ordinal);
    private readonly WebApplication _app;

    private ScriptedGuard()
    {
        SocketPath = Path.Combine(_directory.FullName, "guard.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(SocketPath, listen => listen.Protocols = HttpProtocols.Http1));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string SocketPath { get; }

    public ConcurrentQueue<Heard> Requests { get; } = [];

    public static async Task<ScriptedGuard> StartAsync()
    {
        var guard = new ScriptedGuard();
        guard.On("GET /v1/wallets", _ => Answer.Ok(Sample.Wallets, GuardJson.Default.WalletList));
        guard.On("GET /v1/policy", _ => Answer.Ok(Sample.Policy, GuardJson.Default.PolicyView));
        guard.On("POST /v1/quotes", _ => Answer.Ok(Sample.Quote, GuardJson.Default.QuoteView));
        guard.On("POST /v1/checks", _ => Answer.Ok(Sample.Quote, GuardJson.Default.QuoteView));
        guard.On("POST /v1/payments", _ => Answer.Ok(Sample.Payment, GuardJson.Default.PaymentView));
        await guard._app.StartAsync(TestContext.Current.CancellationToken);
        return guard;
    }

    /// <summary>Scripts the answer to a method and path, such as <c>POST /v1/payments</c>.</summary>
    public void On(string request, Func<Heard, Answer> answer) => _script[request] = answer;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var client = context.Request.Headers[GuardClient.ClientHeader].ToString();
        var heard = new Heard(context.Request.Method, context.Request.Path, context.Request.QueryString.Value ?? "", client, body.ToArray());
        Requests.Enqueue(heard);
        var answer = _script.TryGetValue($"{heard.Method} {heard.Path}", out var script)
            ? script(heard)
            : Answer.Problem("not_found", $"{heard.Path} is not scripted.", "Script it.");
        if (answer.Drops)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }
}

/// <summary>A request as the guard heard it.</summary>
internal sealed record Heard(string Method, string Path, string Query, string Client, byte[] Body)
{
    public TransferIntent Intent => (TransferIntent)JsonSerializer.Deserialize(Body, GuardJson.Default.Intent)!;
}

/// <summary>What the guard answers.</summary>
internal sealed record Answer(int Status, byte[] Body, bool Drops = false)
{
    /// <summary>Breaks the connection off after the request was heard: the outcome is unknown to the caller.</summary>
    public static Answer Dropped { get; } = new(0, [], Drops: true);

    public static Answer Ok<T>(T view, JsonTypeInfo<T> type) => new(200, JsonSerializer.SerializeToUtf8Bytes(view, type));

    public static Answer Problem(string code, string problem, string next) => Problem(new() { Code = code, Problem = problem, Next = next });

    public static Answer Problem(GuardProblem problem) => new(422, JsonSerializer.SerializeToUtf8Bytes(problem, GuardJson.Default.GuardProblem));
}
