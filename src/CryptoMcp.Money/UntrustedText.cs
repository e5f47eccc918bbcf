using System.Globalization;
using System.Text;

namespace CryptoMcp.Money;

/// <summary>
/// Makes text of strangers (token names, memos, agents' files, bodies of HTTP errors) fit to be shown as data: no control
/// characters, no terminal escapes, nothing invisible that could carry instructions, no reordering of what is read, and a
/// bound on its length. Fields that hold such text are named <c>untrusted_…</c>.
/// </summary>
public static class UntrustedText
{
    /// <summary>Most UTF-16 characters that are kept.</summary>
    public const int MaxLength = 256;

    private const int MaxQuoted = 48;

    // More marks on one letter than any script needs paint over the lines above and below.
    private const int MaxCombiningRun = 4;

    private const char Ellipsis = '…';

    /// <summary>The cleaned text; empty when there is none or nothing visible remains.</summary>
    /// <param name="text">What came from outside.</param>
    /// <param name="maxLength">Most UTF-16 characters of the result, the ellipsis included.</param>
    public static string Clean(string? text, int maxLength = MaxLength)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        var cleaned = new StringBuilder(Math.Min(text.Length, maxLength));
        var combining = 0;
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (EscapeSequenceLength(rest) is > 0 and var escape)
            {
                rest = rest[escape..];
                continue;
            }

            // An unpaired surrogate decodes as U+FFFD.
            Rune.DecodeFromUtf16(rest, out var rune, out var consumed);
            rest = rest[consumed..];
            var category = Rune.GetUnicodeCategory(rune);
            if (IsSpace(rune, category))
            {
                if (cleaned.Length > 0 && cleaned[^1] != ' ')
                {
                    cleaned.Append(' ');
                }

                combining = 0;
                continue;
            }

            if (IsInvisible(rune, category))
            {
                continue;
            }

            combining = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? combining + 1 : 0;
            if (combining > MaxCombiningRun)
            {
                continue;
            }

            if (cleaned.Length + rune.Utf16SequenceLength > maxLength)
            {
                return Shortened(cleaned, maxLength);
            }

            cleaned.Append(rune);
        }

        return cleaned.ToString().TrimEnd(' ');
    }

    /// <summary>Input as it may be repeated in an error: at most 48 characters of printable ASCII between quotes.</summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        Span<char> shown = stackalloc char[Math.Min(text.Length, MaxQuoted)];
        for (var i = 0; i < shown.Length; i++)
        {
            shown[i] = text[i] is >= ' ' and < '\x7f' and not '\'' ? text[i] : '?';
        }

        return text.Length > shown.Length ? $"'{shown}…'" : $"'{shown}'";
    }

    private static string Shortened(StringBuilder cleaned, int maxLength)
    {
        if (cleaned.Length == maxLength)
        {
            cleaned.Length -= char.IsLowSurrogate(cleaned[^1]) ? 2 : 1;
        }

        return cleaned.Append(Ellipsis).ToString();
    }

    private static bool IsSpace(Rune rune, UnicodeCategory category) =>
        rune.Value is '\t' or '\n' or '\r' or '\v' or '\f' or 0x85
        || category is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>
    /// Controls; format characters, which hold bidi overrides (U+202A–202E, U+2066–2069), zero-width characters and the tag
    /// characters (U+E0000–E007F) that spell ASCII invisibly; variation selectors, 256 of which carry a byte each; private
    /// use and unassigned code points; and letters and marks that are drawn as nothing.
    /// </summary>
    private static bool IsInvisible(Rune rune, UnicodeCategory category) =>
        category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        || rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF) or 0x034F or 0x115F or 0x1160
            or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or 0xFFA0;

    /// <summary>
    /// Length of a terminal escape at the start (ECMA-48: CSI with its parameters; OSC, DCS, SOS, PM and APC with their text),
    /// or 0. A sequence that never ends takes the rest of the text with it.
    /// </summary>
    private static int EscapeSequenceLength(ReadOnlySpan<char> text)
    {
        char kind;
        int body;
        if (text[0] == '\u001B' && text.Length > 1)
        {
            (kind, body) = (text[1], 2);
        }
        else if (text[0] is >= '\u0080' and <= '\u009F')
        {
            // The one-character forms of C1.
            (kind, body) = ((char)(text[0] - 0x40), 1);
        }
        else
        {
            return 0;
        }

        return kind switch
        {
            '[' => EndOfControlSequence(text, body),
            ']' or 'P' or 'X' or '^' or '_' => EndOfString(text, body),
            _ when text[0] == '\u001B' => kind is >= '0' and <= '~' ? 2 : 1,
            _ => 0,
        };
    }

    private static int EndOfControlSequence(ReadOnlySpan<char> text, int body)
    {
        var end = body;
        while (end < text.Length && text[end] is >= ' ' and <= '?')
        {
            end++;
        }

        return end < text.Length && text[end] is >= '@' and <= '~' ? end + 1 : end;
    }

    private static int EndOfString(ReadOnlySpan<char> text, int body)
    {
        for (var i = body; i < text.Length; i++)
        {
            if (text[i] is '\u0007' or '\u009C')
            {
                return i + 1;
            }

            if (text[i] == '\u001B' && i + 1 < text.Length && text[i + 1] == '\\')
            {
                return i + 2;
            }
        }

        return text.Length;
    }
}
