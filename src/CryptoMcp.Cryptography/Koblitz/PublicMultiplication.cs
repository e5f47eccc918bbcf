using System.Runtime.CompilerServices;

namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>
/// a·P + g·G for public numbers, as verification and recovery need: variable time, never for secrets.
/// </summary>
/// <remarks>
/// Strauss' method with four half-length scalars: a is split by the endomorphism over P and λP (width 5, table made here), g over G and
/// 2^128·G (width 10, table ready). The odd multiples of P are computed with one common Z and used as affine points of the curve
/// isomorphic under that Z; points of the G tables are brought there by multiplying Z on the fly. One multiplication at the end
/// returns to the curve.
/// </remarks>
internal static unsafe class PublicMultiplication
{
    private const int Width = 5;
    private const int TableCount = 1 << (Width - 2);

    /// <summary>r := a·point + g·G.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyVar(ref JacobianPoint r, in AffinePoint point, in Scalar a, in Scalar g)
    {
        Span<short> digits = stackalloc short[4 * NonAdjacentForm.Length];
        Span<short> a1 = digits[..NonAdjacentForm.Length];
        Span<short> a2 = digits.Slice(NonAdjacentForm.Length, NonAdjacentForm.Length);
        Span<short> g1 = digits.Slice(2 * NonAdjacentForm.Length, NonAdjacentForm.Length);
        Span<short> g2 = digits.Slice(3 * NonAdjacentForm.Length, NonAdjacentForm.Length);
        Scalar half1 = default, half2 = default;
        Endomorphism.Split(a, ref half1, ref half2);
        int length = NonAdjacentForm.WriteVar(a1, half1, Width);
        length = Math.Max(length, NonAdjacentForm.WriteVar(a2, half2, Width));
        length = Math.Max(length, NonAdjacentForm.WriteVar(g1, new Scalar(g.W0, g.W1, 0, 0), GeneratorTables.OddWidth));
        length = Math.Max(length, NonAdjacentForm.WriteVar(g2, new Scalar(g.W2, g.W3, 0, 0), GeneratorTables.OddWidth));

        AffinePoint* multiples = stackalloc AffinePoint[TableCount];
        AffinePoint* imageMultiples = stackalloc AffinePoint[TableCount];
        FieldElement commonZ = default;
        OddMultiples(multiples, ref commonZ, point);
        for (int i = 0; i < TableCount; i++)
        {
            Endomorphism.ScaleX(ref imageMultiples[i].X, multiples[i].X);
            imageMultiples[i].Y = multiples[i].Y;
        }

        AffinePoint* generator = GeneratorTables.OddMultiples;
        AffinePoint* generatorHigh = generator + GeneratorTables.OddCount;
        AffinePoint term = default;
        r = JacobianPoint.Infinity;
        for (int i = length - 1; i >= 0; i--)
        {
            if (!r.IsInfinity)
            {
                JacobianPoint.Double(ref r, r);
            }

            if (a1[i] != 0)
            {
                Pick(ref term, multiples, a1[i]);
                JacobianPoint.AddChecked(ref r, r, term);
            }

            if (a2[i] != 0)
            {
                Pick(ref term, imageMultiples, a2[i]);
                JacobianPoint.AddChecked(ref r, r, term);
            }

            if (g1[i] != 0)
            {
                Pick(ref term, generator, g1[i]);
                AddFromCurve(ref r, term, commonZ);
            }

            if (g2[i] != 0)
            {
                Pick(ref term, generatorHigh, g2[i]);
                AddFromCurve(ref r, term, commonZ);
            }
        }

        if (!r.IsInfinity)
        {
            FieldElement.Multiply(ref r.Z, r.Z, commonZ);
        }
    }

    /// <summary>
    /// 1, 3 … 15 times a point as affine points of the curve isomorphic under <paramref name="commonZ"/>, without an inversion.
    /// </summary>
    private static void OddMultiples(AffinePoint* table, ref FieldElement commonZ, in AffinePoint point)
    {
        // Under the isomorphism by the Z of 2P, 2P is affine, so each step is a mixed addition.
        JacobianPoint twice = default;
        JacobianPoint.Double(ref twice, new JacobianPoint(point));
        AffinePoint step = default;
        step.X = twice.X;
        step.Y = twice.Y;
        FieldElement.Normalize(ref step.X);
        FieldElement.Normalize(ref step.Y);

        FieldElement square = default, cube = default;
        FieldElement.Square(ref square, twice.Z);
        FieldElement.Multiply(ref cube, square, twice.Z);
        JacobianPoint multiple = default;
        FieldElement.Multiply(ref multiple.X, point.X, square);
        FieldElement.Multiply(ref multiple.Y, point.Y, cube);
        multiple.Z = FieldElement.One;
        table[0].X = multiple.X;
        table[0].Y = multiple.Y;

        // Each addition multiplies Z by its h = x(step)·Z² - X; keep these ratios.
        FieldElement* ratios = stackalloc FieldElement[TableCount];
        for (int i = 1; i < TableCount; i++)
        {
            FieldElement negative = default;
            FieldElement.Square(ref square, multiple.Z);
            FieldElement.Multiply(ref ratios[i], step.X, square);
            FieldElement.Negate(ref negative, multiple.X, 6);
            FieldElement.Add(ref ratios[i], negative);
            JacobianPoint.AddIncomplete(ref multiple, multiple, step);
            table[i].X = multiple.X;
            table[i].Y = multiple.Y;
        }

        // Bring the earlier ones to the Z of the last by the product of the ratios between.
        FieldElement scale = ratios[TableCount - 1];
        for (int i = TableCount - 2; i >= 0; i--)
        {
            FieldElement.Square(ref square, scale);
            FieldElement.Multiply(ref cube, square, scale);
            FieldElement.Multiply(ref table[i].X, table[i].X, square);
            FieldElement.Multiply(ref table[i].Y, table[i].Y, cube);
            if (i > 0)
            {
                FieldElement.Multiply(ref scale, scale, ratios[i]);
            }
        }

        FieldElement.Normalize(ref table[TableCount - 1].X);
        FieldElement.Normalize(ref table[TableCount - 1].Y);
        FieldElement.Multiply(ref commonZ, multiple.Z, twice.Z);
    }

    /// <summary>The table entry for an odd digit, negated for a negative one; magnitude at most 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pick(ref AffinePoint r, AffinePoint* table, int digit)
    {
        if (digit > 0)
        {
            r = table[digit >> 1];
        }
        else
        {
            AffinePoint* entry = table + (-digit >> 1);
            r.X = entry->X;
            FieldElement.Negate(ref r.Y, entry->Y, 1);
        }
    }

    /// <summary>r += q, where q is on the curve itself and r on the one isomorphic under <paramref name="commonZ"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFromCurve(ref JacobianPoint r, in AffinePoint q, in FieldElement commonZ)
    {
        if (r.IsInfinity)
        {
            FieldElement square = default, cube = default;
            FieldElement.Square(ref square, commonZ);
            FieldElement.Multiply(ref cube, square, commonZ);
            FieldElement.Multiply(ref r.X, q.X, square);
            FieldElement.Multiply(ref r.Y, q.Y, cube);
            r.Z = FieldElement.One;
            r.IsInfinity = false;
            return;
        }

        FieldElement z = default;
        FieldElement.Multiply(ref z, r.Z, commonZ);
        JacobianPoint before = r;
        JacobianPoint.AddIncomplete(ref r, before, z, q);
        if (FieldElement.MayBeZero(r.Z) && FieldElement.IsZero(r.Z))
        {
            JacobianPoint.ResolveException(ref r, before, z, q);
        }
    }
}
