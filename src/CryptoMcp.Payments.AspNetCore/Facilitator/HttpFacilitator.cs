using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Payments.AspNetCore;

/// <summary>
/// A facilitator over HTTP. Calls are never repeated from here: a settlement that is not answered may have happened. No
/// redirect, proxy or cookie has a say in where payments go.
/// </summary>
public sealed class HttpFacilitator : IFacilitator, IDisposable
{
    private const int MaxAnswerBytes = 64 << 10;

    private readonly HttpClient _http;
    private readonly TimeSpan _verifyTimeout;
    private readonly TimeSpan _settleTimeout;

    /// <summary>A facilitator at an address.</summary>
    /// <param name="address">The part before <c>/verify</c>; https, or http on loopback.</param>
    /// <param name="verifyTimeout">How long <c>/verify</c> and <c>/supported</c> may take.</param>
    /// <param name="settleTimeout">How long <c>/settle</c> may take.</param>
    /// <exception cref="ArgumentException">The address is of another kind.</exception>
    public HttpFacilitator(Uri address, TimeSpan verifyTimeout, TimeSpan settleTimeout)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            throw new ArgumentException($"The facilitator's address {address} is neither https nor on loopback.", nameof(address));
        }

        _verifyTimeout = verifyTimeout;
        _settleTimeout = settleTimeout;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
        {
            BaseAddress = new Uri(address.ToString().TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
    }

    /// <inheritdoc/>
    public Task<VerifyResponse> VerifyAsync(FacilitatorCall request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SendAsync(HttpMethod.Post, "verify", request.ToJson(), _verifyTimeout, VerifyResponse.Read, ct);
    }

    /// <inheritdoc/>
    public Task<SettlementResponse> SettleAsync(FacilitatorCall request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SendAsync(HttpMethod.Post, "settle", request.ToJson(), _settleTimeout, SettlementResponse.Read, ct);
    }

    /// <inheritdoc/>
    public Task<SupportedKinds> GetSupportedAsync(CancellationToken ct) =>
        SendAsync(HttpMethod.Get, "supported", null, _verifyTimeout, SupportedKinds.Read, ct);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpMethod method, string path, byte[]? body, TimeSpan limit, Func<JsonElement, T> read, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(limit);
        try
        {
            using var response = await _http.SendAsync(message, timeout.Token).ConfigureAwait(false);
            var bytes = await response.Content.ReadAsByteArrayAsync(timeout.Token).ConfigureAwait(false);

            // A refusal may come with another status and the same body, so what can be read counts.
            try
            {
                return read(WireJson.Parse(bytes));
            }
            catch (X402FormatException error) when (response.StatusCode == HttpStatusCode.OK)
            {
                throw new FacilitatorException("facilitator_answer", $"The facilitator's answer to /{path} cannot be read: {error.Message}", error);
            }
            catch (X402FormatException error)
            {
                throw new FacilitatorException(
                    "facilitator_refused",
                    $"The facilitator answered /{path} with status {(int)response.StatusCode}: {UntrustedText.Quote(System.Text.Encoding.UTF8.GetString(bytes))}",
                    error);
            }
        }
        catch (HttpRequestException error)
        {
            throw new FacilitatorException("facilitator_unreachable", $"The facilitator cannot be reached at /{path}, or broke off.", error);
        }
        catch (OperationCanceledException error) when (!ct.IsCancellationRequested)
        {
            throw new FacilitatorException("facilitator_timeout", $"The facilitator did not answer /{path} within {limit.TotalSeconds:0} s.", error);
        }
    }
}
