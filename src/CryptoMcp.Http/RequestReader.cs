using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Http;

/// <summary>
/// What must hold of a request before its JSON-RPC message is looked at. Every method writes the refusal itself and
/// says with null or false that the request has been answered.
/// </summary>
internal static class RequestReader
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private static readonly MediaTypeHeaderValue s_eventStream = new("text/event-stream");

    /// <summary>Reads the one message of a POST.</summary>
    public static async Task<JsonRpcMessage?> ReadAsync(HttpContext http, long maxBytes)
    {
        if (!http.Request.HasJsonContentType())
        {
            // Also what stops a form or a text/plain fetch of a foreign page, which skip the CORS preflight.
            await Wire.RefuseAsync(http, StatusCodes.Status415UnsupportedMediaType, "Content-Type must be application/json.");
            return null;
        }

        if (!Accepts(http, s_json) || !Accepts(http, s_eventStream))
        {
            await Wire.RefuseAsync(
                http, StatusCodes.Status406NotAcceptable, "Accept must list application/json and text/event-stream.");
            return null;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }

        return await ParseAsync(http);
    }

    /// <summary>Whether a GET may be answered with an event stream.</summary>
    public static async Task<bool> AcceptsEventStreamAsync(HttpContext http)
    {
        if (Accepts(http, s_eventStream))
        {
            return true;
        }

        await Wire.RefuseAsync(http, StatusCodes.Status406NotAcceptable, "Accept must list text/event-stream.");
        return false;
    }

    private static async Task<JsonRpcMessage?> ParseAsync(HttpContext http)
    {
        try
        {
            if (await http.Request.ReadFromJsonAsync(Wire.MessageType, http.RequestAborted) is { } message)
            {
                var context = message.Context ??= new();
                context.User = http.User.Identity?.IsAuthenticated is true ? http.User : null;
                context.ProtocolVersion = http.Request.Headers[Wire.ProtocolVersion] is { Count: > 0 } v ? v.ToString() : null;
                return message;
            }
        }
        catch (JsonException)
        {
            // Answered below: the text of the exception is about our types, not about the client's mistake.
        }
        catch (BadHttpRequestException e)
        {
            await Wire.RefuseAsync(http, e.StatusCode, e.Message);
            return null;
        }

        await Wire.WriteErrorAsync(http, StatusCodes.Status400BadRequest, default, new(
            McpErrorCode.ParseError, "The body is not one JSON-RPC message (batches are not supported)."));
        return null;
    }

    private static bool Accepts(HttpContext http, MediaTypeHeaderValue type)
    {
        foreach (var accepted in http.Request.GetTypedHeaders().Accept)
        {
            if (type.IsSubsetOf(accepted))
            {
                return true;
            }
        }

        return false;
    }
}
