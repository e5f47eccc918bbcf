using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace CryptoMcp.Guard.Page;

/// <summary>
/// What a request to the approval page has to be before anything looks at it: to the exact host, from no other origin,
/// under the home's secret path, and, where it changes something, JSON with the token of a page that we served.
/// </summary>
internal sealed class PageDefence(string host, string pathKey, PageToken token)
{
    /// <summary>Header that carries the page's token: a header of our own also makes browsers ask first, and nobody answers.</summary>
    public const string TokenHeader = "CryptoMcp-Page";

    private const int MaxBodyBytes = 64 << 10;

    private readonly byte[] _prefix = Encoding.UTF8.GetBytes($"/{pathKey}/");

    /// <summary>The page's origin.</summary>
    public string Origin { get; } = $"http://{host}";

    /// <summary>Why the request is refused, as a status; null when it may go on.</summary>
    public int? Refusal(HttpRequest request)
    {
        // DNS rebinding: a name that somebody pointed here is not our name.
        if (request.Headers.Host.ToString() != host)
        {
            return StatusCodes.Status421MisdirectedRequest;
        }

        if (!IsOwnOrigin(request.Headers.Origin, mayLack: HttpMethods.IsGet(request.Method)))
        {
            return StatusCodes.Status403Forbidden;
        }

        if (!HasPrefix(request.Path.Value ?? string.Empty))
        {
            return StatusCodes.Status404NotFound;
        }

        if (HttpMethods.IsGet(request.Method))
        {
            // A link may lead here from anywhere; a script, frame or socket may not.
            var site = request.Headers["Sec-Fetch-Site"].ToString();
            return site is "" or "none" or "same-origin" || request.Headers["Sec-Fetch-Mode"].ToString() == "navigate"
                ? null
                : StatusCodes.Status403Forbidden;
        }

        return HttpMethods.IsPost(request.Method) ? PostRefusal(request) : StatusCodes.Status405MethodNotAllowed;
    }

    /// <summary>The path below the home's secret one.</summary>
    public string PathOf(HttpRequest request) => request.Path.Value![(_prefix.Length - 1)..];

    private int? PostRefusal(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin"))
        {
            return StatusCodes.Status403Forbidden;
        }

        if (request.ContentType != "application/json")
        {
            return StatusCodes.Status415UnsupportedMediaType;
        }

        if (request.ContentLength is not (>= 0 and <= MaxBodyBytes))
        {
            return StatusCodes.Status413PayloadTooLarge;
        }

        return token.IsGood(request.Headers[TokenHeader].ToString()) ? null : StatusCodes.Status403Forbidden;
    }

    private bool IsOwnOrigin(StringValues origin, bool mayLack) => origin.Count == 0 ? mayLack : origin.Count == 1 && origin[0] == Origin;

    private bool HasPrefix(string path) => path.Length >= _prefix.Length
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(path[..Math.Min(path.Length, _prefix.Length)]), _prefix);
}
