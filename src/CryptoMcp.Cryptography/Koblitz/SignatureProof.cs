
namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>
/// The check of a signature before it leaves, for a third of what verification costs. A signature that a fault (a flipped bit, a
/// miscompiled loop) made wrong can betray the private key when the right one for the same digest is known too.
/// </summary>
/// <remarks>
/// <para>A signature (r, s) with s = ±(z + r·d)/k verifies under the public key P exactly if</para>
/// <list type="number">
/// <item>s·k = ±(z + r·d) mod n, with the sign that s was given,</item>
/// <item>r = x(R) mod n, s is neither zero nor high, and the recovery id is the parity of y(±R),</item>
/// <item>R = k·G and P = d·G.</item>
/// </list>
/// <para>
/// 1 and 2 are a few multiplications mod n, with z, r, s and d read again from the bytes. 3 takes one more multiplication by G, with
/// another scalar so that it runs through other table entries: with P at hand, (d - k)·G + R must be P. A fault in R, in the table, or
/// in the key itself breaks the equation. Without P a fixed pair C = c·G takes its place and proves R = k·G; d then stands for itself.
/// The nonce stays secret: this is the constant-time multiplication.
/// </para>
/// </remarks>
internal static class SignatureProof
{
    /// <summary>Intermediate values that depend on key and nonce; the signer clears them.</summary>
    public struct Secrets
    {
        public Scalar Key, Left, Right, Response;
        public JacobianPoint Point;
    }

    /// <summary>c of the fixed pair: SHA-256 of "CryptoMcp signature proof", which nobody chose for its bits.</summary>
    internal static readonly Scalar FixedScalar = MakeFixedScalar();

    private static readonly AffinePoint s_fixedPoint = MakeFixedPoint();

    /// <summary>Whether the bytes in <paramref name="signature"/> are a valid signature of the digest.</summary>
    /// <param name="secrets">Working memory.</param>
    /// <param name="nonce">k.</param>
    /// <param name="commitment">R, normalized.</param>
    /// <param name="privateKey">d, 32 bytes.</param>
    /// <param name="publicKey">P, 64 bytes, or empty.</param>
    /// <param name="digest">z, 32 bytes.</param>
    /// <param name="signature">r, s and the recovery id, as they will leave.</param>
    public static bool Check(
        ref Secrets secrets, in Scalar nonce, in AffinePoint commitment,
        ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        Scalar r = default, s = default, z = default, x = default;
        Span<byte> xBytes = stackalloc byte[32];
        commitment.X.Write(xBytes);
        bool valid = Scalar.Read(ref r, signature) & Scalar.Read(ref s, signature[32..]) & Scalar.Read(ref secrets.Key, privateKey);
        valid &= Scalar.Read(ref x, xBytes) & Scalar.AreEqual(r, x);
        valid &= !r.IsZero & !s.IsZero & s.IsHigh == 0 & signature[64] <= 1;
        Scalar.Read(ref z, digest);

        // 1. The sign of s shows in the recovery id: they were flipped together.
        ulong flipped = commitment.Y.Parity ^ signature[64];
        Scalar.Multiply(ref secrets.Left, s, nonce);
        Scalar.Negate(ref secrets.Response, secrets.Left);
        Scalar.ConditionalMove(ref secrets.Left, secrets.Response, 0 - flipped);
        Scalar.Multiply(ref secrets.Right, r, secrets.Key);
        Scalar.Add(ref secrets.Right, secrets.Right, z);
        valid &= Scalar.AreEqual(secrets.Left, secrets.Right);

        // 3. (d - k)·G + R = P, or (c - k)·G + R = C.
        AffinePoint expected = s_fixedPoint;
        if (!publicKey.IsEmpty)
        {
            valid &= AffinePoint.TryRead(ref expected, publicKey);
        }

        Scalar.Negate(ref secrets.Response, nonce);
        Scalar.Add(ref secrets.Response, secrets.Response, publicKey.IsEmpty ? FixedScalar : secrets.Key);
        GeneratorMultiplication.Multiply(ref secrets.Point, secrets.Response);
        JacobianPoint.AddChecked(ref secrets.Point, secrets.Point, commitment);
        return valid & JacobianPoint.AreEqual(secrets.Point, expected);
    }

    private static Scalar MakeFixedScalar()
    {
        Scalar c = default;
        Scalar.Read(ref c, Convert.FromHexString("E9DEACE3E362CB309320879E9CFBB496123F83DB1894BE76DDC0C18766C63CB1"));
        return c;
    }

    private static AffinePoint MakeFixedPoint()
    {
        AffinePoint point = default;
        AffinePoint.TryRead(ref point, Convert.FromHexString(
            "E2B472CE08D9E283C7E1C81B410E015567585C18E5FC06D19DB7032EF443360A"
            + "E90DF700D134AA3B5C91A1C4F4110ECF615BC1D4FCBDE09B159E1070BA32BA28"));
        return point;
    }
}
