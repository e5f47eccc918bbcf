namespace CryptoMcp.Money;

/// <summary>
/// Character classes over ASCII only. <see cref="char.IsDigit(char)"/> and its kin accept every Unicode digit, so
/// Arabic-Indic or full-width digits would pass for amounts.
/// </summary>
internal static class Ascii
{
    public static bool AreDigits(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');

    public static bool IsAlphanumeric(char c) => char.IsAsciiLetterOrDigit(c);
}
