using System.Security.Cryptography;

namespace CryptoMcp.Server.X402;

/// <summary>What a seller answered. All of it is a stranger's text.</summary>
internal sealed class SellerAnswer
{
    private readonly Dictionary<string, string[]> _headers;

    private SellerAnswer(int status, Dictionary<string, string[]> headers, string? contentType, ReadOnlyMemory<byte> body, bool isCut)
    {
        Status = status;
        _headers = headers;
        ContentType = contentType;
        Body = body;
        IsCut = isCut;
    }

    /// <summary>An answer that came in another way than over HTTP alone.</summary>
    public static SellerAnswer Of(int status, string contentType, ReadOnlyMemory<byte> body) => new(status, [], contentType, body, isCut: false);

    /// <summary>HTTP status.</summary>
    public int Status { get; }

    /// <summary>True for 200 to 299.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Media type without parameters, as the seller claims it.</summary>
    public string? ContentType { get; }

    /// <summary>The bytes as received, at most as many as the limit.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>True when there was more, or when it came in an encoding that nobody asked for.</summary>
    public bool IsCut { get; }

    /// <summary>A header that is there exactly once; null otherwise.</summary>
    public string? Header(string name) => _headers.TryGetValue(name, out var values) && values.Length == 1 ? values[0] : null;

    /// <summary>How often a header is there.</summary>
    public int Count(string name) => _headers.TryGetValue(name, out var values) ? values.Length : 0;

    /// <summary>All values of a header.</summary>
    public IReadOnlyList<string> All(string name) => _headers.TryGetValue(name, out var values) ? values : [];

    /// <summary>SHA-256 of <see cref="Body"/>, hexadecimal.</summary>
    public string Sha256() => Convert.ToHexStringLower(SHA256.HashData(Body.Span));

    public static async Task<SellerAnswer> ReadAsync(WebRequest request, HttpResponseMessage response, SellerLimits limits, CancellationToken ct)
    {
        var headers = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated)
        {
            headers[name] = [.. values];
        }

        // An encoding that was not asked for is not decoded: a bomb of zeros stays small.
        var encoded = response.Content.Headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase));
        var body = Array.Empty<byte>();
        var isCut = encoded;
        if (!encoded && request.Method != "HEAD")
        {
            (body, isCut) = await ReadBodyAsync(response, limits.MaxBytes, ct).ConfigureAwait(false);
        }

        return new((int)response.StatusCode, headers, response.Content.Headers.ContentType?.MediaType, body, isCut);
    }

    private static async Task<(byte[] Body, bool IsCut)> ReadBodyAsync(HttpResponseMessage response, int most, CancellationToken ct)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        while (await stream.ReadAsync(buffer, ct).ConfigureAwait(false) is var read and > 0)
        {
            var room = most - (int)body.Length;
            body.Write(buffer, 0, Math.Min(read, room));
            if (read > room)
            {
                return (body.ToArray(), true);
            }
        }

        return (body.ToArray(), false);
    }
}
