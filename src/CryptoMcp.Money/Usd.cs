using System.Numerics;

namespace CryptoMcp.Money;

/// <summary>
/// US dollars in integer units of 10^-8, the precision of Chainlink's USD feeds. Used for budgets and display only;
/// always derived from an <see cref="Amount"/> and rounded against the spender.
/// </summary>
/// <param name="Units">Units of 10^-8 US dollars.</param>
public readonly record struct Usd(BigInteger Units) : IComparable<Usd>
{
    /// <summary>Decimals of <see cref="Units"/>.</summary>
    public const int Decimals = 8;

    /// <summary>The unit's name in amounts: <c>25 USD</c>.</summary>
    public const string Symbol = "USD";

    /// <summary>No dollars.</summary>
    public static Usd Zero => default;

    /// <summary>Reads decimal text without a unit, such as <c>1.00</c>.</summary>
    /// <exception cref="MoneyFormatException">The text is no plain decimal number with at most 8 decimals.</exception>
    public static Usd Parse(ReadOnlySpan<char> text) => new(DecimalText.ParseUnits(text, Decimals));

    /// <summary>What the amount costs at a price per whole unit, rounded up to 10^-8 dollars.</summary>
    public static Usd Of(Amount amount, Usd pricePerWhole)
    {
        var scale = BigInteger.Pow(10, amount.Asset.Decimals);
        var (quotient, remainder) = BigInteger.DivRem(amount.Units * pricePerWhole.Units, scale);
        return new(remainder.IsZero ? quotient : quotient + BigInteger.One);
    }

    /// <summary>Sum.</summary>
    public static Usd operator +(Usd left, Usd right) => new(left.Units + right.Units);

    /// <summary>Difference; may be negative.</summary>
    public static Usd operator -(Usd left, Usd right) => new(left.Units - right.Units);

    /// <summary>Order.</summary>
    public static bool operator <(Usd left, Usd right) => left.Units < right.Units;

    /// <summary>Order.</summary>
    public static bool operator >(Usd left, Usd right) => left.Units > right.Units;

    /// <summary>Order.</summary>
    public static bool operator <=(Usd left, Usd right) => left.Units <= right.Units;

    /// <summary>Order.</summary>
    public static bool operator >=(Usd left, Usd right) => left.Units >= right.Units;

    /// <inheritdoc/>
    public int CompareTo(Usd other) => Units.CompareTo(other.Units);

    /// <summary>Decimal text with at least two decimals and the unit: <c>2.50 USD</c>.</summary>
    public override string ToString() => $"{DecimalText.Format(Units, Decimals, 2)} {Symbol}";
}
