using System.Globalization;
using System.Text;

namespace CryptoMcp.Evm;

/// <summary>
/// Text that a contract or a node chose: token symbols and names, error messages, ENS names. Before anybody reads it,
/// everything that is invisible, reorders other text or drives a terminal is taken out, and the length is capped.
/// </summary>
public static class UntrustedText
{
    /// <summary>
    /// Visible characters only, runs of white space as one space, cut after <paramref name="maxLength"/> characters.
    /// Removed are controls (ANSI escapes), formats (bidirectional marks, zero-width and tag characters), surrogates
    /// without a partner, private-use and unassigned code points, and line separators.
    /// </summary>
    public static string Clean(string? text, int maxLength)
    {
        if (string.IsNullOrEmpty(text))
        {
            return string.Empty;
        }

        var clean = new StringBuilder(Math.Min(text.Length, maxLength));
        var spacePending = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                spacePending = clean.Length > 0;
                continue;
            }

            if (rune == Rune.ReplacementChar || !IsVisible(rune))
            {
                continue;
            }

            if (clean.Length + rune.Utf16SequenceLength + (spacePending ? 1 : 0) > maxLength)
            {
                break;
            }

            if (spacePending)
            {
                clean.Append(' ');
                spacePending = false;
            }

            clean.Append(rune.ToString());
        }

        return clean.ToString();
    }

    /// <summary>Input as it may be repeated in an error: at most 48 characters of printable ASCII between quotes.</summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        Span<char> shown = stackalloc char[Math.Min(text.Length, 48)];
        for (var i = 0; i < shown.Length; i++)
        {
            shown[i] = text[i] is >= ' ' and < '\x7f' and not '\'' ? text[i] : '?';
        }

        return text.Length > shown.Length ? $"'{shown}…'" : $"'{shown}'";
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
