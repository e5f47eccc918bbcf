using System.Text;

namespace CryptoMcp.Reputation;

/// <summary>Text that strangers put on a chain or into a file: any bytes, made into text that can be shown as data.</summary>
internal static class StrangersText
{
    /// <summary>Cleaned text of bytes that should be UTF-8 and need not be.</summary>
    public static string Of(ReadOnlySpan<byte> bytes, int most) =>
        // A character takes at most 4 bytes, and what is invisible is dropped: a bound before decoding keeps a megabyte cheap.
        UntrustedText.Clean(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 16 * most)]), most);

    /// <summary>Exact text, for comparing and addresses; null when the bytes are not UTF-8.</summary>
    public static string? Exact(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        return text.Contains('\uFFFD', StringComparison.Ordinal) ? null : text;
    }
}
