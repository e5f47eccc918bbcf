using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using CryptoMcp.Cryptography.Arithmetic;

namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>
/// An element of GF(p), p = 2^256 - 2^32 - 977: five limbs of 52 bits, reduced lazily.
/// </summary>
/// <remarks>
/// An element has a <em>magnitude</em> m: its limbs are at most 2m(2^52 - 1) and its top limb at most 2m(2^48 - 1). Addition adds
/// magnitudes, <see cref="Negate"/> takes a bound and gives one more, multiplication takes up to 8 and gives 1. Whoever combines
/// operations keeps the sum of magnitudes at 8 or below; the comments in <see cref="JacobianPoint"/> count along.
/// All operations take the same time for all values, unless their name says Var.
/// </remarks>
internal partial struct FieldElement
{
    /// <summary>A full limb.</summary>
    private const ulong Mask52 = 0xFFFFFFFFFFFFF;

    /// <summary>A full top limb.</summary>
    private const ulong Mask48 = 0xFFFFFFFFFFFF;

    /// <summary>2^256 mod p.</summary>
    private const ulong Fold256 = 0x1000003D1;

    /// <summary>The lowest limb of p; the others are full.</summary>
    private const ulong PLimb0 = 0xFFFFEFFFFFC2F;

    private static readonly OddModulus s_modulus =
        new(0xFFFFFFFEFFFFFC2F, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF);

    private ulong _n0, _n1, _n2, _n3, _n4;

    public static FieldElement One => new() { _n0 = 1 };

    /// <summary>Whether a normalized element is odd: 1 or 0.</summary>
    public readonly ulong Parity => _n0 & 1;

    /// <summary>Four 64-bit words, lowest first, below 2^256; magnitude 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetWords(ulong w0, ulong w1, ulong w2, ulong w3)
    {
        _n0 = w0 & Mask52;
        _n1 = (w0 >> 52 | w1 << 12) & Mask52;
        _n2 = (w1 >> 40 | w2 << 24) & Mask52;
        _n3 = (w2 >> 28 | w3 << 36) & Mask52;
        _n4 = w3 >> 16;
    }

    /// <summary>The words of a normalized element.</summary>
    public readonly void GetWords(out ulong w0, out ulong w1, out ulong w2, out ulong w3)
    {
        w0 = _n0 | _n1 << 52;
        w1 = _n1 >> 12 | _n2 << 40;
        w2 = _n2 >> 24 | _n3 << 28;
        w3 = _n3 >> 36 | _n4 << 16;
    }

    /// <summary>Reads 32 big-endian bytes. False when they stand for p or more.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes)
    {
        ulong w3 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        ulong w2 = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        ulong w1 = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        ulong w0 = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
        SetWords(w0, w1, w2, w3);
        return (w1 & w2 & w3) != ulong.MaxValue || w0 < 0xFFFFFFFEFFFFFC2F;
    }

    /// <summary>Writes a normalized element as 32 big-endian bytes.</summary>
    public readonly void Write(Span<byte> bytes)
    {
        GetWords(out ulong w0, out ulong w1, out ulong w2, out ulong w3);
        BinaryPrimitives.WriteUInt64BigEndian(bytes, w3);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], w2);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], w1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], w0);
    }

    /// <summary>r += a. Magnitudes add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref FieldElement r, in FieldElement a)
    {
        r._n0 += a._n0;
        r._n1 += a._n1;
        r._n2 += a._n2;
        r._n3 += a._n3;
        r._n4 += a._n4;
    }

    /// <summary>r += a small number. Magnitude grows by 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddSmall(ref FieldElement r, uint a) => r._n0 += a;

    /// <summary>r := -a. The magnitude of a is at most <paramref name="magnitude"/>; that of r is one more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Negate(ref FieldElement r, in FieldElement a, uint magnitude)
    {
        ulong multiple = 2UL * (magnitude + 1);
        r._n0 = PLimb0 * multiple - a._n0;
        r._n1 = Mask52 * multiple - a._n1;
        r._n2 = Mask52 * multiple - a._n2;
        r._n3 = Mask52 * multiple - a._n3;
        r._n4 = Mask48 * multiple - a._n4;
    }

    /// <summary>r *= a small factor. The magnitude is multiplied too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(ref FieldElement r, uint factor)
    {
        r._n0 *= factor;
        r._n1 *= factor;
        r._n2 *= factor;
        r._n3 *= factor;
        r._n4 *= factor;
    }

    /// <summary>r := r/2. Magnitude m becomes m/2 + 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Halve(ref FieldElement r)
    {
        ulong odd = (0UL - (r._n0 & 1)) >> 12; // adding p makes an odd number even
        ulong t0 = r._n0 + (PLimb0 & odd);
        ulong t1 = r._n1 + odd;
        ulong t2 = r._n2 + odd;
        ulong t3 = r._n3 + odd;
        ulong t4 = r._n4 + (odd >> 4);
        r._n0 = (t0 >> 1) + ((t1 & 1) << 51);
        r._n1 = (t1 >> 1) + ((t2 & 1) << 51);
        r._n2 = (t2 >> 1) + ((t3 & 1) << 51);
        r._n3 = (t3 >> 1) + ((t4 & 1) << 51);
        r._n4 = t4 >> 1;
    }

    /// <summary>r := a where the mask is all ones; r stays where it is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ConditionalMove(ref FieldElement r, in FieldElement a, ulong mask)
    {
        r._n0 = Words.Select(r._n0, a._n0, mask);
        r._n1 = Words.Select(r._n1, a._n1, mask);
        r._n2 = Words.Select(r._n2, a._n2, mask);
        r._n3 = Words.Select(r._n3, a._n3, mask);
        r._n4 = Words.Select(r._n4, a._n4, mask);
    }

    /// <summary>Full reduction to 0..p-1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalize(ref FieldElement r)
    {
        ulong t0 = r._n0, t1 = r._n1, t2 = r._n2, t3 = r._n3, t4 = r._n4;
        ulong over = t4 >> 48;
        t4 &= Mask48;
        t0 += over * Fold256;
        t1 += t0 >> 52;
        t0 &= Mask52;
        t2 += t1 >> 52;
        t1 &= Mask52;
        ulong allOnes = t1;
        t3 += t2 >> 52;
        t2 &= Mask52;
        allOnes &= t2;
        t4 += t3 >> 52;
        t3 &= Mask52;
        allOnes &= t3;

        // What remains is below 2p. It is p or more if it passes 2^256, or if all limbs are full and the lowest reaches that of p.
        ulong topFull = ((ulong)(-(long)(Mask48 - (t4 & Mask48))) >> 63) ^ 1;
        ulong middleFull = ((allOnes ^ Mask52) - 1) >> 63;
        ulong lowReaches = (PLimb0 - 1 - t0) >> 63;
        over = (t4 >> 48) | (topFull & middleFull & lowReaches);
        t0 += over * Fold256;
        t1 += t0 >> 52;
        t0 &= Mask52;
        t2 += t1 >> 52;
        t1 &= Mask52;
        t3 += t2 >> 52;
        t2 &= Mask52;
        t4 += t3 >> 52;
        t3 &= Mask52;
        t4 &= Mask48;
        r._n0 = t0;
        r._n1 = t1;
        r._n2 = t2;
        r._n3 = t3;
        r._n4 = t4;
    }

    /// <summary>Whether the element is zero mod p.</summary>
    public static bool IsZero(FieldElement a)
    {
        Normalize(ref a);
        return (a._n0 | a._n1 | a._n2 | a._n3 | a._n4) == 0;
    }

    /// <summary>
    /// False only if a product (magnitude 1) cannot be zero mod p. Saves a full reduction in the one case out of 2^51 that matters.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MayBeZero(in FieldElement product)
    {
        ulong low = product._n0 & Mask52; // a product is below 2p, so zero means 0 or p
        return low is 0 or PLimb0;
    }
}
