using System.Globalization;
using System.Security.Cryptography;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Guard.Keys;

/// <summary>
/// The Solana CLI's keypair file: <c>[12,34,…]</c>, 64 numbers, of which the first 32 are the seed and the rest is the
/// public key. Read by hand, so that no number of it passes through a string on the heap.
/// </summary>
internal static class SolanaKeypair
{
    private const int Length = 64;

    /// <summary>The seed.</summary>
    /// <exception cref="GuardException">The text is no such file, or its halves do not belong together.</exception>
    public static SecretBytes ReadSeed(ReadOnlySpan<byte> json)
    {
        Span<byte> pair = stackalloc byte[Length];
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeyLength];
        try
        {
            if (!TryRead(json, pair))
            {
                throw new GuardException(
                    "invalid_key", "That is no keypair file of the Solana CLI.", "Such a file is a JSON array of 64 numbers from 0 to 255, as solana-keygen writes it.");
            }

            Ed25519.DerivePublicKey(pair[..Ed25519.SeedLength], publicKey);
            return publicKey.SequenceEqual(pair[Ed25519.SeedLength..])
                ? SecretBytes.CopyOf(pair[..Ed25519.SeedLength])
                : throw new GuardException("invalid_key", "The two halves of the keypair do not belong together.", "Check that the file is complete and unchanged.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pair);
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> json, Span<byte> pair)
    {
        var text = json.Trim(" \t\r\n"u8);
        if (text.Length < 2 || text[0] != (byte)'[' || text[^1] != (byte)']')
        {
            return false;
        }

        text = text[1..^1];
        for (var i = 0; i < Length; i++)
        {
            var comma = text.IndexOf((byte)',');
            var number = (comma < 0 ? text : text[..comma]).Trim(" \t\r\n"u8);
            if ((comma < 0) != (i == Length - 1) || !byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out pair[i]))
            {
                return false;
            }

            text = comma < 0 ? default : text[(comma + 1)..];
        }

        return true;
    }
}
