namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>A point of y² = x³ + 7 by its two coordinates; never the point at infinity.</summary>
internal struct AffinePoint
{
    public FieldElement X, Y;

    /// <summary>Reads x and y, 32 big-endian bytes each. False when one is p or more, or when the point is not on the curve.</summary>
    public static bool TryRead(ref AffinePoint r, ReadOnlySpan<byte> bytes) =>
        r.X.TryRead(bytes) && r.Y.TryRead(bytes[32..]) && r.IsOnCurve();

    /// <summary>Writes the normalized coordinates.</summary>
    public readonly void Write(Span<byte> bytes)
    {
        X.Write(bytes);
        Y.Write(bytes[32..]);
    }

    /// <summary>Sets y to the root of x³ + 7 with this parity. False when there is none. For public points.</summary>
    public bool TrySolveYVar(bool odd)
    {
        FieldElement square = default, root = default, negative = default;
        CurveSide(ref square);
        if (!FieldElement.TrySquareRootVar(ref root, square))
        {
            return false;
        }

        FieldElement.Normalize(ref root);
        if (root.Parity != (odd ? 1UL : 0))
        {
            FieldElement.Negate(ref negative, root, 1);
            FieldElement.Normalize(ref negative);
            root = negative;
        }

        Y = root;
        return true;
    }

    private readonly bool IsOnCurve()
    {
        FieldElement side = default, difference = default;
        FieldElement.Square(ref difference, Y);
        FieldElement.Negate(ref difference, difference, 1);
        CurveSide(ref side);
        FieldElement.Add(ref difference, side);
        return FieldElement.IsZero(difference);
    }

    /// <summary>x³ + 7, magnitude 2.</summary>
    private readonly void CurveSide(ref FieldElement r)
    {
        FieldElement.Square(ref r, X);
        FieldElement.Multiply(ref r, r, X);
        FieldElement.AddSmall(ref r, 7);
    }
}
