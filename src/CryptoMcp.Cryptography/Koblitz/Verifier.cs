namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>Verification and recovery (SEC 1, 4.1.4 and 4.1.6). All input is public: variable time.</summary>
internal static class Verifier
{
    public static bool VerifyVar(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, bool allowHighS)
    {
        Scalar r = default, s = default, z = default;
        if (!Scalar.Read(ref r, signature) || !Scalar.Read(ref s, signature[32..]) || r.IsZero || s.IsZero || (!allowHighS && s.IsHigh != 0))
        {
            return false;
        }

        AffinePoint key = default;
        if (!AffinePoint.TryRead(ref key, publicKey))
        {
            return false;
        }

        Scalar.Read(ref z, digest);
        Scalar inverse = default, u1 = default, u2 = default;
        Scalar.Invert(ref inverse, s);
        Scalar.Multiply(ref u1, inverse, z);
        Scalar.Multiply(ref u2, inverse, r);
        JacobianPoint sum = default;
        PublicMultiplication.MultiplyVar(ref sum, key, u2, u1);
        return !sum.IsInfinity && HasX(sum, r);
    }

    public static bool TryRecoverVar(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, Span<byte> publicKey)
    {
        Scalar r = default, s = default, z = default;
        byte recoveryId = signature[64];
        if (!Scalar.Read(ref r, signature) || !Scalar.Read(ref s, signature[32..64]) || r.IsZero || s.IsZero || recoveryId > 1)
        {
            return false;
        }

        AffinePoint commitment = default;
        if (!commitment.X.TryRead(signature) || !commitment.TrySolveYVar(recoveryId == 1))
        {
            return false;
        }

        // P = (s·R - z·G)/r
        Scalar.Read(ref z, digest);
        Scalar inverse = default, u1 = default, u2 = default;
        Scalar.Invert(ref inverse, r);
        Scalar.Multiply(ref u1, inverse, z);
        Scalar.Negate(ref u1, u1);
        Scalar.Multiply(ref u2, inverse, s);
        JacobianPoint sum = default;
        PublicMultiplication.MultiplyVar(ref sum, commitment, u2, u1);
        if (sum.IsInfinity)
        {
            return false;
        }

        AffinePoint key = default;
        JacobianPoint.ToAffine(ref key, sum);
        key.Write(publicKey);
        return true;
    }

    /// <summary>Whether x(point) = r mod n, without an inversion: x is r, or r + n if that is below p.</summary>
    private static bool HasX(in JacobianPoint point, in Scalar r)
    {
        FieldElement zz = default, candidate = default, scaled = default, negativeX = default, difference;
        FieldElement.Square(ref zz, point.Z);
        FieldElement.Negate(ref negativeX, point.X, 6);
        candidate.SetWords(r.W0, r.W1, r.W2, r.W3);
        FieldElement.Multiply(ref scaled, candidate, zz);
        difference = negativeX;
        FieldElement.Add(ref difference, scaled);
        if (FieldElement.IsZero(difference))
        {
            return true;
        }

        if (!IsBelowFieldLessOrder(r))
        {
            return false;
        }

        FieldElement order = default;
        order.SetWords(0xBFD25E8CD0364141, 0xBAAEDCE6AF48A03B, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF);
        FieldElement.Add(ref candidate, order);
        FieldElement.Multiply(ref scaled, candidate, zz);
        difference = negativeX;
        FieldElement.Add(ref difference, scaled);
        return FieldElement.IsZero(difference);
    }

    /// <summary>r &lt; p - n = 0x1_4551231950B75FC4_402DA1722FC9BAEE.</summary>
    private static bool IsBelowFieldLessOrder(in Scalar r) =>
        r.W3 == 0
        && (r.W2 == 0 || (r.W2 == 1 && (r.W1 < 0x4551231950B75FC4 || (r.W1 == 0x4551231950B75FC4 && r.W0 < 0x402DA1722FC9BAEE))));
}
