using System.Text;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.X402;

namespace CryptoMcp.Server.Tools.X402;

/// <summary>What <c>x402_quote</c> and <c>x402_pay</c> have in common: an HTTP request.</summary>
internal static class RequestArguments
{
    private const int MostBody = 64 * 1024;
    private const int MostHeaders = 20;

    private static readonly string[] s_methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

    /// <summary>Headers that are the transport's or the payment's own.</summary>
    private static readonly string[] s_withheld =
    [
        "Host", "Cookie", "Content-Length", "Content-Type", "Connection", "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Accept-Encoding",
        "Proxy-Authorization", "Expect", "PAYMENT-SIGNATURE", "X-PAYMENT", "PAYMENT-REQUIRED", "SIGN-IN-WITH-X",
    ];

    /// <summary>The arguments of a request.</summary>
    public static IReadOnlyList<Argument> Schema { get; } =
    [
        Argument.Required("url", "https address of the resource."),
        Argument.Choice("method", "HTTP method.", s_methods),
        Argument.Optional("headers", "One 'Name: value' a line."),
        Argument.Optional("body", "Request body."),
        Argument.Optional("content_type", "Of the body; default application/json."),
    ];

    /// <summary>Reads the request.</summary>
    /// <exception cref="ToolException">An argument is malformed.</exception>
    public static WebRequest Read(ToolCall call)
    {
        var method = call.Find("method") ?? s_methods[0];
        var body = Encoding.UTF8.GetBytes(call.Find("body") ?? "");
        if (Array.IndexOf(s_methods, method) < 0 || body.Length > MostBody || (body.Length > 0 && method is "GET" or "HEAD"))
        {
            throw new ToolException("invalid_argument", "The method is unknown, or does not fit the body.", $"Methods: {string.Join(", ", s_methods)}; a body of at most {MostBody} bytes goes with the others than GET and HEAD.");
        }

        return new()
        {
            Address = AddressOf(call.Text("url")),
            Method = method,
            Headers = HeadersOf(call.Find("headers")),
            Body = body,
            ContentType = call.Find("content_type") is { } type ? Plain(type) : null,
        };
    }

    /// <summary>A web address; who may be asked is judged when it is connected to.</summary>
    /// <exception cref="ToolException"><c>invalid_url</c>.</exception>
    public static Uri AddressOf(string text) =>
        text.Length <= 2048 && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            ? new UriBuilder(address) { Fragment = "" }.Uri
            : throw new ToolException("invalid_url", "That is no web address.", "Pass a full https address of at most 2048 characters.");

    private static List<(string Name, string Value)> HeadersOf(string? text)
    {
        var headers = new List<(string, string)>();
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = colon > 0 ? line[..colon] : "";
            if (name.Length is 0 or > 64 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')) || headers.Count == MostHeaders
                || s_withheld.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw new ToolException("invalid_argument", $"'headers' holds more than {MostHeaders}, or one that is malformed or not the caller's to set.", "Write one 'Name: value' a line; leave cookies, host, encoding and payment headers out.");
            }

            headers.Add((name, Plain(line[(colon + 1)..].Trim())));
        }

        return headers;
    }

    private static string Plain(string value) => value.Length <= 1024 && !value.AsSpan().ContainsAnyExceptInRange(' ', '~')
        ? value
        : throw new ToolException("invalid_argument", "A header value is too long or not printable ASCII.", "Shorten it, or leave it out.");
}
