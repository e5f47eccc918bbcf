using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Http;

/// <summary>Responses as server-sent events.</summary>
internal static class EventStream
{
    /// <summary>Hands a message to a transport and writes what comes of it, or 202 when nothing does.</summary>
    /// <param name="http">The request.</param>
    /// <param name="transport">Reads the message and writes the events.</param>
    /// <param name="message">The message of the POST.</param>
    /// <param name="onFirst">Called with the first message before a byte is written, so that it may choose the status.</param>
    /// <param name="keepAlive">Silence after which a comment is written.</param>
    /// <param name="clock">Measures the silence.</param>
    public static async Task AnswerAsync(
        HttpContext http,
        StreamableHttpServerTransport transport,
        JsonRpcMessage message,
        Func<JsonRpcMessage?, ValueTask>? onFirst,
        TimeSpan keepAlive,
        TimeProvider clock)
    {
        Start(http);
        bool wrote;
        await using (var body = new KeepAliveStream(http.Response.Body, keepAlive, clock))
        {
            wrote = onFirst is null
                ? await transport.HandlePostRequestAsync(message, body, http.RequestAborted)
                : await transport.HandlePostRequestAsync(message, body, onFirst, http.RequestAborted);
        }

        if (!wrote && !http.Response.HasStarted)
        {
            http.Response.Headers.ContentType = default;
            http.Response.StatusCode = StatusCodes.Status202Accepted;
        }
    }

    /// <summary>Writes what the server has to say unasked, until <paramref name="stop"/> fires.</summary>
    public static async Task ListenAsync(
        HttpContext http, StreamableHttpServerTransport transport, TimeSpan keepAlive, TimeProvider clock, CancellationToken stop)
    {
        Start(http);
        try
        {
            await using var body = new KeepAliveStream(http.Response.Body, keepAlive, clock);
            await transport.HandleGetRequestAsync(body, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The normal end of such a stream.
        }
    }

    private static void Start(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentType = "text/event-stream";
        headers.CacheControl = "no-cache, no-store";
        headers["X-Accel-Buffering"] = "no";
        http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
    }
}
