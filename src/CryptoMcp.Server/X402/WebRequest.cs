using System.Security.Cryptography;
using System.Text;

namespace CryptoMcp.Server.X402;

/// <summary>What an agent wants to fetch. Its hash is the purchase's identity: one request is paid once.</summary>
internal sealed record WebRequest
{
    public required Uri Address { get; init; }

    /// <summary><c>GET</c>, <c>POST</c> and so on.</summary>
    public required string Method { get; init; }

    /// <summary>The agent's own headers, already checked.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public bool HasBody => !Body.IsEmpty;

    /// <summary>Origin and path as they may be shown: a query may hold what is nobody's business.</summary>
    public string Shown => UntrustedText.Clean(Address.GetLeftPart(UriPartial.Path), 200);

    /// <summary>SHA-256 over method, address, headers and body.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{Method}\n{Address.AbsoluteUri}\n{ContentType}\n"));
        foreach (var (name, value) in Headers)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name.ToLowerInvariant()}: {value}\n"));
        }

        hash.AppendData("\n"u8);
        hash.AppendData(Body.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
