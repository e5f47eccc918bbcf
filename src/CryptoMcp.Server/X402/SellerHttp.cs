using System.Net;
using CryptoMcp.Web;

namespace CryptoMcp.Server.X402;

/// <summary>
/// Talks to sellers, who may be anybody: see <see cref="PinnedHandler"/> for who may be asked. Redirects are followed only for a
/// GET without a payment; a payment goes to exactly the address that asked for it, once, and never along a redirect.
/// </summary>
internal sealed class SellerHttp : IDisposable
{
    private const int MaxRedirects = 3;
    private const int HeaderKilobytes = 64;

    private readonly WebOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;

    public SellerHttp(WebOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        var handler = PinnedHandler.Create(options);

        // Terms travel in a header, and a header of 32 kB is 43 kB in base64.
        handler.MaxResponseHeadersLength = HeaderKilobytes;
        _http = new(handler);
    }

    /// <summary>Sends a request without a payment.</summary>
    /// <returns>The answer and the request that got it: another address after redirects.</returns>
    /// <exception cref="WebFailureException">It may not be asked, did not answer, or answered beyond the limits.</exception>
    public async Task<(SellerAnswer Answer, WebRequest Asked)> AskAsync(WebRequest request, SellerLimits limits, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(limits.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        for (var redirects = 0; ; redirects++)
        {
            var answer = await SendAsync(request, payment: null, limits, either.Token, ct).ConfigureAwait(false);
            if (request.Method != "GET" || answer.Status is not (301 or 302 or 303 or 307 or 308) || answer.Header("Location") is not { } location)
            {
                return (answer, request);
            }

            if (redirects == MaxRedirects || !Uri.TryCreate(request.Address, location, out var next))
            {
                throw new WebFailureException(WebFailure.Redirects, $"{request.Shown} redirects too often, or to something that is no web address.");
            }

            // What the agent added for one origin is not for another.
            request = request with { Address = next, Headers = SameOrigin(request.Address, next) ? request.Headers : [] };
        }
    }

    /// <summary>Sends a request with a payment, once. Whatever goes wrong from here on proves nothing about the money.</summary>
    /// <exception cref="WebFailureException">No complete answer.</exception>
    public async Task<SellerAnswer> PayAsync(WebRequest request, string header, string value, SellerLimits limits, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(limits.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        return await SendAsync(request, (header, value), limits, either.Token, ct).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private static bool SameOrigin(Uri one, Uri other) =>
        string.Equals(one.GetLeftPart(UriPartial.Authority), other.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);

    private async Task<SellerAnswer> SendAsync(
        WebRequest request, (string Name, string Value)? payment, SellerLimits limits, CancellationToken limited, CancellationToken caller)
    {
        PinnedHandler.Check(request.Address, _options);
        try
        {
            using var message = MessageOf(request, payment);
            using var response = await _http.SendAsync(message, limited).ConfigureAwait(false);
            return await SellerAnswer.ReadAsync(request, response, limits, limited).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            throw new WebFailureException(WebFailure.TimedOut, $"{request.Shown} gave no complete answer within {limits.Timeout.TotalSeconds:0} s.");
        }
        catch (HttpRequestException error) when (error.InnerException is WebFailureException refusal)
        {
            throw new WebFailureException(refusal.Kind, refusal.Message, error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or InvalidDataException)
        {
            throw new WebFailureException(WebFailure.Unreachable, $"{request.Shown} cannot be reached, or broke off.", error);
        }
    }

    private static HttpRequestMessage MessageOf(WebRequest request, (string Name, string Value)? payment)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Address) { Version = HttpVersion.Version11 };
        message.Headers.TryAddWithoutValidation("User-Agent", "CryptoMcp");
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (request.HasBody)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType ?? "application/json");
        }

        var accepts = false;
        foreach (var (name, value) in request.Headers)
        {
            accepts |= name.Equals("Accept", StringComparison.OrdinalIgnoreCase);
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (!accepts)
        {
            message.Headers.TryAddWithoutValidation("Accept", "*/*");
        }

        if (payment is { } header)
        {
            message.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }

        return message;
    }
}

/// <summary>What one exchange may take.</summary>
internal sealed record SellerLimits
{
    /// <summary>For terms: short, and a body no longer than terms need to be.</summary>
    public static SellerLimits Asking { get; } = new() { MaxBytes = 256 * 1024, Timeout = TimeSpan.FromSeconds(15) };

    /// <summary>For the answer that is paid for: a facilitator waits for a block.</summary>
    public static SellerLimits Paying { get; } = new() { MaxBytes = 1024 * 1024, Timeout = TimeSpan.FromSeconds(45) };

    /// <summary>Bytes of the body that are read; the rest is left unread and the answer says so.</summary>
    public required int MaxBytes { get; init; }

    /// <summary>Time over all redirects.</summary>
    public required TimeSpan Timeout { get; init; }
}
