using System.Buffers;

namespace CryptoMcp.Policy.Deciding;

/// <summary>Hosts of spends.</summary>
internal static class HostText
{
    private static readonly SearchValues<char> s_ipv6 = SearchValues.Create("0123456789abcdef:.");

    /// <summary>
    /// The one form of a host: lower case, without the dot at the end that DNS permits. Null if it is no host: two
    /// spellings of one host would be two budget keys, and would slip past a rule that names it.
    /// </summary>
    public static string? Normalize(string? host)
    {
        if (string.IsNullOrEmpty(host) || host.Length > 254)
        {
            return null;
        }

        var text = (host.EndsWith('.') ? host[..^1] : host).ToLowerInvariant();
        if (text.StartsWith('[') && text.EndsWith(']'))
        {
            return text.AsSpan(1, text.Length - 2).ContainsAnyExcept(s_ipv6) ? null : text;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '.'))
            {
                return null;
            }
        }

        return text.Length == 0 || text[0] is '.' or '-' || text.Contains("..", StringComparison.Ordinal) || text[^1] is '.' or '-' ? null
            : text;
    }

    /// <summary>True if a host of the policy, possibly <c>*.example.com</c>, covers the host. The wildcard does not cover
    /// <c>example.com</c> itself.</summary>
    public static bool Matches(string pattern, string host) =>
        pattern.StartsWith("*.", StringComparison.Ordinal)
            ? host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.Ordinal)
            : string.Equals(pattern, host, StringComparison.Ordinal);
}
