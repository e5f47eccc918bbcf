using System.Globalization;
using System.Net;

namespace CryptoMcp.Web;

/// <summary>What a stranger's server answered. Everything in it is data, never an instruction.</summary>
/// <param name="Address">Where the answer came from, after redirects.</param>
/// <param name="Status">HTTP status; any but a redirect.</param>
/// <param name="ContentType">Media type without parameters, as the server claims it.</param>
/// <param name="Body">The exact bytes, within the limit.</param>
/// <param name="Redirects">Redirects that were followed.</param>
public sealed record WebAnswer(Uri Address, int Status, string? ContentType, ReadOnlyMemory<byte> Body, int Redirects)
{
    /// <summary>True for status 200.</summary>
    public bool IsOk => Status == 200;
}

/// <summary>
/// Fetches what strangers point at: see <see cref="PinnedHandler"/> for who may be asked. Bounded in size, time and
/// redirects; every redirect is checked like the first address. Safe for concurrent use.
/// </summary>
public sealed class WebReader : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;

    /// <summary>Makes a reader; nothing is connected until the first fetch.</summary>
    public WebReader(WebOptions? options = null, TimeProvider? clock = null)
    {
        Options = options ?? new();
        _clock = clock ?? TimeProvider.System;
        _http = new(PinnedHandler.Create(Options));
    }

    /// <summary>Who may be asked.</summary>
    public WebOptions Options { get; }

    /// <summary>Fetches a resource.</summary>
    /// <exception cref="WebFailureException">It may not be asked, did not answer, or answered beyond the limits.</exception>
    public async Task<WebAnswer> GetAsync(Uri address, WebLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        limits ??= new();
        using var deadline = new CancellationTokenSource(limits.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                PinnedHandler.Check(address, Options);
                using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version11 };
                request.Headers.TryAddWithoutValidation("User-Agent", "CryptoMcp");
                request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
                using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
                if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                {
                    return new(address, (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType,
                        await ReadAsync(address, response, limits.MaxBytes, either.Token).ConfigureAwait(false), redirects);
                }

                if (redirects == limits.MaxRedirects || response.Headers.Location is not { } location)
                {
                    throw new WebFailureException(WebFailure.Redirects, string.Create(
                        CultureInfo.InvariantCulture, $"{PinnedHandler.Shown(address)} redirects without a target, or more than {limits.MaxRedirects} times."));
                }

                address = new(address, location);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WebFailureException(WebFailure.TimedOut, string.Create(
                CultureInfo.InvariantCulture, $"{PinnedHandler.Shown(address)} gave no complete answer within {limits.Timeout.TotalSeconds:0.#} s."));
        }
        catch (HttpRequestException error) when (error.InnerException is WebFailureException refusal)
        {
            throw new WebFailureException(refusal.Kind, refusal.Message, error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new WebFailureException(WebFailure.Unreachable, $"{PinnedHandler.Shown(address)} cannot be reached.", error);
        }
        catch (UriFormatException error)
        {
            throw new WebFailureException(WebFailure.Redirects, "A redirect leads to something that is no web address.", error);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Uri address, HttpResponseMessage response, int most, CancellationToken ct)
    {
        if (response.Content.Headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw new WebFailureException(WebFailure.Encoding, $"{PinnedHandler.Shown(address)} answered in an encoding that was not asked for.");
        }

        if (response.Content.Headers.ContentLength > most)
        {
            throw TooLarge(address, most);
        }

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        while (await stream.ReadAsync(buffer, ct).ConfigureAwait(false) is var read and > 0)
        {
            if (body.Length + read > most)
            {
                throw TooLarge(address, most);
            }

            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static WebFailureException TooLarge(Uri address, int most) => new(WebFailure.TooLarge, string.Create(
        CultureInfo.InvariantCulture, $"{PinnedHandler.Shown(address)} answered with more than {most} bytes; reading stopped there."));
}
