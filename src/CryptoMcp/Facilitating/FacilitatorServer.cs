using System.Threading.RateLimiting;
using CryptoMcp.Guard;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Facilitating;

/// <summary>How to run the facilitator.</summary>
/// <param name="Home">Home of the guard that pays the gas.</param>
/// <param name="Port">Loopback port.</param>
/// <param name="Wallet">Wallet that pays the gas; null for the only one.</param>
/// <param name="PerMinute">Most verifications and settlements a minute.</param>
internal sealed record FacilitatorOptions(GuardHome Home, int Port, string? Wallet, int PerMinute);

/// <summary>The facilitator's API over HTTP on loopback: <c>POST /verify</c>, <c>POST /settle</c>, <c>GET /supported</c>.</summary>
internal static class FacilitatorServer
{
    private const int MaxRequestBytes = 64 << 10;
    private const int MaxAtOnce = 256;

    /// <summary>Serves until told to end.</summary>
    public static async Task RunAsync(FacilitatorOptions options, Action<FacilitatorBook, Uri> listening, CancellationToken ct)
    {
        using var guard = new GuardClient(options.Home.Socket, new GuardLauncher(options.Home).EnsureRunningAsync);
        using var book = await FacilitatorBook.OpenAsync(guard, ChainTable.Load(options.Home).Evm, options.Wallet, ct);
        await using var app = Build(options, guard, book);
        await app.StartAsync(ct);
        listening(book, new Uri($"http://127.0.0.1:{options.Port}"));
        await using (ct.Register(app.Lifetime.StopApplication))
        {
            await app.WaitForShutdownAsync(CancellationToken.None);
        }
    }

    private static WebApplication Build(FacilitatorOptions options, GuardClient guard, FacilitatorBook book)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.Limits.MaxConcurrentConnections = MaxAtOnce;
            kestrel.Listen(System.Net.IPAddress.Loopback, options.Port);
        });
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => http.Request.Path.Value switch
            {
                "/verify" => Limited("verify", options.PerMinute),
                "/settle" => Limited("settle", options.PerMinute),
                _ => RateLimitPartition.GetNoLimiter("other"),
            });
        });
        var app = builder.Build();
        var desk = new FacilitatorDesk(guard, book, TimeProvider.System, app.Services.GetRequiredService<ILogger<FacilitatorDesk>>());
        app.Use(RefuseBrowsersAsync);
        app.UseRateLimiter();
        app.MapGet("/supported", (RequestDelegate)(http => WriteAsync(http, StatusCodes.Status200OK, desk.Supported.ToJson())));
        app.MapPost("/verify", (RequestDelegate)(http => AnswerAsync(http, async request => (await desk.VerifyAsync(request, http.RequestAborted)).ToJson())));

        // A settlement is carried through even when the caller hangs up.
        app.MapPost("/settle", (RequestDelegate)(http => AnswerAsync(http, async request => (await desk.SettleAsync(request)).ToJson())));
        return app;
    }

    private static RateLimitPartition<string> Limited(string what, int perMinute) => RateLimitPartition.GetFixedWindowLimiter(
        what, _ => new() { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 });

    /// <summary>A web page that the user happens to look at must not spend gas: no origin, and no host name that a stranger chose.</summary>
    private static Task RefuseBrowsersAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers.Origin.Count > 0 || http.Request.Host.Host is not ("127.0.0.1" or "localhost" or "[::1]"))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        return next(http);
    }

    private static async Task AnswerAsync(HttpContext http, Func<FacilitatorCall, Task<byte[]>> answer)
    {
        FacilitatorCall request;
        try
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            request = FacilitatorCall.Read(WireJson.Parse(body.ToArray()));
        }
        catch (X402FormatException error)
        {
            await WriteAsync(http, StatusCodes.Status400BadRequest, WireJson.Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("error", "invalid_request");
                writer.WriteString("message", error.Message);
                writer.WriteEndObject();
            }));
            return;
        }

        await WriteAsync(http, StatusCodes.Status200OK, await answer(request));
    }

    private static async Task WriteAsync(HttpContext http, int status, byte[] json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        await http.Response.Body.WriteAsync(json);
    }
}
