using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using BigInteger = System.Numerics.BigInteger;

namespace CryptoMcp.Cryptography.Tests.Oracles;

/// <summary>BouncyCastle 1.8.10: present wherever the tests run, but it leaks timing and is no part of the product.</summary>
internal static class BouncyCastleSecp256k1
{
    private static readonly X9ECParameters s_curve = SecNamedCurves.GetByName("secp256k1");
    private static readonly ECDomainParameters s_domain = new(s_curve.Curve, s_curve.G, s_curve.N, s_curve.H);

    public static byte[] PublicKey(byte[] privateKey) =>
        s_curve.G.Multiply(new Org.BouncyCastle.Math.BigInteger(1, privateKey)).Normalize().GetEncoded(false)[1..];

    /// <summary>r and s, low.</summary>
    public static byte[] Sign(byte[] privateKey, byte[] digest)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(true, new ECPrivateKeyParameters(new Org.BouncyCastle.Math.BigInteger(1, privateKey), s_domain));
        Org.BouncyCastle.Math.BigInteger[] rs = signer.GenerateSignature(digest);
        var s = new BigInteger(rs[1].ToByteArrayUnsigned(), isUnsigned: true, isBigEndian: true);
        if (s > Reference.ReferenceCurves.SecpN / 2)
        {
            s = Reference.ReferenceCurves.SecpN - s;
        }

        return [.. Numbers.ToBytes(new BigInteger(rs[0].ToByteArrayUnsigned(), isUnsigned: true, isBigEndian: true)), .. Numbers.ToBytes(s)];
    }
}
