using System.Runtime.CompilerServices;
using CryptoMcp.Cryptography.Arithmetic;

namespace CryptoMcp.Cryptography.Koblitz;

/// <content>Products.</content>
/// <remarks>
/// The 128-bit product of two limbs is split at bit 56, not 64: with y shifted left by 8, the upper word of x·y is the part above
/// bit 56, and the lower word shifted right by 8 is the part below. Both fit so loosely that whole columns are summed in plain 64-bit
/// words: no carries, no 128-bit type. For magnitude 8 a limb is below 2^56, so y·2^8 fits 64 bits; upper parts are below 2^56 and
/// lower parts too, and a column sums six of each. A column leaves 52 bits and passes (low >> 52) + (high &lt;&lt; 4) to the next.
/// </remarks>
internal partial struct FieldElement
{
    /// <summary>2^260 mod p = 2^4 · (2^32 + 977), shifted left by 8 as every right operand is.</summary>
    private const ulong Fold260 = 0x1000003D10UL << 8;

    /// <summary>r := x·y. Magnitudes up to 8; the result has magnitude 1. r may be x or y.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ref FieldElement r, in FieldElement x, in FieldElement y)
    {
        ulong a0 = x._n0, a1 = x._n1, a2 = x._n2, a3 = x._n3, a4 = x._n4;
        ulong b0 = y._n0 << 8, b1 = y._n1 << 8, b2 = y._n2 << 8, b3 = y._n3 << 8, b4 = y._n4 << 8;
        ulong low = 0, high = 0;

        // Columns 5 to 9: what lies above 2^260.
        Accumulate(ref high, ref low, a1, b4);
        Accumulate(ref high, ref low, a2, b3);
        Accumulate(ref high, ref low, a3, b2);
        Accumulate(ref high, ref low, a4, b1);
        ulong h0 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a2, b4);
        Accumulate(ref high, ref low, a3, b3);
        Accumulate(ref high, ref low, a4, b2);
        ulong h1 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a3, b4);
        Accumulate(ref high, ref low, a4, b3);
        ulong h2 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a4, b4);
        ulong h3 = TakeLimb(ref high, ref low);
        ulong h4 = low;
        low = 0;

        // Columns 0 to 4, each with its share of the upper half folded in.
        Accumulate(ref high, ref low, a0, b0);
        Accumulate(ref high, ref low, h0, Fold260);
        ulong r0 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a0, b1);
        Accumulate(ref high, ref low, a1, b0);
        Accumulate(ref high, ref low, h1, Fold260);
        ulong r1 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a0, b2);
        Accumulate(ref high, ref low, a1, b1);
        Accumulate(ref high, ref low, a2, b0);
        Accumulate(ref high, ref low, h2, Fold260);
        ulong r2 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a0, b3);
        Accumulate(ref high, ref low, a1, b2);
        Accumulate(ref high, ref low, a2, b1);
        Accumulate(ref high, ref low, a3, b0);
        Accumulate(ref high, ref low, h3, Fold260);
        ulong r3 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a0, b4);
        Accumulate(ref high, ref low, a1, b3);
        Accumulate(ref high, ref low, a2, b2);
        Accumulate(ref high, ref low, a3, b1);
        Accumulate(ref high, ref low, a4, b0);
        Accumulate(ref high, ref low, h4, Fold260);
        FoldTop(ref r, r0, r1, r2, r3, high, low);
    }

    /// <summary>r := x². Magnitude up to 8; the result has magnitude 1. r may be x.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Square(ref FieldElement r, in FieldElement x)
    {
        ulong a0 = x._n0, a1 = x._n1, a2 = x._n2, a3 = x._n3, a4 = x._n4;
        ulong s0 = a0 << 8, s1 = a1 << 8, s2 = a2 << 8, s3 = a3 << 8, s4 = a4 << 8;
        ulong low = 0, high = 0;

        Accumulate(ref high, ref low, a1 * 2, s4);
        Accumulate(ref high, ref low, a2 * 2, s3);
        ulong h0 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a2 * 2, s4);
        Accumulate(ref high, ref low, a3, s3);
        ulong h1 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a3 * 2, s4);
        ulong h2 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a4, s4);
        ulong h3 = TakeLimb(ref high, ref low);
        ulong h4 = low;
        low = 0;

        Accumulate(ref high, ref low, a0, s0);
        Accumulate(ref high, ref low, h0, Fold260);
        ulong r0 = TakeLimb(ref high, ref low);
        a0 *= 2;
        Accumulate(ref high, ref low, a0, s1);
        Accumulate(ref high, ref low, h1, Fold260);
        ulong r1 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a0, s2);
        Accumulate(ref high, ref low, a1, s1);
        Accumulate(ref high, ref low, h2, Fold260);
        ulong r2 = TakeLimb(ref high, ref low);
        a1 *= 2;
        Accumulate(ref high, ref low, a0, s3);
        Accumulate(ref high, ref low, a1, s2);
        Accumulate(ref high, ref low, h3, Fold260);
        ulong r3 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a0, s4);
        Accumulate(ref high, ref low, a1, s3);
        Accumulate(ref high, ref low, a2, s2);
        Accumulate(ref high, ref low, h4, Fold260);
        FoldTop(ref r, r0, r1, r2, r3, high, low);
    }

    /// <summary>Squares <paramref name="times"/> times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SquareRepeatedly(ref FieldElement r, in FieldElement x, int times)
    {
        Square(ref r, x);
        for (int i = 1; i < times; i++)
        {
            Square(ref r, r);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(ref ulong high, ref ulong low, ulong a, ulong shifted)
    {
        high += Words.MultiplyHigh(a, shifted);
        low += (a * shifted) >> 8;
    }

    /// <summary>Takes the lowest 52 bits of a column and moves the rest to the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong TakeLimb(ref ulong high, ref ulong low)
    {
        ulong limb = low & Mask52;
        low = (low >> 52) + (high << 4);
        high = 0;
        return limb;
    }

    /// <summary>Folds what column 4 holds above 2^256 back to the bottom, and stores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FoldTop(ref FieldElement r, ulong r0, ulong r1, ulong r2, ulong r3, ulong high, ulong low)
    {
        ulong top = (low >> 48) + ((high & (Mask52 >> 8)) << 8);
        ulong productHigh = Words.MultiplyHigh(top, Fold256);
        ulong productLow = top * Fold256;
        r._n0 = r0 + (productLow & Mask52);
        r._n1 = r1 + (productLow >> 52 | productHigh << 12) + (high >> 44) * Fold256;
        r._n2 = r2;
        r._n3 = r3;
        r._n4 = low & Mask48;
    }
}
