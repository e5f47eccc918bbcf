using System.Net;

namespace CryptoMcp.Web;

/// <summary>How strangers' addresses are reached. The defaults are the strict ones.</summary>
public sealed record WebOptions
{
    /// <summary>
    /// Origins (<c>http://127.0.0.1:4021</c>, no path) that the owner named: they may be plain http and may lie on a private
    /// address. Never filled from anything that came over the network.
    /// </summary>
    public IReadOnlyCollection<string> TrustedOrigins { get; init; } = [];

    /// <summary>Looks a host name up; absent for the system's resolver.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>>? Resolve { get; init; }

    /// <summary>Time to connect, TLS included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>True when the owner named the origin of this address.</summary>
    public bool IsTrusted(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (TrustedOrigins.Count == 0)
        {
            return false;
        }

        var origin = address.GetLeftPart(UriPartial.Authority);
        foreach (var trusted in TrustedOrigins)
        {
            if (trusted.TrimEnd('/').Equals(origin, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What one fetch may take.</summary>
public sealed record WebLimits
{
    /// <summary>Bytes of the body.</summary>
    public int MaxBytes { get; init; } = 256 * 1024;

    /// <summary>Time over all redirects.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Redirects that are followed.</summary>
    public int MaxRedirects { get; init; } = 3;
}
