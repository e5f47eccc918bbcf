using System.Security.Cryptography;
using CryptoMcp.Cryptography.Koblitz;

namespace CryptoMcp.Cryptography;

/// <summary>
/// ECDSA over secp256k1 on 32-byte digests, as Ethereum uses it: nonces of RFC 6979, low s (EIP-2), recovery id. Source: SEC 1 and
/// SEC 2 v2. What touches a private key takes the same time for every key and allocates nothing.
/// </summary>
public static class Secp256k1
{
    /// <summary>Length of a private key in bytes: a big-endian number from 1 to n - 1.</summary>
    public const int PrivateKeyLength = 32;

    /// <summary>Length of a public key in bytes: x then y, big-endian, without a prefix.</summary>
    public const int PublicKeyLength = 64;

    /// <summary>Length of a compressed public key in bytes: 2 or 3 for the parity of y, then x (SEC 1, 2.3.3).</summary>
    public const int CompressedPublicKeyLength = 33;

    /// <summary>Length of a digest in bytes.</summary>
    public const int DigestLength = 32;

    /// <summary>Length of a signature in bytes: r, s, and the recovery id, 0 or 1.</summary>
    public const int SignatureLength = 65;

    /// <summary>Length of r and s alone, in bytes.</summary>
    public const int CompactSignatureLength = 64;

    /// <summary>Whether the bytes are a private key: 32 of them, not zero, below the order n.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> candidate)
    {
        Scalar key = default;
        return candidate.Length == PrivateKeyLength && Scalar.Read(ref key, candidate) & !key.IsZero;
    }

    /// <summary>Whether the bytes are a public key: 64 of them, both coordinates below p, on the curve.</summary>
    public static bool IsPublicKey(ReadOnlySpan<byte> candidate)
    {
        AffinePoint point = default;
        return candidate.Length == PublicKeyLength && AffinePoint.TryRead(ref point, candidate);
    }

    /// <summary>Writes the public key of a private key.</summary>
    /// <exception cref="ArgumentException">The private key is zero, n or more, or a length is wrong.</exception>
    public static void DerivePublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        RequirePrivateKey(privateKey);
        RequireLength(publicKey.Length, PublicKeyLength, nameof(publicKey));
        KeyDerivation.PublicKey(privateKey, publicKey);
    }

    /// <summary>Signs a digest and proves the signature before it is returned.</summary>
    /// <param name="privateKey">32 bytes.</param>
    /// <param name="digest">32 bytes.</param>
    /// <param name="signature">65 bytes: r, s, recovery id.</param>
    /// <exception cref="ArgumentException">The private key is zero, n or more, or a length is wrong.</exception>
    /// <exception cref="CryptographicException">The check failed: the machine computed wrongly. Nothing is returned.</exception>
    public static void Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> digest, Span<byte> signature) =>
        SignChecked(privateKey, default, digest, signature);

    /// <summary>
    /// As the other overload, and also refuses if the private key does not belong to <paramref name="publicKey"/>: the signer knows which
    /// account it signs for, so that a damaged or exchanged key shows. Costs no more.
    /// </summary>
    /// <param name="privateKey">32 bytes.</param>
    /// <param name="publicKey">64 bytes, the public key of the account.</param>
    /// <param name="digest">32 bytes.</param>
    /// <param name="signature">65 bytes: r, s, recovery id.</param>
    /// <exception cref="ArgumentException">The private key is zero, n or more, or a length is wrong.</exception>
    /// <exception cref="CryptographicException">The keys do not match, or the machine computed wrongly. Nothing is returned.</exception>
    public static void Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        RequireLength(publicKey.Length, PublicKeyLength, nameof(publicKey));
        SignChecked(privateKey, publicKey, digest, signature);
    }

    /// <summary>Whether a signature is valid. Never throws: malformed input is not valid.</summary>
    /// <param name="publicKey">64 bytes; refused off the curve or with a coordinate of p or more.</param>
    /// <param name="digest">32 bytes.</param>
    /// <param name="signature">64 bytes, r and s; refused when one is zero or n or more.</param>
    /// <param name="allowHighS">Whether s above n/2 passes too. Ethereum refuses it (EIP-2), since anyone can flip s.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, bool allowHighS = false) =>
        publicKey.Length == PublicKeyLength && digest.Length == DigestLength && signature.Length == CompactSignatureLength
        && Verifier.VerifyVar(publicKey, digest, signature, allowHighS);

    /// <summary>Recovers the public key that made a signature. High s is taken, as the EVM's ecrecover does.</summary>
    /// <param name="digest">32 bytes.</param>
    /// <param name="signature">65 bytes: r, s, recovery id 0 or 1.</param>
    /// <param name="publicKey">64 bytes; unchanged when the result is false.</param>
    /// <returns>False when there is no such key, or the input is malformed.</returns>
    public static bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, Span<byte> publicKey)
    {
        RequireLength(publicKey.Length, PublicKeyLength, nameof(publicKey));
        return digest.Length == DigestLength && signature.Length == SignatureLength
            && Verifier.TryRecoverVar(digest, signature, publicKey);
    }

    /// <summary>Writes a public key in compressed form.</summary>
    /// <exception cref="ArgumentException">Not a public key, or a wrong length.</exception>
    public static void Compress(ReadOnlySpan<byte> publicKey, Span<byte> compressed)
    {
        RequireLength(compressed.Length, CompressedPublicKeyLength, nameof(compressed));
        if (!IsPublicKey(publicKey))
        {
            throw new ArgumentException("Not a public key: 64 bytes of a point on secp256k1.", nameof(publicKey));
        }

        byte parity = (byte)(publicKey[PublicKeyLength - 1] & 1);
        publicKey[..32].CopyTo(compressed[1..]);
        compressed[0] = (byte)(2 + parity);
    }

    /// <summary>Reads a compressed public key. False when it is not one; <paramref name="publicKey"/> is then unchanged.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> compressed, Span<byte> publicKey)
    {
        RequireLength(publicKey.Length, PublicKeyLength, nameof(publicKey));
        AffinePoint point = default;
        if (compressed.Length != CompressedPublicKeyLength || compressed[0] is not (2 or 3)
            || !point.X.TryRead(compressed[1..]) || !point.TrySolveYVar(odd: compressed[0] == 3))
        {
            return false;
        }

        point.Write(publicKey);
        return true;
    }

    /// <summary>
    /// Signs and recovers once with a key that is no secret, so that the code is compiled and the tables are in memory before the first
    /// payment needs them: tens of milliseconds. A host calls it on a background thread while it starts.
    /// </summary>
    public static void Prepare()
    {
        Span<byte> one = stackalloc byte[PrivateKeyLength];
        Span<byte> digest = stackalloc byte[DigestLength];
        Span<byte> signature = stackalloc byte[SignatureLength];
        Span<byte> publicKey = stackalloc byte[PublicKeyLength];
        one.Clear();
        one[^1] = 1;
        Keccak256.Hash("CryptoMcp"u8, digest);
        Sign(one, digest, signature);
        TryRecover(digest, signature, publicKey);
    }

    private static void SignChecked(
        ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        RequirePrivateKey(privateKey);
        RequireLength(digest.Length, DigestLength, nameof(digest));
        RequireLength(signature.Length, SignatureLength, nameof(signature));
        if (!Signer.TrySign(privateKey, publicKey, digest, signature))
        {
            throw new CryptographicException(
                publicKey.IsEmpty
                    ? "A signature failed its check and was discarded: this machine computes wrongly. Stop and examine it."
                    : "A signature failed its check and was discarded: the private key is not that of the account, or this machine computes wrongly.");
        }
    }

    private static void RequirePrivateKey(ReadOnlySpan<byte> privateKey)
    {
        if (!IsPrivateKey(privateKey))
        {
            throw new ArgumentException("A secp256k1 private key is 32 bytes, not zero and below the order of the curve.", nameof(privateKey));
        }
    }

    private static void RequireLength(int actual, int expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"Expected {expected} bytes, got {actual}.", name);
        }
    }
}
