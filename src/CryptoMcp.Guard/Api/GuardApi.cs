using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Guard.Api;

/// <summary>
/// The guard's side of the socket. It takes intents and answers views; there is no call that signs bytes, exports a key or
/// lifts a freeze, and none that approves or loosens anything without the owner's passphrase, which is verified here.
/// </summary>
internal sealed partial class GuardApi(GuardService guard, ILogger<GuardApi> log)
{
    private const int MaxRequestBytes = 256 << 10;

    /// <summary>
    /// Listens on the socket and lets nobody in but the user that the guard runs as. Where the guard has an account of its
    /// own, the group of the socket's directory says who may come.
    /// </summary>
    public static void Listen(KestrelServerOptions kestrel, GuardHome home, ILogger log)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        kestrel.ListenUnixSocket(home.Socket, options =>
        {
            options.Protocols = HttpProtocols.Http1;
            options.Use(next => connection => home.SharedSocket is not null || IsOwner(connection, log) ? next(connection) : RefuseAsync(connection));
        });
    }

    /// <summary>Maps the calls of <see cref="GuardClient"/>.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/status", Handle(_ => new(guard.Status()), GuardJson.Default.GuardStatus));
        routes.MapGet("/v1/wallets", Handle(_ => new(guard.Wallets()), GuardJson.Default.WalletList));
        routes.MapGet("/v1/policy", Handle(_ => new(guard.Policy()), GuardJson.Default.PolicyView));
        routes.MapPost("/v1/quotes", Handle(
            async http => await guard.Spending.QuoteAsync(await IntentAsync(http), ClientOf(http), http.RequestAborted),
            GuardJson.Default.QuoteView));
        routes.MapPost("/v1/checks", Handle(
            async http => guard.Spending.Check(await IntentAsync(http), ClientOf(http)), GuardJson.Default.QuoteView));

        // A spend is carried through even when the caller hangs up: stopping half-way would only make the outcome less clear.
        routes.MapPost("/v1/payments", Handle(
            async http => await guard.Spending.SubmitAsync(await SpendAsync(http), ClientOf(http), guard.Stopping), GuardJson.Default.PaymentView));
        routes.MapGet("/v1/payments", Handle(http => new(List(http)), GuardJson.Default.PaymentPage));
        routes.MapGet("/v1/payments/{id}", Handle(
            async http => guard.Answers.AddTo(await guard.Payments.GetAsync(IdOf(http), http.RequestAborted)), GuardJson.Default.PaymentView));
        routes.MapPost("/v1/payments/{id}/answer", Handle(
            async http =>
            {
                await guard.Answers.RecordAsync(guard.Payments.Find(IdOf(http)).Id, await BodyAsync(http, GuardJson.Default.PurchaseAnswer));
                return guard.Answers.AddTo(await guard.Payments.GetAsync(IdOf(http), http.RequestAborted));
            },
            GuardJson.Default.PaymentView));
        routes.MapPost("/v1/payments/{id}/cancel", Handle(
            async http => await guard.Spending.CancelAsync(IdOf(http), ClientOf(http), guard.Stopping), GuardJson.Default.PaymentView));
        new ApprovalApi(guard, this).Map(routes);
        routes.MapPost("/v1/invoices", Handle(
            async http => guard.Invoices.Create(await BodyAsync(http, GuardJson.Default.InvoiceRequest)), GuardJson.Default.InvoiceView));
        routes.MapGet("/v1/invoices/{id}", Handle(http => new(guard.Invoices.Get(IdOf(http))), GuardJson.Default.InvoiceView));
        routes.MapPost("/v1/invoices/{id}/claim", Handle(
            async http => guard.Invoices.Claim(IdOf(http), await BodyAsync(http, GuardJson.Default.InvoiceClaimRequest)), GuardJson.Default.InvoiceView));
        routes.MapPost("/v1/invoices/{id}/transaction", Handle(
            async http => guard.Invoices.NoteTransaction(IdOf(http), await BodyAsync(http, GuardJson.Default.InvoiceClaim)), GuardJson.Default.InvoiceView));
        routes.MapPost("/v1/freeze", Handle(
            async http => await guard.FreezeAsync((await BodyAsync(http, GuardJson.Default.FreezeRequest)).Reason), GuardJson.Default.GuardStatus));
    }

    private static bool IsOwner(ConnectionContext connection, ILogger log)
    {
        var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is null || PeerCredentials.Of(socket) is not { IsOwner: false } stranger)
        {
            return true;
        }

        StrangerRefused(log, stranger.ProcessId, stranger.User);
        return false;
    }

    private static Task RefuseAsync(ConnectionContext connection)
    {
        connection.Abort(new ConnectionAbortedException("The peer is another user."));
        return Task.CompletedTask;
    }

    internal RequestDelegate Handle<T>(Func<HttpContext, ValueTask<T>> handler, JsonTypeInfo<T> type) => async http =>
    {
        try
        {
            await WriteAsync(http, StatusCodes.Status200OK, await handler(http), type);
        }
        catch (GuardException refusal)
        {
            await WriteAsync(http, StatusCodes.Status422UnprocessableEntity, refusal.Problem, GuardJson.Default.GuardProblem);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception e)
        {
            Unexpected(log, http.Request.Path, e);
            await WriteAsync(
                http,
                StatusCodes.Status500InternalServerError,
                new GuardProblem
                {
                    Code = "guard_failed",
                    Problem = "The guard met an error that it does not know; its log has the details. Whether a payment was made is unknown.",
                    Next = "Call payment_list, or repeat the same call with the same idempotency key: it does not pay twice.",
                },
                GuardJson.Default.GuardProblem);
        }
    };

    private PaymentPage List(HttpContext http)
    {
        var query = http.Request.Query;
        return guard.Payments.List(
            query["state"].ToString(),
            query["cursor"].ToString(),
            int.TryParse(query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? Math.Clamp(limit, 1, 100) : 20);
    }

    /// <summary>An intent that would pay. One that makes no sense counts towards the tripwire.</summary>
    private async ValueTask<Intent> SpendAsync(HttpContext http)
    {
        try
        {
            return await IntentAsync(http);
        }
        catch (GuardException e)
        {
            await guard.Spending.CountRefusalAsync(ClientOf(http), e.Problem);
            throw;
        }
    }

    private static ValueTask<Intent> IntentAsync(HttpContext http) => BodyAsync(http, GuardJson.Default.Intent);

    private static async ValueTask<T> BodyAsync<T>(HttpContext http, JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted)
                ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new GuardException(
                "invalid_request", "The request is not what the guard's contract says.", "Check that server and guard have the same version.", e);
        }
    }

    private static async Task WriteAsync<T>(HttpContext http, int status, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body);
    }

    internal static string IdOf(HttpContext http) => (string)http.GetRouteValue("id")!;

    internal static string ClientOf(HttpContext http)
    {
        var name = Uri.UnescapeDataString(http.Request.Headers[GuardClient.ClientHeader].ToString());
        return name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/')
            ? name
            : "unknown";
    }

    [LoggerMessage(LogLevel.Warning, "Refused a connection of process {ProcessId}, user {User}: the guard answers to its own user only.")]
    private static partial void StrangerRefused(ILogger logger, int processId, uint user);

    [LoggerMessage(LogLevel.Error, "Unexpected failure at {Path}.")]
    private static partial void Unexpected(ILogger logger, string path, Exception error);
}
