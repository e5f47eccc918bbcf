using System.Globalization;
using System.Numerics;
using CryptoMcp.Money;

namespace CryptoMcp.Reputation;

/// <summary>
/// A feedback value: an integer and its decimals, up to 1e38 and 18 (ERC-8004). Compared and added exactly; the scale on
/// which it means something is the tag's.
/// </summary>
/// <param name="Raw">The integer.</param>
/// <param name="Decimals">0 to 18.</param>
public readonly record struct FeedbackValue(BigInteger Raw, int Decimals) : IComparable<FeedbackValue>
{
    /// <summary>Most decimals that the registry takes.</summary>
    public const int MaxDecimals = 18;

    /// <summary>Largest integer that the registry takes.</summary>
    public static readonly BigInteger MaxRaw = BigInteger.Pow(10, 38);

    /// <summary>The value with 18 decimals, as an integer.</summary>
    public BigInteger Fixed => Raw * BigInteger.Pow(10, MaxDecimals - Decimals);

    /// <summary>
    /// Reads decimal text for writing: trailing zeros after the point go, what is finer than 18 decimals is rounded half up
    /// in size: <c>99.77</c> is (9977, 2), <c>-3.2</c> is (-32, 1).
    /// </summary>
    /// <exception cref="MoneyFormatException">No decimal number, or beyond 1e38.</exception>
    public static FeedbackValue Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var negative = text.StartsWith('-');
        var digits = negative ? text[1..] : text;
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? "" : digits[(point + 1)..].TrimEnd('0');
        if (whole.Length is 0 or > 40 || fraction.Length > 100 || (point >= 0 && point == digits.Length - 1)
            || whole.AsSpan().ContainsAnyExceptInRange('0', '9') || fraction.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            throw new MoneyFormatException($"{UntrustedText.Quote(text)} is no decimal number such as 99.77 or -3.2.");
        }

        var roundsUp = fraction.Length > MaxDecimals && fraction[MaxDecimals] >= '5';
        fraction = fraction[..Math.Min(fraction.Length, MaxDecimals)];
        var raw = BigInteger.Parse(whole + fraction, NumberStyles.None, CultureInfo.InvariantCulture) + (roundsUp ? 1 : 0);
        var decimals = fraction.Length;
        while (decimals > 0 && raw % 10 == 0)
        {
            (raw, decimals) = (raw / 10, decimals - 1);
        }

        return raw <= MaxRaw
            ? new(negative ? -raw : raw, decimals)
            : throw new MoneyFormatException($"{UntrustedText.Quote(text)} is larger than the registry takes (1e38 in integer units).");
    }

    /// <summary>The value whose 18-decimals integer is given, without trailing zeros.</summary>
    public static FeedbackValue OfFixed(BigInteger value)
    {
        var decimals = MaxDecimals;
        while (decimals > 0 && value % 10 == 0)
        {
            (value, decimals) = (value / 10, decimals - 1);
        }

        return new(value, decimals);
    }

    /// <inheritdoc/>
    public int CompareTo(FeedbackValue other) => Fixed.CompareTo(other.Fixed);

    /// <summary>Decimal text.</summary>
    public override string ToString() => Raw.Sign < 0 ? $"-{DecimalText.Format(-Raw, Decimals)}" : DecimalText.Format(Raw, Decimals);

    /// <summary>By size.</summary>
    public static bool operator <(FeedbackValue left, FeedbackValue right) => left.CompareTo(right) < 0;

    /// <summary>By size.</summary>
    public static bool operator >(FeedbackValue left, FeedbackValue right) => left.CompareTo(right) > 0;

    /// <summary>By size.</summary>
    public static bool operator <=(FeedbackValue left, FeedbackValue right) => left.CompareTo(right) <= 0;

    /// <summary>By size.</summary>
    public static bool operator >=(FeedbackValue left, FeedbackValue right) => left.CompareTo(right) >= 0;
}
