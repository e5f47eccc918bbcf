namespace CryptoMcp.Money;

/// <summary>
/// Character classes over ASCII only. <see cref="char.IsDigit(char)"/> and its kin accept every Unicode digit, so
/// Arabic-Indic or full-width digits would pass for amounts.
/// </summary>
internal static class Ascii
{
    public static bool AreDigits(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');

    public static bool IsAlphanumeric(char c) => char.IsAsciiLetterOrDigit(c);

    /// <summary>The text as it may be repeated in an error: at most 40 characters, nothing but printable ASCII.</summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        Span<char> shown = stackalloc char[Math.Min(text.Length, 40)];
        for (var i = 0; i < shown.Length; i++)
        {
            shown[i] = text[i] is >= ' ' and < '\x7f' and not '\'' ? text[i] : '?';
        }

        return text.Length > shown.Length ? $"'{shown}…'" : $"'{shown}'";
    }
}
