using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace CryptoMcp.Cryptography.Edwards;

/// <summary>
/// A point of -x² + y² = 1 + d·x²·y² in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. The formulas are complete: they have no
/// exceptional case. Source: Hisil, Wong, Carter, Dawson 2008; RFC 8032, 5.1.
/// </summary>
internal struct EdwardsPoint
{
    private static readonly EdwardsField s_d = Constant(0x75EB4DCA135978A3, 0x00700A4D4141D8AB, 0x8CC740797779E898, 0x52036CEE2B6FFE73);
    private static readonly EdwardsField s_twiceD = Constant(0xEBD69B9426B2F159, 0x00E0149A8283B156, 0x198E80F2EEF3D130, 0x2406D9DC56DFFCE7);
    private static readonly EdwardsField s_rootOfMinusOne =
        Constant(0xC4EE1B274A0EA0B0, 0x2F431806AD2FE478, 0x2B4D00993DFBD7A7, 0x2B8324804FC1DF0B);

    public EdwardsField X, Y, Z, T;

    public static EdwardsPoint Identity => new() { Y = EdwardsField.One, Z = EdwardsField.One };

    /// <summary>A point as the right operand of an addition: (Y + X, Y - X, Z, 2d·T).</summary>
    public struct Operand
    {
        public EdwardsField Sum, Difference, Z, ScaledT;
    }

    /// <summary>The same with Z = 1, for tables.</summary>
    public struct AffineOperand
    {
        public EdwardsField Sum, Difference, ScaledT;
    }

    public readonly Operand ToOperand()
    {
        Operand operand = default;
        EdwardsField.Add(ref operand.Sum, Y, X);
        EdwardsField.Subtract(ref operand.Difference, Y, X);
        operand.Z = Z;
        EdwardsField.Multiply(ref operand.ScaledT, T, s_twiceD);
        return operand;
    }

    /// <summary>r := p + q, or p - q. Branches on <paramref name="subtract"/> and <paramref name="withT"/>, which are public.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ref EdwardsPoint r, in EdwardsPoint p, in Operand q, bool subtract, bool withT)
    {
        Unsafe.SkipInit(out EdwardsField a);
        Unsafe.SkipInit(out EdwardsField b);
        Unsafe.SkipInit(out EdwardsField c);
        Unsafe.SkipInit(out EdwardsField d);
        Unsafe.SkipInit(out EdwardsField sum);
        Unsafe.SkipInit(out EdwardsField difference);
        EdwardsField.Add(ref sum, p.Y, p.X);
        EdwardsField.Subtract(ref difference, p.Y, p.X);
        EdwardsField.Multiply(ref a, sum, subtract ? q.Difference : q.Sum);
        EdwardsField.Multiply(ref b, difference, subtract ? q.Sum : q.Difference);
        EdwardsField.Multiply(ref c, p.T, q.ScaledT);
        EdwardsField.Multiply(ref d, p.Z, q.Z);
        EdwardsField.Add(ref d, d, d);
        Finish(ref r, a, b, c, d, subtract, withT);
    }

    /// <summary>As above with a table entry.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ref EdwardsPoint r, in EdwardsPoint p, in AffineOperand q, bool subtract, bool withT)
    {
        Unsafe.SkipInit(out EdwardsField a);
        Unsafe.SkipInit(out EdwardsField b);
        Unsafe.SkipInit(out EdwardsField c);
        Unsafe.SkipInit(out EdwardsField d);
        Unsafe.SkipInit(out EdwardsField sum);
        Unsafe.SkipInit(out EdwardsField difference);
        EdwardsField.Add(ref sum, p.Y, p.X);
        EdwardsField.Subtract(ref difference, p.Y, p.X);
        if (subtract)
        {
            EdwardsField.Multiply(ref a, sum, q.Difference);
            EdwardsField.Multiply(ref b, difference, q.Sum);
        }
        else
        {
            EdwardsField.Multiply(ref a, sum, q.Sum);
            EdwardsField.Multiply(ref b, difference, q.Difference);
        }

        EdwardsField.Multiply(ref c, p.T, q.ScaledT);
        EdwardsField.Add(ref d, p.Z, p.Z);
        Finish(ref r, a, b, c, d, subtract, withT);
    }

    /// <summary>r := 2p (dbl-2008-hwcd with a = -1). T is not read.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Double(ref EdwardsPoint r, in EdwardsPoint p, bool withT = true)
    {
        Unsafe.SkipInit(out EdwardsField a);
        Unsafe.SkipInit(out EdwardsField b);
        Unsafe.SkipInit(out EdwardsField c);
        Unsafe.SkipInit(out EdwardsField e);
        Unsafe.SkipInit(out EdwardsField f);
        Unsafe.SkipInit(out EdwardsField g);
        Unsafe.SkipInit(out EdwardsField h);
        EdwardsField.Square(ref a, p.X);
        EdwardsField.Square(ref b, p.Y);
        EdwardsField.Square(ref c, p.Z);
        EdwardsField.Add(ref c, c, c);
        EdwardsField.Add(ref e, p.X, p.Y);
        EdwardsField.Square(ref e, e);
        EdwardsField.Add(ref h, a, b);              // x² + y²
        EdwardsField.Subtract(ref e, e, h);         // 2xy
        EdwardsField.Subtract(ref g, b, a);         // y² - x²
        EdwardsField.SubtractWide(ref f, c, g);     // 2z² - g
        EdwardsField.Multiply(ref r.X, e, f);
        EdwardsField.Multiply(ref r.Y, g, h);
        EdwardsField.Multiply(ref r.Z, f, g);
        if (withT)
        {
            EdwardsField.Multiply(ref r.T, e, h);
        }
    }

    /// <summary>-p, as a right operand that stays in bounds.</summary>
    public readonly EdwardsPoint Negative()
    {
        EdwardsPoint negative = this;
        EdwardsField.Negate(ref negative.X, X);
        EdwardsField.Normalize(ref negative.X);
        EdwardsField.Negate(ref negative.T, T);
        EdwardsField.Normalize(ref negative.T);
        return negative;
    }

    /// <summary>Whether 8p is the identity: one of the eight points that an attacker can use for signatures of many messages.</summary>
    public readonly bool IsSmallOrder()
    {
        EdwardsPoint multiple = this;
        for (int i = 0; i < 3; i++)
        {
            Double(ref multiple, multiple, withT: false);
        }

        return EdwardsField.IsZero(multiple.X) && EdwardsField.AreEqual(multiple.Y, multiple.Z);
    }

    /// <summary>Reads an encoded point (RFC 8032, 5.1.3), strictly: y below p, and no sign on x = 0. For public points.</summary>
    public static bool TryReadVar(ref EdwardsPoint r, ReadOnlySpan<byte> bytes)
    {
        EdwardsField y = default, x = default;
        if (!y.TryRead(bytes) || !TryRecoverX(ref x, y))
        {
            return false;
        }

        EdwardsField.Normalize(ref x);
        ulong sign = (ulong)bytes[31] >> 7;
        if (EdwardsField.IsZero(x) && sign != 0)
        {
            return false;
        }

        if (x.Parity != sign)
        {
            EdwardsField.Negate(ref x, x);
            EdwardsField.Normalize(ref x);
        }

        r.X = x;
        r.Y = y;
        r.Z = EdwardsField.One;
        EdwardsField.Multiply(ref r.T, x, y);
        return true;
    }

    /// <summary>Whether some point has the y that the bytes say, taken modulo p; see <see cref="Ed25519.IsPoint"/>.</summary>
    public static bool IsPointVar(ReadOnlySpan<byte> bytes)
    {
        EdwardsField y = default, x = default;
        _ = y.TryRead(bytes);
        return TryRecoverX(ref x, y);
    }

    /// <summary>One of the two x of a y; false where there is none.</summary>
    private static bool TryRecoverX(ref EdwardsField x, in EdwardsField y)
    {
        // x² = (y² - 1)/(d·y² + 1) = u/v; candidate x = u·v³·(u·v⁷)^((p-5)/8).
        EdwardsField one = EdwardsField.One, u = default, v = default, square = default, v3 = default, check = default;
        EdwardsField.Square(ref square, y);
        EdwardsField.Subtract(ref u, square, one);
        EdwardsField.Multiply(ref v, square, s_d);
        EdwardsField.Add(ref v, v, one);
        EdwardsField.Square(ref v3, v);
        EdwardsField.Multiply(ref v3, v3, v);
        EdwardsField.Square(ref x, v3);
        EdwardsField.Multiply(ref x, x, v);
        EdwardsField.Multiply(ref x, x, u);
        EdwardsField.PowerForRoot(ref x, x);
        EdwardsField.Multiply(ref x, x, v3);
        EdwardsField.Multiply(ref x, x, u);

        EdwardsField.Normalize(ref u);
        EdwardsField.Square(ref check, x);
        EdwardsField.Multiply(ref check, check, v); // u, or -u if x is off by the root of -1
        if (!EdwardsField.AreEqual(check, u))
        {
            EdwardsField.Add(ref check, check, u);
            if (!EdwardsField.IsZero(check))
            {
                return false;
            }

            EdwardsField.Multiply(ref x, x, s_rootOfMinusOne);
        }

        return true;
    }

    /// <summary>Writes the encoded point (RFC 8032, 5.1.2): y, with the parity of x in the top bit.</summary>
    public readonly void Write(Span<byte> bytes)
    {
        EdwardsField inverse = default, x = default, y = default;
        EdwardsField.Invert(ref inverse, Z);
        EdwardsField.Multiply(ref x, X, inverse);
        EdwardsField.Multiply(ref y, Y, inverse);
        EdwardsField.Normalize(ref x);
        Write(bytes, x, y);
    }

    /// <summary>
    /// Writes two points with one inversion, and proves of the first that its bytes say what it is: y and the sign of x are read
    /// back and compared in projective coordinates, where nothing of the inversion is left. False: the machine computed wrongly.
    /// </summary>
    public static bool TryWriteBoth(in EdwardsPoint proved, in EdwardsPoint other, Span<byte> provedBytes, Span<byte> otherBytes)
    {
        EdwardsField both = default, inverse = default, x = default, y = default, back = default, product = default;
        EdwardsField.Multiply(ref both, proved.Z, other.Z);
        EdwardsField.Invert(ref both, both);
        EdwardsField.Multiply(ref inverse, both, proved.Z);
        EdwardsField.Multiply(ref x, other.X, inverse);
        EdwardsField.Multiply(ref y, other.Y, inverse);
        EdwardsField.Normalize(ref x);
        Write(otherBytes, x, y);

        EdwardsField.Multiply(ref inverse, both, other.Z);
        EdwardsField.Multiply(ref x, proved.X, inverse);
        EdwardsField.Multiply(ref y, proved.Y, inverse);
        EdwardsField.Normalize(ref x);
        Write(provedBytes, x, y);

        // y·Z = Y, x·Z = X, x·y·Z = T, with y and the sign of x from the bytes.
        bool canonical = back.TryRead(provedBytes);
        EdwardsField.Multiply(ref product, back, proved.Z);
        bool same = EdwardsField.AreEqual(product, proved.Y);
        EdwardsField.Multiply(ref product, product, x);
        same &= EdwardsField.AreEqual(product, proved.T);
        EdwardsField.Multiply(ref product, x, proved.Z);
        same &= EdwardsField.AreEqual(product, proved.X);
        return canonical & same & (x.Parity == (ulong)provedBytes[31] >> 7);
    }

    /// <summary>y, with the parity of a normalized x in the top bit.</summary>
    private static void Write(Span<byte> bytes, in EdwardsField x, in EdwardsField y)
    {
        EdwardsField.GetWords(y, out ulong w0, out ulong w1, out ulong w2, out ulong w3);
        w3 |= x.Parity << 63;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, w0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], w1);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], w2);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], w3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(
        ref EdwardsPoint r, in EdwardsField a, in EdwardsField b, in EdwardsField c, in EdwardsField d, bool subtract, bool withT)
    {
        Unsafe.SkipInit(out EdwardsField e);
        Unsafe.SkipInit(out EdwardsField f);
        Unsafe.SkipInit(out EdwardsField g);
        Unsafe.SkipInit(out EdwardsField h);
        EdwardsField.Subtract(ref e, a, b);
        EdwardsField.Add(ref h, a, b);
        if (subtract)
        {
            EdwardsField.Subtract(ref g, d, c);
            EdwardsField.Add(ref f, d, c);
        }
        else
        {
            EdwardsField.Add(ref g, d, c);
            EdwardsField.Subtract(ref f, d, c);
        }

        EdwardsField.Multiply(ref r.X, e, f);
        EdwardsField.Multiply(ref r.Y, g, h);
        EdwardsField.Multiply(ref r.Z, f, g);
        if (withT)
        {
            EdwardsField.Multiply(ref r.T, e, h);
        }
    }

    private static EdwardsField Constant(ulong w0, ulong w1, ulong w2, ulong w3)
    {
        EdwardsField field = default;
        field.SetWords(w0, w1, w2, w3);
        return field;
    }
}
