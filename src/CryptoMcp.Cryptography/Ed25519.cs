using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using CryptoMcp.Cryptography.Edwards;

namespace CryptoMcp.Cryptography;

/// <summary>
/// Ed25519 (RFC 8032), as Solana uses it. What touches a seed takes the same time for every seed.
/// </summary>
public static class Ed25519
{
    /// <summary>Length of a private seed in bytes: the "private key" of RFC 8032. Any 32 bytes are one.</summary>
    public const int SeedLength = 32;

    /// <summary>Length of a public key in bytes.</summary>
    public const int PublicKeyLength = 32;

    /// <summary>Length of a signature in bytes: R, then S.</summary>
    public const int SignatureLength = 64;

    /// <summary>Writes the public key of a seed.</summary>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static void DerivePublicKey(ReadOnlySpan<byte> seed, Span<byte> publicKey)
    {
        RequireLength(seed.Length, SeedLength, nameof(seed));
        RequireLength(publicKey.Length, PublicKeyLength, nameof(publicKey));
        EdwardsSigner.DerivePublicKey(seed, publicKey);
    }

    /// <summary>Signs a message and proves the signature before it is returned. Derives the public key first: pass it if at hand.</summary>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="CryptographicException">The check failed: the machine computed wrongly. Nothing is returned.</exception>
    [SkipLocalsInit]
    public static void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        Span<byte> publicKey = stackalloc byte[PublicKeyLength];
        DerivePublicKey(seed, publicKey);
        Sign(seed, publicKey, message, signature);
    }

    /// <summary>As the other overload, for the account with this public key; refuses if the seed is not its own.</summary>
    /// <param name="seed">32 bytes.</param>
    /// <param name="publicKey">32 bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">64 bytes.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="CryptographicException">The keys do not match, or the machine computed wrongly. Nothing is returned.</exception>
    public static void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        RequireLength(seed.Length, SeedLength, nameof(seed));
        RequireLength(publicKey.Length, PublicKeyLength, nameof(publicKey));
        RequireLength(signature.Length, SignatureLength, nameof(signature));
        if (!EdwardsSigner.TrySign(seed, publicKey, message, signature))
        {
            throw new CryptographicException(
                "A signature failed its check and was discarded: the seed is not that of the account, or this machine computes wrongly.");
        }
    }

    /// <summary>
    /// Whether a signature is valid. Strict: S below L, canonical A and R, and neither of small order, so that no signature fits two
    /// messages and none can be changed. Never throws: malformed input is not valid.
    /// </summary>
    /// <param name="publicKey">32 bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">64 bytes.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == PublicKeyLength && signature.Length == SignatureLength
        && EdwardsVerifier.VerifyVar(publicKey, message, signature);

    /// <summary>
    /// Whether 32 bytes encode a point of the curve, as Solana's runtime asks to tell an account that can have a key from a
    /// program-derived address: y is taken modulo p, and the sign of x = 0 does not matter.
    /// </summary>
    public static bool IsPoint(ReadOnlySpan<byte> bytes) => bytes.Length == PublicKeyLength && EdwardsPoint.IsPointVar(bytes);

    private static void RequireLength(int actual, int expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"Expected {expected} bytes, got {actual}.", name);
        }
    }
}
