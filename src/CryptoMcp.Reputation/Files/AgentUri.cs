using System.IO.Compression;
using System.Text;

namespace CryptoMcp.Reputation;

/// <summary>How an agent's file is reached.</summary>
public enum UriForm
{
    /// <summary>Empty: more than half of all agents.</summary>
    None,

    /// <summary>The file itself, in the URI.</summary>
    Inline,

    /// <summary>https.</summary>
    Web,

    /// <summary>ipfs.</summary>
    Ipfs,

    /// <summary>Anything else.</summary>
    Unsupported,
}

/// <summary>
/// The forms in which agents carry their file in the URI itself: <c>data:</c> with base64, percent escapes, gzip or brotli,
/// a space where the comma belongs, and bare JSON. What is unpacked is bounded.
/// </summary>
public static class AgentUri
{
    /// <summary>Tells the form.</summary>
    public static UriForm FormOf(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return uri.Length == 0 ? UriForm.None
            : uri[0] == '{' || uri.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? UriForm.Inline
            : uri.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || uri.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? UriForm.Web
            : uri.StartsWith("ipfs://", StringComparison.OrdinalIgnoreCase) ? UriForm.Ipfs
            : UriForm.Unsupported;
    }

    /// <summary>The bytes of an inline file; null and why when they cannot be had.</summary>
    /// <param name="uri">The URI.</param>
    /// <param name="most">Bytes at most, unpacked.</param>
    /// <param name="problem">What is wrong, in our own words.</param>
    public static byte[]? TryDecode(string uri, int most, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(uri);
        problem = null;
        if (uri.StartsWith('{'))
        {
            return Bounded(Encoding.UTF8.GetBytes(uri), most, out problem);
        }

        var cut = uri.IndexOfAny([',', ' '], 5);
        if (cut < 0)
        {
            problem = "The data URI has no data.";
            return null;
        }

        string? packing = null;
        var isBase64 = false;
        foreach (var parameter in uri[5..cut].Split(';'))
        {
            isBase64 |= parameter.Equals("base64", StringComparison.OrdinalIgnoreCase);
            packing = parameter.StartsWith("enc=", StringComparison.OrdinalIgnoreCase) ? parameter[4..].ToLowerInvariant() : packing;
        }

        byte[] bytes;
        try
        {
            var data = uri[(cut + 1)..];
            bytes = isBase64
                ? Convert.FromBase64String(Padded(Uri.UnescapeDataString(data).Trim()))
                : Encoding.UTF8.GetBytes(Uri.UnescapeDataString(data));
        }
        catch (FormatException)
        {
            problem = "The data URI is no base64.";
            return null;
        }

        return packing switch
        {
            null => Bounded(bytes, most, out problem),
            "gzip" => Unpack(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress), most, out problem),
            "br" => Unpack(new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress), most, out problem),
            _ => Refuse("The data URI is packed in a way that is not supported.", out problem),
        };
    }

    private static string Padded(string base64)
    {
        var standard = base64.Replace('-', '+').Replace('_', '/');
        return standard.Length % 4 == 0 ? standard : standard.PadRight(standard.Length + 4 - (standard.Length % 4), '=');
    }

    private static byte[]? Bounded(byte[] bytes, int most, out string? problem)
    {
        problem = null;
        return bytes.Length <= most ? bytes : Refuse($"The file is larger than {most} bytes.", out problem);
    }

    private static byte[]? Unpack(Stream packed, int most, out string? problem)
    {
        problem = null;
        using (packed)
        {
            var buffer = new byte[most + 1];
            try
            {
                var length = packed.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
                return length <= most ? buffer[..length] : Refuse($"The file unpacks to more than {most} bytes.", out problem);
            }
            catch (Exception error) when (error is InvalidDataException or IOException or InvalidOperationException)
            {
                return Refuse("The packed file is damaged.", out problem);
            }
        }
    }

    private static byte[]? Refuse(string why, out string? problem)
    {
        problem = why;
        return null;
    }
}
