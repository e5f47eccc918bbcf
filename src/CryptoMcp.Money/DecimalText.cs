using System.Globalization;
using System.Numerics;

namespace CryptoMcp.Money;

/// <summary>
/// The one way between decimal text and integer units. Accepts <c>0</c>, <c>12</c>, <c>12.50</c> and nothing else: no
/// sign, exponent, separator, leading zero, bare point, white space or non-ASCII digit.
/// </summary>
public static class DecimalText
{
    /// <summary>Digits before the point at the most, enough for 2^256 units of an asset without decimals.</summary>
    public const int MaxIntegerDigits = 78;

    /// <summary>Reads decimal text as units of 10^-<paramref name="decimals"/>.</summary>
    /// <exception cref="MoneyFormatException">The text is no plain decimal number, or has more decimals than the asset.</exception>
    public static BigInteger ParseUnits(ReadOnlySpan<char> text, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? default : text[(point + 1)..];
        if (!Ascii.AreDigits(whole) || whole.Length > MaxIntegerDigits || (whole.Length > 1 && whole[0] == '0')
            || (point >= 0 && !Ascii.AreDigits(fraction)))
        {
            throw new MoneyFormatException(
                $"{UntrustedText.Quote(text)} is not an amount. Write plain digits with at most one point, such as '2.50': no sign, exponent, separator or leading zero.");
        }

        if (fraction.Length > decimals)
        {
            throw new MoneyFormatException($"{UntrustedText.Quote(text)} has {fraction.Length} decimals, but {decimals} is the most that the asset has.");
        }

        var digits = string.Concat(whole, fraction, new string('0', decimals - fraction.Length));
        return BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>The shortest decimal text of the units; at least <paramref name="minimumDecimals"/> decimals are kept.</summary>
    public static string Format(BigInteger units, int decimals, int minimumDecimals = 0)
    {
        var digits = BigInteger.Abs(units).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var whole = digits[..^decimals];
        var fraction = digits[^decimals..].TrimEnd('0').PadRight(Math.Min(minimumDecimals, decimals), '0');
        var sign = units.Sign < 0 ? "-" : string.Empty;
        return fraction.Length == 0 ? $"{sign}{whole}" : $"{sign}{whole}.{fraction}";
    }
}
