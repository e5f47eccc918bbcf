using System.Globalization;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>
/// A JSON number as it was written (RFC 8259, section 6), compared exactly: no rounding through binary floating point, and
/// no big integer that <c>1e999999999</c> would blow up.
/// </summary>
internal readonly struct JsonNumber : IComparable<JsonNumber>
{
    // Exponents beyond this many digits cannot be told apart from a mistake.
    private const int MaxExponentDigits = 9;

    private readonly string _digits;
    private readonly long _point;
    private readonly bool _negative;

    // Value = 0.DIGITS × 10^point, digits without zeros at either end; zero has no digits.
    private JsonNumber(string digits, long point, bool negative, bool isPlainInteger)
    {
        IsPlainInteger = isPlainInteger;
        _digits = digits;
        _point = point;
        _negative = negative;
    }

    /// <summary>
    /// Whether it is written without fraction and exponent: the serializer reads no integer from <c>1.0</c> or <c>1e2</c>.
    /// </summary>
    public bool IsPlainInteger { get; }

    /// <summary>Reads a number in JSON's own grammar; false for anything else, such as <c>+1</c>, <c>01</c> or <c>NaN</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out JsonNumber number)
    {
        number = default;
        var negative = text is ['-', ..];
        var rest = negative ? text[1..] : text;
        var whole = CountDigits(rest);
        if (whole == 0 || (whole > 1 && rest[0] == '0'))
        {
            return false;
        }

        var wholeDigits = rest[..whole];
        rest = rest[whole..];
        ReadOnlySpan<char> fraction = default;
        if (rest is ['.', ..])
        {
            fraction = rest[1..(1 + CountDigits(rest[1..]))];
            rest = rest[(1 + fraction.Length)..];
            if (fraction.IsEmpty)
            {
                return false;
            }
        }

        if (!TryParseExponent(rest, out var exponent))
        {
            return false;
        }

        var all = string.Concat(wholeDigits, fraction);
        var significant = all.TrimStart('0');
        var point = significant.Length == 0 ? 0 : wholeDigits.Length - (all.Length - significant.Length) + exponent;
        number = new(significant.TrimEnd('0'), point, negative && significant.Length > 0, fraction.IsEmpty && rest.IsEmpty);
        return true;
    }

    public int CompareTo(JsonNumber other)
    {
        var (left, right) = (Sign, other.Sign);
        if (left != right || left == 0)
        {
            return left.CompareTo(right);
        }

        // Without leading zeros the place of the point decides, then the digits do as text.
        var magnitude = _point != other._point
            ? _point.CompareTo(other._point)
            : string.CompareOrdinal(_digits, other._digits);
        return _negative ? -magnitude : magnitude;
    }

    private int Sign => _digits.Length == 0 ? 0 : _negative ? -1 : 1;

    private static bool TryParseExponent(ReadOnlySpan<char> text, out long exponent)
    {
        exponent = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] is not ('e' or 'E'))
        {
            return false;
        }

        var digits = text[1..];
        var negative = digits is ['-', ..];
        if (digits is ['-' or '+', ..])
        {
            digits = digits[1..];
        }

        if (digits.Length is 0 or > MaxExponentDigits || CountDigits(digits) != digits.Length)
        {
            return false;
        }

        exponent = long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        exponent = negative ? -exponent : exponent;
        return true;
    }

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        var count = text.IndexOfAnyExceptInRange('0', '9');
        return count < 0 ? text.Length : count;
    }
}
