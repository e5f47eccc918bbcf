using System.Runtime.CompilerServices;

namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>
/// A point (X/Z², Y/Z³), or the point at infinity. Magnitudes: X at most 6, Y at most 3, Z 1; every operation takes and keeps that.
/// </summary>
internal struct JacobianPoint
{
    public FieldElement X, Y, Z;
    public bool IsInfinity;

    public static JacobianPoint Infinity => new() { IsInfinity = true, Z = FieldElement.One };

    public JacobianPoint(in AffinePoint point) => (X, Y, Z, IsInfinity) = (point.X, point.Y, FieldElement.One, false);

    /// <summary>To affine coordinates, normalized. The point must not be at infinity.</summary>
    public static void ToAffine(ref AffinePoint r, in JacobianPoint p)
    {
        FieldElement inverse = default;
        FieldElement.Invert(ref inverse, p.Z);
        ToAffine(ref r, p, inverse);
    }

    /// <summary>To affine coordinates with 1/Z at hand.</summary>
    public static void ToAffine(ref AffinePoint r, in JacobianPoint p, in FieldElement inverseZ)
    {
        FieldElement square = default, cube = default;
        FieldElement.Square(ref square, inverseZ);
        FieldElement.Multiply(ref cube, square, inverseZ);
        FieldElement.Multiply(ref r.X, p.X, square);
        FieldElement.Multiply(ref r.Y, p.Y, cube);
        FieldElement.Normalize(ref r.X);
        FieldElement.Normalize(ref r.Y);
    }

    /// <summary>r := 2p. The curve has no point of order 2, so there is no exception. Out: X 3, Y 3, Z 1.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Double(ref JacobianPoint r, in JacobianPoint p)
    {
        Unsafe.SkipInit(out FieldElement slope);
        Unsafe.SkipInit(out FieldElement s);
        Unsafe.SkipInit(out FieldElement t);
        FieldElement.Multiply(ref r.Z, p.Z, p.Y);
        FieldElement.Square(ref s, p.Y);
        FieldElement.Square(ref slope, p.X);
        FieldElement.Scale(ref slope, 3);
        FieldElement.Halve(ref slope);              // 3X²/2, magnitude 2
        FieldElement.Negate(ref t, s, 1);
        FieldElement.Multiply(ref t, t, p.X);       // -X·Y²
        FieldElement.Square(ref r.X, slope);
        FieldElement.Add(ref r.X, t);
        FieldElement.Add(ref r.X, t);               // 3
        FieldElement.Square(ref s, s);              // Y⁴
        FieldElement.Add(ref t, r.X);               // 4
        FieldElement.Multiply(ref r.Y, t, slope);
        FieldElement.Add(ref r.Y, s);               // 2
        FieldElement y = r.Y;
        FieldElement.Negate(ref r.Y, y, 2);         // 3
        r.IsInfinity = p.IsInfinity;
    }

    /// <summary>
    /// r := p + q for p finite and p ≠ ±q: eight multiplications and three squares, no branch. If p = ±q the result has Z = 0.
    /// </summary>
    /// <remarks>r may be p. q has magnitude at most 2.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddIncomplete(ref JacobianPoint r, in JacobianPoint p, in AffinePoint q) => AddIncomplete(ref r, p, p.Z, q);

    /// <summary>
    /// As above with the Z under which q is seen. It differs from that of p when q lies on an isomorphic curve (PublicMultiplication).
    /// </summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddIncomplete(ref JacobianPoint r, in JacobianPoint p, in FieldElement z, in AffinePoint q)
    {
        Unsafe.SkipInit(out FieldElement zz);
        Unsafe.SkipInit(out FieldElement u);
        Unsafe.SkipInit(out FieldElement s);
        Unsafe.SkipInit(out FieldElement h);
        Unsafe.SkipInit(out FieldElement slope);
        Unsafe.SkipInit(out FieldElement hh);
        Unsafe.SkipInit(out FieldElement hhh);
        Unsafe.SkipInit(out FieldElement v);
        Unsafe.SkipInit(out FieldElement t);
        Unsafe.SkipInit(out FieldElement negative);
        FieldElement.Square(ref zz, z);
        FieldElement.Multiply(ref u, q.X, zz);
        FieldElement.Multiply(ref s, q.Y, zz);
        FieldElement.Multiply(ref s, s, z);
        FieldElement.Negate(ref h, p.X, 6);
        FieldElement.Add(ref h, u);                 // 8
        FieldElement.Negate(ref slope, p.Y, 3);
        FieldElement.Add(ref slope, s);             // 5
        FieldElement.Square(ref hh, h);
        FieldElement.Multiply(ref hhh, hh, h);
        FieldElement.Multiply(ref v, p.X, hh);
        FieldElement.Multiply(ref r.Z, p.Z, h);
        FieldElement.Multiply(ref t, p.Y, hhh);
        FieldElement.Square(ref r.X, slope);
        FieldElement sum = v;
        FieldElement.Scale(ref sum, 2);
        FieldElement.Add(ref sum, hhh);             // 3
        FieldElement.Negate(ref negative, sum, 3);
        FieldElement.Add(ref r.X, negative);        // 5
        FieldElement.Negate(ref sum, r.X, 5);
        FieldElement.Add(ref sum, v);               // 7
        FieldElement.Multiply(ref r.Y, sum, slope);
        FieldElement.Negate(ref negative, t, 1);
        FieldElement.Add(ref r.Y, negative);        // 3
        r.IsInfinity = false;
    }

    /// <summary>
    /// r := p + q, always right. Takes the same time for all inputs but the exceptional ones: p at infinity, p = q, p = -q.
    /// </summary>
    public static void AddChecked(ref JacobianPoint r, in JacobianPoint p, in AffinePoint q)
    {
        if (p.IsInfinity)
        {
            r = new JacobianPoint(q);
            return;
        }

        JacobianPoint before = p;
        AddIncomplete(ref r, before, q);
        if (FieldElement.MayBeZero(r.Z) && FieldElement.IsZero(r.Z))
        {
            ResolveException(ref r, before, before.Z, q);
        }
    }

    /// <summary>p + q where q = ±p is known: 2p or infinity.</summary>
    public static void ResolveException(ref JacobianPoint r, in JacobianPoint p, in FieldElement z, in AffinePoint q)
    {
        FieldElement zzz = default, difference = default;
        FieldElement.Square(ref zzz, z);
        FieldElement.Multiply(ref zzz, zzz, z);
        FieldElement.Multiply(ref zzz, zzz, q.Y);
        FieldElement.Negate(ref difference, p.Y, 3);
        FieldElement.Add(ref difference, zzz);
        if (FieldElement.IsZero(difference))
        {
            Double(ref r, p);
        }
        else
        {
            r = Infinity;
        }
    }

    /// <summary>Whether p and q are the same point, without an inversion.</summary>
    public static bool AreEqual(in JacobianPoint p, in AffinePoint q)
    {
        FieldElement zz = default, zzz = default, x = default, y = default, difference = default;
        FieldElement.Square(ref zz, p.Z);
        FieldElement.Multiply(ref zzz, zz, p.Z);
        FieldElement.Multiply(ref x, q.X, zz);
        FieldElement.Negate(ref difference, p.X, 6);
        FieldElement.Add(ref difference, x);
        bool sameX = FieldElement.IsZero(difference);
        FieldElement.Multiply(ref y, q.Y, zzz);
        FieldElement.Negate(ref difference, p.Y, 3);
        FieldElement.Add(ref difference, y);
        return !p.IsInfinity & sameX & FieldElement.IsZero(difference);
    }
}
