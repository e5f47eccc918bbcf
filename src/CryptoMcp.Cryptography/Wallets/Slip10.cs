using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CryptoMcp.Cryptography;

/// <summary>
/// SLIP-10 derivation of Ed25519 seeds: hardened steps only, because Ed25519 has no public derivation. Every 32-byte string is a valid
/// key, so no step can fail.
/// </summary>
public static class Slip10
{
    /// <summary>Derives the Ed25519 seed at a path.</summary>
    /// <param name="seed">16 to 64 bytes, as <see cref="Bip39.ToSeed"/> gives.</param>
    /// <param name="path">Hardened steps only, for example <c>m/44'/501'/0'/0'</c>, the usual first Solana account.</param>
    /// <returns>The 32-byte seed that <see cref="Ed25519"/> takes.</returns>
    /// <exception cref="FormatException">The path cannot be read or has a step that is not hardened.</exception>
    /// <exception cref="ArgumentException">The seed has a wrong length.</exception>
    public static SecretBytes DerivePrivateKey(ReadOnlySpan<byte> seed, string path)
    {
        uint[] indexes = DerivationPath.Parse(path);
        if (seed.Length is < 16 or > 64)
        {
            throw new ArgumentException("A SLIP-10 seed is 16 to 64 bytes.", nameof(seed));
        }

        Span<byte> node = stackalloc byte[64];
        Span<byte> data = stackalloc byte[37];
        Span<byte> mac = stackalloc byte[64];
        try
        {
            HMACSHA512.HashData("ed25519 seed"u8, seed, node);
            for (int i = 0; i < indexes.Length; i++)
            {
                if (indexes[i] < DerivationPath.Hardened)
                {
                    throw new FormatException($"Step {i + 1} of the derivation path is not hardened; Ed25519 takes hardened steps only (add ').");
                }

                data[0] = 0;
                node[..32].CopyTo(data[1..]);
                BinaryPrimitives.WriteUInt32BigEndian(data[33..], indexes[i]);
                HMACSHA512.HashData(node[32..], data, mac);
                mac.CopyTo(node);
            }

            return SecretBytes.CopyOf(node[..32]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(node);
            CryptographicOperations.ZeroMemory(data);
            CryptographicOperations.ZeroMemory(mac);
        }
    }
}
