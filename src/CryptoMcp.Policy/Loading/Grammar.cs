using System.Globalization;
using CryptoMcp.Money;
using CryptoMcp.Policy.Addresses;

namespace CryptoMcp.Policy.Loading;

/// <summary>
/// The small words of the policy file. Written out instead of regular expressions: in .NET <c>$</c> also matches before
/// a final line feed, and <c>\d</c> takes every Unicode digit.
/// </summary>
internal static class Grammar
{
    public const string NameForm = "1 to 40 lower-case letters, digits and hyphens, not beginning with a hyphen";

    public const string SymbolForm = "2 to 12 letters and digits beginning with a capital, such as 'USDC'";

    public static bool IsName(string text) =>
        text.Length is >= 1 and <= 40 && text[0] != '-' && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    public static bool IsSymbol(string text) =>
        text.Length is >= 2 and <= 12 && char.IsAsciiLetterUpper(text[0]) && text.All(char.IsAsciiLetterOrDigit);

    /// <summary>A client identity: what a socket or token is bound to.</summary>
    public static bool IsClient(string text) =>
        text.Length is >= 1 and <= 128 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/' or '@');

    /// <summary>A host name in lower-case ASCII with at least two labels; with <c>*.</c> in front for all its subdomains.</summary>
    public static bool IsHost(string text)
    {
        var name = text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text;
        var labels = name.Split('.');
        return name.Length is >= 3 and <= 253 && labels.Length >= 2 && labels.All(IsLabel) && labels[^1].Length is >= 2 and <= 24
            && (labels[^1].All(char.IsAsciiLetterLower) || labels[^1].StartsWith("xn--", StringComparison.Ordinal));

        static bool IsLabel(string label) =>
            label.Length is >= 1 and <= 63 && label[0] != '-' && label[^1] != '-'
            && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
    }

    public static bool TryChain(string text, out ChainId chain) =>
        ChainId.TryParse(text, out chain)
        && (chain.IsEvm ? chain.Reference.Length <= 16 : chain.IsSolana && chain.Reference.Length == 32
            && Base58.IsAlphabet(chain.Reference));

    /// <summary>
    /// True for text that shows as what it is: no controls, line breaks, direction marks, zero-width or private-use
    /// characters, which could make an approval page read otherwise.
    /// </summary>
    public static bool IsPlainText(string text) => text.EnumerateRunes().All(rune => System.Text.Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned));
}
