using CryptoMcp.Cryptography.Port;

namespace CryptoMcp.Cryptography;

/// <summary>Ed25519 of RFC 8032.</summary>
public static class Ed25519
{
    /// <summary>Length of a private seed in bytes.</summary>
    public const int SeedLength = 32;

    /// <summary>Length of a public key in bytes.</summary>
    public const int PublicKeyLength = 32;

    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureLength = 64;

    /// <summary>Writes the public key of a seed.</summary>
    public static void DerivePublicKey(ReadOnlySpan<byte> seed, Span<byte> publicKey) => Ed.PubKey(seed, publicKey);

    /// <summary>Signs a message.</summary>
    public static void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        Span<byte> publicKey = stackalloc byte[PublicKeyLength];
        Ed.PubKey(seed, publicKey);
        Ed.Sign(message, seed, publicKey, signature);
    }

    /// <summary>Verifies a signature.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        Ed.Verify(signature, message, publicKey);
}
