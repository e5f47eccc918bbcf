using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Http;

/// <summary>
/// Streamable HTTP over <see cref="StreamableHttpServerTransport"/>: requests of revision 2026-07-28 are served one by
/// one without state, clients that <c>initialize</c> get a session.
/// </summary>
/// <remarks>
/// Order of checks in a POST: Host and Origin (403), Content-Type (415), Accept (406), size (413), one JSON-RPC message
/// (400), known revision (400), and then those of the era.
/// </remarks>
internal sealed class McpHttpEndpoint(
    IOptions<McpHttpOptions> httpOptions,
    IOptions<McpServerOptions> serverOptions,
    IOptionsFactory<McpServerOptions> serverOptionsFactory,
    LegacySessionStore sessions,
    IHostApplicationLifetime lifetime,
    IServiceProvider services,
    ILoggerFactory loggers)
{
    // All requests served without state share one options object. The request's own scope is already the right
    // lifetime for a tool's services, so the server must not open another.
    private readonly Lazy<McpServerOptions> _statelessOptions = new(() =>
    {
        var options = serverOptionsFactory.Create(Options.DefaultName);
        options.ScopeRequests = false;
        return options;
    });

    private McpHttpOptions Settings => httpOptions.Value;

    public async Task PostAsync(HttpContext http)
    {
        if (await RefusedAsync(http) || await RequestReader.ReadAsync(http, Settings.MaxRequestBytes) is not { } message)
        {
            return;
        }

        var id = message is JsonRpcRequest request ? request.Id : default;
        var version = http.Request.Headers[Wire.ProtocolVersion].ToString();
        if (version.Length > 0 && !Wire.SupportedVersions.Contains(version, StringComparer.Ordinal))
        {
            // A client without handshake retries with one of these, so only offer revisions its next request can use.
            await Wire.WriteErrorAsync(
                http, StatusCodes.Status400BadRequest, id, Fault.UnsupportedVersion(version, Wire.StatelessVersions));
        }
        else if (Wire.IsStateless(version))
        {
            await ServeStatelessAsync(http, message, id);
        }
        else if (Wire.DeclaresStatelessVersion(message))
        {
            await Wire.WriteErrorAsync(http, StatusCodes.Status400BadRequest, id, Fault.HeaderMismatch(
                $"{Wire.ProtocolVersion} is '{version}' but _meta declares a revision that requires the header to match."));
        }
        else if (Settings.Sessions == McpSessionPolicy.None)
        {
            await ServeOneShotAsync(http, message, onFirst: null);
        }
        else
        {
            await ServeSessionAsync(http, message, id);
        }
    }

    public async Task GetAsync(HttpContext http)
    {
        if (await RefusedAsync(http)
            || await RefusedAsStatelessAsync(http)
            || !await RequestReader.AcceptsEventStreamAsync(http)
            || await FindSessionAsync(http, default) is not { } session)
        {
            return;
        }

        if (!session.TryOpenGet())
        {
            await Wire.RefuseAsync(
                http, StatusCodes.Status409Conflict, "This session already had its GET stream; it cannot be reopened.");
            return;
        }

        // Graceful shutdown must not wait for a stream that only ends when the client goes away.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        using var lease = session.Rent(sessions.Clock);
        await EventStream.ListenAsync(http, session.Transport, Settings.KeepAliveInterval, sessions.Clock, stop.Token);
    }

    public async Task DeleteAsync(HttpContext http)
    {
        if (await RefusedAsync(http) || await RefusedAsStatelessAsync(http))
        {
            return;
        }

        if (await FindSessionAsync(http, default) is { } session)
        {
            await sessions.RemoveAsync(session.Id);
            http.Response.Headers.Remove(Wire.SessionId);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private async Task ServeStatelessAsync(HttpContext http, JsonRpcMessage message, RequestId id)
    {
        if (StatelessRequestValidator.Check(http.Request, message, serverOptions.Value) is { } fault)
        {
            await Wire.WriteErrorAsync(http, StatusCodes.Status400BadRequest, id, fault);
            return;
        }

        if (message is JsonRpcRequest
            {
                Method: RequestMethods.Initialize or RequestMethods.Ping or "logging/setLevel"
                    or RequestMethods.ResourcesSubscribe or RequestMethods.ResourcesUnsubscribe,
            } removed)
        {
            await Wire.WriteErrorAsync(http, StatusCodes.Status404NotFound, id, new(
                McpErrorCode.MethodNotFound, $"'{removed.Method}' does not exist in {Wire.FirstStatelessVersion}."));
            return;
        }

        await ServeOneShotAsync(http, message, first =>
        {
            // The status line is still open until the first byte, so an error that comes first can set it.
            if (first is JsonRpcError { Error.Code: var code } && !http.Response.HasStarted)
            {
                http.Response.StatusCode = StatusOf((McpErrorCode)code);
            }

            return default;
        });
    }

    private static int StatusOf(McpErrorCode code) => code switch
    {
        McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
        McpErrorCode.MissingRequiredClientCapability
            or McpErrorCode.UnsupportedProtocolVersion
            or McpErrorCode.HeaderMismatch => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status200OK,
    };

    /// <summary>A transport and a server for this one POST. The end of the request cancels what it started.</summary>
    private async Task ServeOneShotAsync(HttpContext http, JsonRpcMessage message, Func<JsonRpcMessage?, ValueTask>? onFirst)
    {
        await using var transport = new StreamableHttpServerTransport(loggers) { Stateless = true };
        await using var server = McpServer.Create(transport, _statelessOptions.Value, loggers, http.RequestServices);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var run = server.RunAsync(ended.Token);
        try
        {
            await AnswerAsync(http, transport, message, onFirst);
        }
        finally
        {
            await transport.DisposeAsync();
            await ended.CancelAsync();
            try
            {
                await run;
            }
            catch (OperationCanceledException)
            {
                // The cancellation just asked for.
            }
        }
    }

    private async Task ServeSessionAsync(HttpContext http, JsonRpcMessage message, RequestId id)
    {
        LegacySession? session;
        if (http.Request.Headers[Wire.SessionId].Count > 0)
        {
            session = await FindSessionAsync(http, id);
        }
        else if (message is JsonRpcRequest { Method: RequestMethods.Initialize })
        {
            session = await OpenSessionAsync(http, id);
        }
        else
        {
            await Wire.RefuseAsync(
                http,
                StatusCodes.Status400BadRequest,
                $"Send initialize first and repeat the {Wire.SessionId} it returns, "
                + $"or use revision {Wire.FirstStatelessVersion}, which has no sessions.",
                id);
            return;
        }

        if (session is not null)
        {
            using var lease = session.Rent(sessions.Clock);
            await AnswerAsync(http, session.Transport, message, onFirst: null);
        }
    }

    private async Task<LegacySession?> OpenSessionAsync(HttpContext http, RequestId id)
    {
        var sessionId = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var transport = new StreamableHttpServerTransport(loggers)
        {
            SessionId = sessionId,
            FlowExecutionContextFromRequests = true,
        };
        var server = McpServer.Create(transport, serverOptions.Value, loggers, services);
        var session = new LegacySession(sessionId, transport, server, http.User, sessions.Clock.GetTimestamp());
        if (!await sessions.TryAddAsync(session))
        {
            await session.DisposeAsync();
            http.Response.Headers.RetryAfter = "5";
            await Wire.RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "Too many sessions; retry later.", id);
            return null;
        }

        session.Start();
        http.Response.Headers[Wire.SessionId] = sessionId;
        return session;
    }

    private async Task<LegacySession?> FindSessionAsync(HttpContext http, RequestId id)
    {
        var sessionId = http.Request.Headers[Wire.SessionId].ToString();
        if (sessionId.Length == 0)
        {
            await Wire.RefuseAsync(http, StatusCodes.Status400BadRequest, $"Missing header {Wire.SessionId}.", id);
            return null;
        }

        // 404 is the client's cue to initialize again; a session of somebody else looks just as absent.
        if (!sessions.TryGet(sessionId, out var session) || !session.IsOwnedBy(http.User))
        {
            await Wire.RefuseAsync(http, StatusCodes.Status404NotFound, "Session not found; initialize again.", id);
            return null;
        }

        http.Response.Headers[Wire.SessionId] = session.Id;
        return session;
    }

    private Task AnswerAsync(
        HttpContext http, StreamableHttpServerTransport transport, JsonRpcMessage message, Func<JsonRpcMessage?, ValueTask>? onFirst) =>
        EventStream.AnswerAsync(http, transport, message, onFirst, Settings.KeepAliveInterval, sessions.Clock);

    private async Task<bool> RefusedAsync(HttpContext http)
    {
        if (RebindingDefence.Refusal(http.Request, Settings) is not { } reason)
        {
            return false;
        }

        await Wire.RefuseAsync(http, StatusCodes.Status403Forbidden, reason);
        return true;
    }

    private async Task<bool> RefusedAsStatelessAsync(HttpContext http)
    {
        if (Settings.Sessions != McpSessionPolicy.None
            && !Wire.IsStateless(http.Request.Headers[Wire.ProtocolVersion].ToString()))
        {
            return false;
        }

        http.Response.Headers.Allow = HttpMethods.Post;
        await Wire.RefuseAsync(
            http, StatusCodes.Status405MethodNotAllowed, $"{http.Request.Method} is not part of this revision; use POST.");
        return true;
    }
}
