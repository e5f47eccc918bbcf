using System.Security.Claims;
using System.Text;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Tools;

/// <summary>
/// The identity as the protocol carries it: over HTTP the authenticated principal, otherwise the client's own name, which
/// comes with each request since revision 2026-07-28 and with <c>initialize</c> before.
/// </summary>
internal sealed class McpClientIdentity : IClientIdentity
{
    private const int LongestPart = 64;

    /// <inheritdoc/>
    public string Of(RequestContext<CallToolRequestParams> request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.User is { Identity.IsAuthenticated: true } user)
        {
            return $"http:{Clean(user.FindFirst("sub")?.Value ?? user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.Identity.Name)}";
        }

        var client = request.JsonRpcRequest.Context?.ClientInfo ?? request.Server.ClientInfo;
        return $"{(request.User is null ? "stdio" : "http")}:{Clean(client?.Name)}";
    }

    /// <summary>Lower-case letters, digits and <c>. - _</c>; every run of anything else becomes one hyphen.</summary>
    internal static string Clean(string? name)
    {
        var clean = new StringBuilder(LongestPart);
        foreach (var c in name ?? string.Empty)
        {
            if (clean.Length == LongestPart)
            {
                break;
            }

            if (char.IsAsciiLetterOrDigit(c) || c is '.' or '_')
            {
                clean.Append(char.ToLowerInvariant(c));
            }
            else if (clean.Length > 0 && clean[^1] != '-')
            {
                clean.Append('-');
            }
        }

        var text = clean.ToString().Trim('-');
        return text.Length == 0 ? "unknown" : text;
    }
}
