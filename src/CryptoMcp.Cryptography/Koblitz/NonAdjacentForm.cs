namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>
/// Width-w non-adjacent form: a number as few signed odd digits, each followed by at least w - 1 zeros. Variable time, for public
/// scalars only.
/// </summary>
internal static class NonAdjacentForm
{
    /// <summary>Digits for a number below 2^129, one per bit.</summary>
    public const int Length = 130;

    private const int Bits = 129;

    /// <summary>Writes the digits of a scalar that, or whose negative, is below 2^128; returns one more than the highest place used.</summary>
    public static int WriteVar(Span<short> digits, Scalar scalar, int width)
    {
        digits.Clear();
        int sign = 1;
        if (scalar.IsHigh != 0)
        {
            Scalar.Negate(ref scalar, scalar);
            sign = -1;
        }

        int bit = 0, carry = 0, length = 0;
        while (bit < Bits)
        {
            if ((int)(BitsFrom(scalar, bit) & 1) == carry)
            {
                bit++;
                continue;
            }

            int take = Math.Min(width, Bits - bit);
            int word = (int)(BitsFrom(scalar, bit) & ((1UL << take) - 1)) + carry;
            carry = (word >> (width - 1)) & 1;
            word -= carry << width;
            digits[bit] = (short)(word * sign);
            length = bit + 1;
            bit += take;
        }

        return length;
    }

    private static ulong BitsFrom(in Scalar s, int bit) => bit switch
    {
        0 => s.W0,
        < 64 => s.W0 >> bit | s.W1 << (64 - bit),
        64 => s.W1,
        < 128 => s.W1 >> (bit - 64) | s.W2 << (128 - bit),
        _ => s.W2 >> (bit - 128),
    };
}
