using CryptoMcp.Cryptography.Arithmetic;

namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>
/// The endomorphism of secp256k1: λ·(x, y) = (β·x, y), with λ³ = 1 mod n and β³ = 1 mod p. It splits a scalar into two of half the
/// length. Source: Gallant, Lambert, Vanstone 2001; constants as in libsecp256k1 (scalar_impl.h).
/// </summary>
internal static class Endomorphism
{
    /// <summary>round(2^384 · b2 / n).</summary>
    private static readonly Scalar s_g1 = new(0xE893209A45DBB031, 0x3DAA8A1471E8CA7F, 0xE86C90E49284EB15, 0x3086D221A7D46BCD);

    /// <summary>round(2^384 · -b1 / n).</summary>
    private static readonly Scalar s_g2 = new(0x1571B4AE8AC47F71, 0x221208AC9DF506C6, 0x6F547FA90ABFE4C4, 0xE4437ED6010E8828);

    private static readonly Scalar s_minusB1 = new(0x6F547FA90ABFE4C3, 0xE4437ED6010E8828, 0, 0);
    private static readonly Scalar s_minusB2 = new(0xD765CDA83DB1562C, 0x8A280AC50774346D, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF);
    private static readonly Scalar s_minusLambda = new(0xE0CFC810B51283CF, 0xA880B9FC8EC739C2, 0x5AD9E3FD77ED9BA4, 0xAC9C52B33FA3CF1F);
    private static readonly FieldElement s_beta = MakeBeta();

    /// <summary>r := β·x, the x of λ times a point; y stays.</summary>
    public static void ScaleX(ref FieldElement r, in FieldElement x) => FieldElement.Multiply(ref r, x, s_beta);

    /// <summary>k = k1 + λ·k2 mod n, where each half or its negative is below 2^128.</summary>
    public static void Split(in Scalar k, ref Scalar k1, ref Scalar k2)
    {
        Span<ulong> product = stackalloc ulong[8];
        Scalar c1 = default, c2 = default;
        Scalar.MultiplyWide(k, s_g1, product);
        RoundedTop(product, ref c1);
        Scalar.MultiplyWide(k, s_g2, product);
        RoundedTop(product, ref c2);
        Scalar.Multiply(ref c1, c1, s_minusB1);
        Scalar.Multiply(ref c2, c2, s_minusB2);
        Scalar.Add(ref k2, c1, c2);
        Scalar.Multiply(ref k1, k2, s_minusLambda);
        Scalar.Add(ref k1, k1, k);
    }

    /// <summary>product / 2^384, rounded to nearest.</summary>
    private static void RoundedTop(ReadOnlySpan<ulong> product, ref Scalar r)
    {
        ulong carry = product[5] >> 63;
        r.W0 = Words.AddWithCarry(product[6], 0, ref carry);
        r.W1 = product[7] + carry;
    }

    private static FieldElement MakeBeta()
    {
        FieldElement beta = default;
        beta.SetWords(0xC1396C28719501EE, 0x9CF0497512F58995, 0x6E64479EAC3434E9, 0x7AE96A2B657C0710);
        return beta;
    }
}
