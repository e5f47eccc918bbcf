using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using CryptoMcp.Cryptography.Arithmetic;

namespace CryptoMcp.Cryptography.Edwards;

/// <summary>
/// An element of GF(2^255 - 19): five limbs of 51 bits, reduced lazily. All operations take the same time for all values.
/// </summary>
/// <remarks>
/// A product has limbs below 2^51 + 2^13. A sum or difference of two such stays below 2^54, which multiplication takes on both sides;
/// <see cref="Subtract"/> adds 4p, so that it takes subtrahends below 2^53 - 76.
/// </remarks>
internal struct EdwardsField
{
    private const ulong Mask51 = (1UL << 51) - 1;

    private static readonly OddModulus s_modulus =
        new(0xFFFFFFFFFFFFFFED, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF);

    private ulong _n0, _n1, _n2, _n3, _n4;

    public static EdwardsField One => new() { _n0 = 1 };

    /// <summary>Whether a normalized element is odd ("negative" in RFC 8032): 1 or 0.</summary>
    public readonly ulong Parity => _n0 & 1;

    /// <summary>Four 64-bit words, lowest first; the top bit is dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetWords(ulong w0, ulong w1, ulong w2, ulong w3)
    {
        _n0 = w0 & Mask51;
        _n1 = (w0 >> 51 | w1 << 13) & Mask51;
        _n2 = (w1 >> 38 | w2 << 26) & Mask51;
        _n3 = (w2 >> 25 | w3 << 39) & Mask51;
        _n4 = (w3 >> 12) & Mask51;
    }

    /// <summary>Reads 32 little-endian bytes without the top bit. False when they stand for p or more (RFC 8032, 5.1.3).</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes)
    {
        ulong w0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        ulong w1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        ulong w2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        ulong w3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]) & (ulong.MaxValue >> 1);
        SetWords(w0, w1, w2, w3);
        return (w1 & w2) != ulong.MaxValue || w3 != ulong.MaxValue >> 1 || w0 < 0xFFFFFFFFFFFFFFED;
    }

    /// <summary>The words of the fully reduced element.</summary>
    public static void GetWords(EdwardsField a, out ulong w0, out ulong w1, out ulong w2, out ulong w3)
    {
        Normalize(ref a);
        w0 = a._n0 | a._n1 << 51;
        w1 = a._n1 >> 13 | a._n2 << 38;
        w2 = a._n2 >> 26 | a._n3 << 25;
        w3 = a._n3 >> 39 | a._n4 << 12;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref EdwardsField r, in EdwardsField a, in EdwardsField b)
    {
        r._n0 = a._n0 + b._n0;
        r._n1 = a._n1 + b._n1;
        r._n2 = a._n2 + b._n2;
        r._n3 = a._n3 + b._n3;
        r._n4 = a._n4 + b._n4;
    }

    /// <summary>r := a - b + 4p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Subtract(ref EdwardsField r, in EdwardsField a, in EdwardsField b)
    {
        const ulong Four = 4 * Mask51;
        r._n0 = a._n0 + (Four - 72) - b._n0;
        r._n1 = a._n1 + Four - b._n1;
        r._n2 = a._n2 + Four - b._n2;
        r._n3 = a._n3 + Four - b._n3;
        r._n4 = a._n4 + Four - b._n4;
    }

    /// <summary>r := a - b + 8p, for a subtrahend that is itself a difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubtractWide(ref EdwardsField r, in EdwardsField a, in EdwardsField b)
    {
        const ulong Eight = 8 * Mask51;
        r._n0 = a._n0 + (Eight - 144) - b._n0;
        r._n1 = a._n1 + Eight - b._n1;
        r._n2 = a._n2 + Eight - b._n2;
        r._n3 = a._n3 + Eight - b._n3;
        r._n4 = a._n4 + Eight - b._n4;
    }

    /// <summary>r := -a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Negate(ref EdwardsField r, in EdwardsField a) => Subtract(ref r, default, a);

    /// <summary>r := a where the mask is all ones; r stays where it is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ConditionalMove(ref EdwardsField r, in EdwardsField a, ulong mask)
    {
        r._n0 = Words.Select(r._n0, a._n0, mask);
        r._n1 = Words.Select(r._n1, a._n1, mask);
        r._n2 = Words.Select(r._n2, a._n2, mask);
        r._n3 = Words.Select(r._n3, a._n3, mask);
        r._n4 = Words.Select(r._n4, a._n4, mask);
    }

    /// <summary>r := x·y, with the split at bit 56 that FieldMultiplication of secp256k1 explains; 2^255 = 19. r may be x or y.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ref EdwardsField r, in EdwardsField x, in EdwardsField y)
    {
        ulong a0 = x._n0, a1 = x._n1, a2 = x._n2, a3 = x._n3, a4 = x._n4;
        ulong b0 = y._n0 << 8, b1 = y._n1 << 8, b2 = y._n2 << 8, b3 = y._n3 << 8, b4 = y._n4 << 8;
        ulong s1 = a1 * 19, s2 = a2 * 19, s3 = a3 * 19, s4 = a4 * 19;
        ulong low = 0, high = 0;
        Accumulate(ref high, ref low, a0, b0);
        Accumulate(ref high, ref low, s1, b4);
        Accumulate(ref high, ref low, s2, b3);
        Accumulate(ref high, ref low, s3, b2);
        Accumulate(ref high, ref low, s4, b1);
        ulong r0 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a0, b1);
        Accumulate(ref high, ref low, a1, b0);
        Accumulate(ref high, ref low, s2, b4);
        Accumulate(ref high, ref low, s3, b3);
        Accumulate(ref high, ref low, s4, b2);
        ulong r1 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a0, b2);
        Accumulate(ref high, ref low, a1, b1);
        Accumulate(ref high, ref low, a2, b0);
        Accumulate(ref high, ref low, s3, b4);
        Accumulate(ref high, ref low, s4, b3);
        ulong r2 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a0, b3);
        Accumulate(ref high, ref low, a1, b2);
        Accumulate(ref high, ref low, a2, b1);
        Accumulate(ref high, ref low, a3, b0);
        Accumulate(ref high, ref low, s4, b4);
        ulong r3 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a0, b4);
        Accumulate(ref high, ref low, a1, b3);
        Accumulate(ref high, ref low, a2, b2);
        Accumulate(ref high, ref low, a3, b1);
        Accumulate(ref high, ref low, a4, b0);
        FoldTop(ref r, r0, r1, r2, r3, high, low);
    }

    /// <summary>r := x². r may be x.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Square(ref EdwardsField r, in EdwardsField x)
    {
        ulong a0 = x._n0, a1 = x._n1, a2 = x._n2, a3 = x._n3, a4 = x._n4;
        ulong b0 = a0 << 8, b1 = a1 << 8, b2 = a2 << 8, b3 = a3 << 8, b4 = a4 << 8;
        ulong s3 = a3 * 19, s4 = a4 * 19;
        ulong low = 0, high = 0;
        Accumulate(ref high, ref low, a0, b0);
        Accumulate(ref high, ref low, s4 * 2, b1);
        Accumulate(ref high, ref low, s3 * 2, b2);
        ulong r0 = TakeLimb(ref high, ref low);
        a0 *= 2;
        Accumulate(ref high, ref low, a0, b1);
        Accumulate(ref high, ref low, s4 * 2, b2);
        Accumulate(ref high, ref low, s3, b3);
        ulong r1 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a0, b2);
        Accumulate(ref high, ref low, a1, b1);
        Accumulate(ref high, ref low, s4 * 2, b3);
        ulong r2 = TakeLimb(ref high, ref low);
        a1 *= 2;
        Accumulate(ref high, ref low, a0, b3);
        Accumulate(ref high, ref low, a1, b2);
        Accumulate(ref high, ref low, s4, b4);
        ulong r3 = TakeLimb(ref high, ref low);
        Accumulate(ref high, ref low, a0, b4);
        Accumulate(ref high, ref low, a1, b3);
        Accumulate(ref high, ref low, a2, b2);
        FoldTop(ref r, r0, r1, r2, r3, high, low);
    }

    /// <summary>Squares <paramref name="times"/> times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SquareRepeatedly(ref EdwardsField r, in EdwardsField x, int times)
    {
        Square(ref r, x);
        for (int i = 1; i < times; i++)
        {
            Square(ref r, r);
        }
    }

    /// <summary>Full reduction to 0..p-1.</summary>
    public static void Normalize(ref EdwardsField r)
    {
        for (int i = 0; i < 2; i++)
        {
            Carry(ref r);
            r._n0 += 19 * (r._n4 >> 51);
            r._n4 &= Mask51;
        }

        // Adding 19 passes 2^255 exactly if the number is p or more.
        ulong over = (r._n0 + 19) >> 51;
        over = (r._n1 + over) >> 51;
        over = (r._n2 + over) >> 51;
        over = (r._n3 + over) >> 51;
        over = (r._n4 + over) >> 51;
        r._n0 += 19 * over;
        Carry(ref r);
        r._n4 &= Mask51;
    }

    /// <summary>Whether the element is zero mod p.</summary>
    public static bool IsZero(EdwardsField a)
    {
        Normalize(ref a);
        return (a._n0 | a._n1 | a._n2 | a._n3 | a._n4) == 0;
    }

    /// <summary>Whether two elements are equal mod p. b is normalized or a product.</summary>
    public static bool AreEqual(in EdwardsField a, in EdwardsField b)
    {
        EdwardsField difference = default;
        Subtract(ref difference, a, b);
        return IsZero(difference);
    }

    /// <summary>r := 1/a, or 0 for 0.</summary>
    public static void Invert(ref EdwardsField r, in EdwardsField a)
    {
        GetWords(a, out ulong w0, out ulong w1, out ulong w2, out ulong w3);
        SafeGcd.Inverse(ref w0, ref w1, ref w2, ref w3, s_modulus);
        r.SetWords(w0, w1, w2, w3);
    }

    /// <summary>r := z^((p-5)/8) = z^(2^252 - 3), for square roots.</summary>
    public static void PowerForRoot(ref EdwardsField r, in EdwardsField z)
    {
        EdwardsField t0 = default, t1 = default, t2 = default;
        Square(ref t0, z);
        SquareRepeatedly(ref t1, t0, 2);
        Multiply(ref t1, z, t1);
        Multiply(ref t0, t0, t1);
        Square(ref t0, t0);
        Multiply(ref t0, t1, t0);           // 2^5 - 1
        SquareRepeatedly(ref t1, t0, 5);
        Multiply(ref t0, t1, t0);           // 2^10 - 1
        SquareRepeatedly(ref t1, t0, 10);
        Multiply(ref t1, t1, t0);           // 2^20 - 1
        SquareRepeatedly(ref t2, t1, 20);
        Multiply(ref t1, t2, t1);           // 2^40 - 1
        SquareRepeatedly(ref t1, t1, 10);
        Multiply(ref t0, t1, t0);           // 2^50 - 1
        SquareRepeatedly(ref t1, t0, 50);
        Multiply(ref t1, t1, t0);           // 2^100 - 1
        SquareRepeatedly(ref t2, t1, 100);
        Multiply(ref t1, t2, t1);           // 2^200 - 1
        SquareRepeatedly(ref t1, t1, 50);
        Multiply(ref t0, t1, t0);           // 2^250 - 1
        SquareRepeatedly(ref t0, t0, 2);
        Multiply(ref r, t0, z);             // 2^252 - 3
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(ref ulong high, ref ulong low, ulong a, ulong shifted)
    {
        high += Words.MultiplyHigh(a, shifted);
        low += (a * shifted) >> 8;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong TakeLimb(ref ulong high, ref ulong low)
    {
        ulong limb = low & Mask51;
        low = (low >> 51) + (high << 5);
        high = 0;
        return limb;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FoldTop(ref EdwardsField r, ulong r0, ulong r1, ulong r2, ulong r3, ulong high, ulong low)
    {
        ulong r4 = low & Mask51;
        r0 += ((low >> 51) + (high << 5)) * 19;
        r._n0 = r0 & Mask51;
        r._n1 = r1 + (r0 >> 51);
        r._n2 = r2;
        r._n3 = r3;
        r._n4 = r4;
    }

    private static void Carry(ref EdwardsField r)
    {
        r._n1 += r._n0 >> 51;
        r._n0 &= Mask51;
        r._n2 += r._n1 >> 51;
        r._n1 &= Mask51;
        r._n3 += r._n2 >> 51;
        r._n2 &= Mask51;
        r._n4 += r._n3 >> 51;
        r._n3 &= Mask51;
    }
}
