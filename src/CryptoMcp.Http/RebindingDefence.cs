using Microsoft.AspNetCore.Http;

namespace CryptoMcp.Http;

/// <summary>
/// The defence against DNS rebinding: a page on evil.example whose name resolves to 127.0.0.1 still sends its own
/// <c>Host</c> and <c>Origin</c>, so both are compared with an allow-list before anything is parsed.
/// (MCP specification, basic/transports, "Security Warning".)
/// </summary>
internal static class RebindingDefence
{
    /// <summary>Why the request is refused, or null when it may go on.</summary>
    public static string? Refusal(HttpRequest request, McpHttpOptions options)
    {
        if (!options.AllowedHosts.Contains(request.Host.Host))
        {
            return $"Host '{request.Host.Host}' is not allowed.";
        }

        foreach (var origin in request.Headers.Origin)
        {
            if (!IsAllowed(origin, options))
            {
                return $"Origin '{origin}' is not allowed.";
            }
        }

        return null;
    }

    // "null", the origin of sandboxed frames and local files, is no absolute URI and therefore refused.
    private static bool IsAllowed(string? origin, McpHttpOptions options) =>
        !string.IsNullOrEmpty(origin)
        && (options.AllowedOrigins.Contains(origin)
            || (options.AllowLoopbackOrigins
                && Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                && uri.Scheme is "http" or "https"
                && uri.IsLoopback));
}
