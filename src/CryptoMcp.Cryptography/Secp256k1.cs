using CryptoMcp.Cryptography.Port;

namespace CryptoMcp.Cryptography;

/// <summary>ECDSA over secp256k1.</summary>
public static class Secp256k1
{
    /// <summary>Length of a private key in bytes.</summary>
    public const int PrivateKeyLength = 32;

    /// <summary>Length of a public key in bytes: x then y, big-endian.</summary>
    public const int PublicKeyLength = 64;

    /// <summary>Length of a compressed public key in bytes: 0x02 or 0x03, then x.</summary>
    public const int CompressedPublicKeyLength = 33;

    /// <summary>Length of a signature in bytes: r, s, then the recovery id.</summary>
    public const int SignatureLength = 65;

    /// <summary>Length of the digest that is signed.</summary>
    public const int DigestLength = 32;

    /// <summary>Whether these 32 bytes are a private key.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> candidate)
    {
        Sc d = default;
        return candidate.Length == PrivateKeyLength && !Sc.Set(ref d, candidate) && !d.IsZero;
    }

    /// <summary>Writes the public key.</summary>
    public static void DerivePublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        if (!IsPrivateKey(privateKey) || !Secp.PubKey(privateKey, publicKey))
        {
            throw new ArgumentException("Not a private key.", nameof(privateKey));
        }
    }

    /// <summary>Signs.</summary>
    public static void Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        Span<byte> publicKey = stackalloc byte[PublicKeyLength];
        DerivePublicKey(privateKey, publicKey);
        Sign(privateKey, publicKey, digest, signature);
    }

    /// <summary>Signs, and checks against the public key that the caller holds.</summary>
    public static void Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        if (!IsPrivateKey(privateKey))
        {
            throw new ArgumentException("Not a private key.", nameof(privateKey));
        }

        signature[64] = (byte)Secp.Sign(digest, privateKey, signature);
        if (!Verify(publicKey, digest, signature[..64]))
        {
            signature.Clear();
            throw new System.Security.Cryptography.CryptographicException("Signature does not verify.");
        }
    }

    /// <summary>Verifies.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, bool allowHighS = false) =>
        Secp.Verify(digest, signature, publicKey, !allowHighS);

    /// <summary>Recovers the public key.</summary>
    public static bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, Span<byte> publicKey) =>
        Secp.Recover(digest, signature, signature[64], publicKey);

    /// <summary>Compresses a public key.</summary>
    public static void Compress(ReadOnlySpan<byte> publicKey, Span<byte> compressed)
    {
        compressed[0] = (byte)(2 + (publicKey[63] & 1));
        publicKey[..32].CopyTo(compressed[1..]);
    }

    /// <summary>Decompresses a public key.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> compressed, Span<byte> publicKey)
    {
        Af a = default;
        a.x = Secp.GetFe(compressed[1..]);
        if (!Secp.Lift(ref a, compressed[0] == 3))
        {
            return false;
        }

        Secp.PutFe(a.x, publicKey);
        Secp.PutFe(a.y, publicKey[32..]);
        return true;
    }
}
