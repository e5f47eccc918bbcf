using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using CryptoMcp.Cryptography.Arithmetic;

namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>
/// A number mod n, the order of secp256k1: four 64-bit words, always fully reduced. All operations take the same time for all values.
/// </summary>
internal struct Scalar
{
    private const ulong N0 = 0xBFD25E8CD0364141;
    private const ulong N1 = 0xBAAEDCE6AF48A03B;
    private const ulong N2 = 0xFFFFFFFFFFFFFFFE;
    private const ulong N3 = ulong.MaxValue;

    // 2^256 - n; the third word is 1.
    private const ulong Complement0 = ~N0 + 1;
    private const ulong Complement1 = ~N1;

    private static readonly OddModulus s_modulus = new(N0, N1, N2, N3);

    public ulong W0, W1, W2, W3;

    public Scalar(ulong w0, ulong w1, ulong w2, ulong w3) => (W0, W1, W2, W3) = (w0, w1, w2, w3);

    public readonly bool IsZero => (W0 | W1 | W2 | W3) == 0;

    /// <summary>1 if the number is above n/2, else 0.</summary>
    public readonly ulong IsHigh
    {
        get
        {
            ulong borrow = 0;
            Words.SubtractWithBorrow(0xDFE92F46681B20A0, W0, ref borrow);
            Words.SubtractWithBorrow(0x5D576E7357A4501D, W1, ref borrow);
            Words.SubtractWithBorrow(0xFFFFFFFFFFFFFFFF, W2, ref borrow);
            Words.SubtractWithBorrow(0x7FFFFFFFFFFFFFFF, W3, ref borrow);
            return borrow;
        }
    }

    /// <summary>Reads 32 big-endian bytes mod n. True when they stood for less than n, so that nothing was reduced.</summary>
    public static bool Read(ref Scalar r, ReadOnlySpan<byte> bytes)
    {
        r.W3 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        r.W2 = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        r.W1 = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        r.W0 = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
        ulong over = IsOrderOrMore(r);
        SubtractOrder(ref r, over);
        return over == 0;
    }

    /// <summary>Writes 32 big-endian bytes.</summary>
    public readonly void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, W3);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], W2);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], W1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], W0);
    }

    public static void Add(ref Scalar r, in Scalar a, in Scalar b)
    {
        ulong carry = 0;
        Scalar sum;
        sum.W0 = Words.AddWithCarry(a.W0, b.W0, ref carry);
        sum.W1 = Words.AddWithCarry(a.W1, b.W1, ref carry);
        sum.W2 = Words.AddWithCarry(a.W2, b.W2, ref carry);
        sum.W3 = Words.AddWithCarry(a.W3, b.W3, ref carry);
        SubtractOrder(ref sum, carry | IsOrderOrMore(sum));
        r = sum;
    }

    public static void Negate(ref Scalar r, in Scalar a)
    {
        ulong nonZero = 0 - ((a.W0 | a.W1 | a.W2 | a.W3) != 0 ? 1UL : 0);
        ulong borrow = 0;
        Scalar result;
        result.W0 = Words.SubtractWithBorrow(N0, a.W0, ref borrow) & nonZero;
        result.W1 = Words.SubtractWithBorrow(N1, a.W1, ref borrow) & nonZero;
        result.W2 = Words.SubtractWithBorrow(N2, a.W2, ref borrow) & nonZero;
        result.W3 = Words.SubtractWithBorrow(N3, a.W3, ref borrow) & nonZero;
        r = result;
    }

    /// <summary>r := a where the mask is all ones; r stays where it is zero.</summary>
    public static void ConditionalMove(ref Scalar r, in Scalar a, ulong mask)
    {
        r.W0 = Words.Select(r.W0, a.W0, mask);
        r.W1 = Words.Select(r.W1, a.W1, mask);
        r.W2 = Words.Select(r.W2, a.W2, mask);
        r.W3 = Words.Select(r.W3, a.W3, mask);
    }

    /// <summary>Whether two scalars are equal, in constant time.</summary>
    public static bool AreEqual(in Scalar a, in Scalar b) =>
        ((a.W0 ^ b.W0) | (a.W1 ^ b.W1) | (a.W2 ^ b.W2) | (a.W3 ^ b.W3)) == 0;

    /// <summary>r := 1/a, or 0 for 0.</summary>
    public static void Invert(ref Scalar r, in Scalar a)
    {
        r = a;
        SafeGcd.Inverse(ref r.W0, ref r.W1, ref r.W2, ref r.W3, s_modulus);
    }

    /// <summary>r := a·b mod n. 2^256 = c mod n with c of 129 bits, so the upper half is folded in three times: 512, 385, 258 bits.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ref Scalar r, in Scalar a, in Scalar b)
    {
        Span<ulong> t = stackalloc ulong[8];
        MultiplyWide(a, b, t);

        ulong h0 = t[4], h1 = t[5], h2 = t[6], h3 = t[7];
        ulong carry = 0;
        ulong m0 = Words.MultiplyAdd(t[0], h0, Complement0, ref carry);
        ulong m1 = Words.MultiplyAdd(t[1], h1, Complement0, ref carry);
        ulong m2 = Words.MultiplyAdd(t[2], h2, Complement0, ref carry);
        ulong m3 = Words.MultiplyAdd(t[3], h3, Complement0, ref carry);
        ulong m4 = carry;
        carry = 0;
        m1 = Words.MultiplyAdd(m1, h0, Complement1, ref carry);
        m2 = Words.MultiplyAdd(m2, h1, Complement1, ref carry);
        m3 = Words.MultiplyAdd(m3, h2, Complement1, ref carry);
        m4 = Words.MultiplyAdd(m4, h3, Complement1, ref carry);
        ulong m5 = carry;
        carry = 0;
        m2 = Words.AddWithCarry(m2, h0, ref carry);
        m3 = Words.AddWithCarry(m3, h1, ref carry);
        m4 = Words.AddWithCarry(m4, h2, ref carry);
        m5 = Words.AddWithCarry(m5, h3, ref carry);
        ulong m6 = carry;

        carry = 0;
        ulong p0 = Words.MultiplyAdd(m0, m4, Complement0, ref carry);
        ulong p1 = Words.MultiplyAdd(m1, m5, Complement0, ref carry);
        ulong p2 = Words.MultiplyAdd(m2, m6, Complement0, ref carry);
        ulong p3 = Words.AddWithCarry(m3, 0, ref carry);
        ulong p4 = carry;
        carry = 0;
        p1 = Words.MultiplyAdd(p1, m4, Complement1, ref carry);
        p2 = Words.MultiplyAdd(p2, m5, Complement1, ref carry);
        p3 = Words.MultiplyAdd(p3, m6, Complement1, ref carry);
        p4 += carry;
        carry = 0;
        p2 = Words.AddWithCarry(p2, m4, ref carry);
        p3 = Words.AddWithCarry(p3, m5, ref carry);
        p4 += m6 + carry;

        carry = 0;
        Scalar o;
        o.W0 = Words.MultiplyAdd(p0, p4, Complement0, ref carry);
        o.W1 = Words.MultiplyAdd(p1, p4, Complement1, ref carry);
        ulong carryA = 0, carryB = 0;
        o.W2 = Words.AddWithCarry(p2, p4, ref carryA);
        o.W2 = Words.AddWithCarry(o.W2, carry, ref carryB);
        o.W3 = p3 + carryA + carryB;
        ulong overflow = o.W3 < p3 ? 1UL : 0;
        SubtractOrder(ref o, overflow | IsOrderOrMore(o));
        r = o;
    }

    /// <summary>The full product of 512 bits.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyWide(in Scalar a, in Scalar b, Span<ulong> t)
    {
        ulong carry = 0;
        t[0] = Words.MultiplyAdd(0, a.W0, b.W0, ref carry);
        t[1] = Words.MultiplyAdd(0, a.W0, b.W1, ref carry);
        t[2] = Words.MultiplyAdd(0, a.W0, b.W2, ref carry);
        t[3] = Words.MultiplyAdd(0, a.W0, b.W3, ref carry);
        t[4] = carry;
        carry = 0;
        t[1] = Words.MultiplyAdd(t[1], a.W1, b.W0, ref carry);
        t[2] = Words.MultiplyAdd(t[2], a.W1, b.W1, ref carry);
        t[3] = Words.MultiplyAdd(t[3], a.W1, b.W2, ref carry);
        t[4] = Words.MultiplyAdd(t[4], a.W1, b.W3, ref carry);
        t[5] = carry;
        carry = 0;
        t[2] = Words.MultiplyAdd(t[2], a.W2, b.W0, ref carry);
        t[3] = Words.MultiplyAdd(t[3], a.W2, b.W1, ref carry);
        t[4] = Words.MultiplyAdd(t[4], a.W2, b.W2, ref carry);
        t[5] = Words.MultiplyAdd(t[5], a.W2, b.W3, ref carry);
        t[6] = carry;
        carry = 0;
        t[3] = Words.MultiplyAdd(t[3], a.W3, b.W0, ref carry);
        t[4] = Words.MultiplyAdd(t[4], a.W3, b.W1, ref carry);
        t[5] = Words.MultiplyAdd(t[5], a.W3, b.W2, ref carry);
        t[6] = Words.MultiplyAdd(t[6], a.W3, b.W3, ref carry);
        t[7] = carry;
    }

    /// <summary>1 if the words stand for n or more, else 0.</summary>
    private static ulong IsOrderOrMore(in Scalar a)
    {
        ulong borrow = 0;
        Words.SubtractWithBorrow(a.W0, N0, ref borrow);
        Words.SubtractWithBorrow(a.W1, N1, ref borrow);
        Words.SubtractWithBorrow(a.W2, N2, ref borrow);
        Words.SubtractWithBorrow(a.W3, N3, ref borrow);
        return borrow ^ 1;
    }

    /// <summary>a := a - n if <paramref name="once"/> is 1, by adding 2^256 - n and dropping the carry.</summary>
    private static void SubtractOrder(ref Scalar a, ulong once)
    {
        ulong carry = 0;
        ulong mask = 0 - once;
        a.W0 = Words.AddWithCarry(a.W0, Complement0 & mask, ref carry);
        a.W1 = Words.AddWithCarry(a.W1, Complement1 & mask, ref carry);
        a.W2 = Words.AddWithCarry(a.W2, 1 & mask, ref carry);
        a.W3 = Words.AddWithCarry(a.W3, 0, ref carry);
    }
}
