using System.Security.Cryptography;
using CryptoMcp.Cryptography;

namespace CryptoMcp.Guard.Owner;

/// <summary>
/// Signatures of passkeys, by COSE algorithm (RFC 9053): ES256 and RS256 by the platform, EdDSA by our own Ed25519.
/// Keys are SubjectPublicKeyInfo, as <c>getPublicKey()</c> of the browser gives them.
/// </summary>
internal static class PasskeySignature
{
    public const int Es256 = -7;
    public const int EdDsa = -8;
    public const int Rs256 = -257;

    // RFC 8410: SEQUENCE { SEQUENCE { OID 1.3.101.112 } BIT STRING } before the 32 bytes of the key.
    private static ReadOnlySpan<byte> Ed25519Prefix => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    /// <summary>True when the signature is this key's over <c>authenticatorData ‖ SHA-256(clientData)</c>.</summary>
    public static bool Verify(int algorithm, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> authenticatorData, ReadOnlySpan<byte> clientData, ReadOnlySpan<byte> signature)
    {
        byte[] signed = [.. authenticatorData, .. SHA256.HashData(clientData)];
        try
        {
            return algorithm switch
            {
                Es256 => VerifyEs256(publicKey, signed, signature),
                Rs256 => VerifyRs256(publicKey, signed, signature),
                EdDsa => publicKey.Length == Ed25519Prefix.Length + 32 && publicKey.StartsWith(Ed25519Prefix)
                    && signature.Length == 64 && Ed25519.Verify(publicKey[Ed25519Prefix.Length..], signed, signature),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            // A key or signature that is no such thing.
            return false;
        }
    }

    private static bool VerifyEs256(ReadOnlySpan<byte> publicKey, byte[] signed, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out var read);
        return read == publicKey.Length
            && key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            && key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static bool VerifyRs256(ReadOnlySpan<byte> publicKey, byte[] signed, ReadOnlySpan<byte> signature)
    {
        using var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out var read);
        return read == publicKey.Length && key.KeySize >= 2048
            && key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
