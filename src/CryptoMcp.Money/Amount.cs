using System.Numerics;

namespace CryptoMcp.Money;

/// <summary>
/// An amount of one asset in integer units. Never negative; arithmetic between different assets throws, and so does a
/// subtraction below zero: money is not invented by a wrapped number.
/// </summary>
public readonly record struct Amount : IComparable<Amount>
{
    /// <summary>An amount in integer units (wei, lamports, 10^-6 USDC).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="units"/> is negative.</exception>
    public Amount(BigInteger units, Asset asset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        ArgumentNullException.ThrowIfNull(asset);
        Units = units;
        Asset = asset;
    }

    /// <summary>Integer units, at least 0.</summary>
    public BigInteger Units { get; }

    /// <summary>The asset.</summary>
    public Asset Asset { get; }

    /// <summary>True for nothing.</summary>
    public bool IsZero => Units.IsZero;

    /// <summary>Nothing of the asset.</summary>
    public static Amount Zero(Asset asset) => new(BigInteger.Zero, asset);

    /// <summary>Reads <c>"2.50 USDC"</c>: decimal text, one space, the symbol of <paramref name="asset"/> exactly.</summary>
    /// <exception cref="MoneyFormatException">No unit, another unit, or no plain decimal number with the asset's decimals at most.</exception>
    public static Amount Parse(string text, Asset asset)
    {
        ArgumentNullException.ThrowIfNull(asset);
        var (number, symbol) = Split(text);
        return symbol == asset.Symbol
            ? new(DecimalText.ParseUnits(number, asset.Decimals), asset)
            : throw new MoneyFormatException($"{UntrustedText.Quote(text)} is in {symbol}, but the asset is {asset.Symbol}.");
    }

    /// <summary>Splits <c>"2.50 USDC"</c> into number and symbol without judging the number.</summary>
    /// <exception cref="MoneyFormatException">There is no unit, or the unit is no symbol.</exception>
    public static (string Number, string Symbol) Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0 || !IsSymbol(text.AsSpan(space + 1)))
        {
            throw new MoneyFormatException($"{UntrustedText.Quote(text)} has no unit. Write the amount, one space and the symbol, such as '2.50 USDC'.");
        }

        return (text[..space], text[(space + 1)..]);
    }

    /// <summary>Sum of two amounts of the same asset.</summary>
    public static Amount operator +(Amount left, Amount right) => new(left.Units + right.In(left.Asset), left.Asset);

    /// <summary>Difference of two amounts of the same asset.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The result would be negative.</exception>
    public static Amount operator -(Amount left, Amount right) => new(left.Units - right.In(left.Asset), left.Asset);

    /// <summary>Order of two amounts of the same asset.</summary>
    public static bool operator <(Amount left, Amount right) => left.CompareTo(right) < 0;

    /// <summary>Order of two amounts of the same asset.</summary>
    public static bool operator >(Amount left, Amount right) => left.CompareTo(right) > 0;

    /// <summary>Order of two amounts of the same asset.</summary>
    public static bool operator <=(Amount left, Amount right) => left.CompareTo(right) <= 0;

    /// <summary>Order of two amounts of the same asset.</summary>
    public static bool operator >=(Amount left, Amount right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public int CompareTo(Amount other) => Units.CompareTo(other.In(Asset));

    /// <summary>Decimal text and symbol: <c>2.5 USDC</c>.</summary>
    public override string ToString() => Asset is null ? "0" : $"{DecimalText.Format(Units, Asset.Decimals)} {Asset.Symbol}";

    private static bool IsSymbol(ReadOnlySpan<char> text)
    {
        if (text.Length is < 1 or > 12)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!Ascii.IsAlphanumeric(c) && c is not ('.' or '-' or '_'))
            {
                return false;
            }
        }

        return true;
    }

    private BigInteger In(Asset asset) => Asset.Id == asset.Id
        ? Units
        : throw new InvalidOperationException($"Amounts of {Asset} and {asset} cannot be combined.");
}
