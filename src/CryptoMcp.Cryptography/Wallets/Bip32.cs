using System.Buffers.Binary;
using System.Security.Cryptography;
using CryptoMcp.Cryptography.Koblitz;

namespace CryptoMcp.Cryptography;

/// <summary>BIP-32 private derivation for secp256k1 keys. Every intermediate key is zeroed.</summary>
public static class Bip32
{
    /// <summary>Longest seed in bytes (BIP-32: 128 to 512 bits).</summary>
    public const int MaxSeedLength = 64;

    private const int MinSeedLength = 16;

    /// <summary>Derives the private key at a path.</summary>
    /// <param name="seed">16 to 64 bytes, as <see cref="Bip39.ToSeed"/> gives.</param>
    /// <param name="path">For example <c>m/44'/60'/0'/0/0</c>, the first Ethereum account of BIP-44.</param>
    /// <returns>32 bytes, a valid secp256k1 private key. A step whose key would be invalid takes the next index, as BIP-32 asks.</returns>
    /// <exception cref="FormatException">The path cannot be read.</exception>
    /// <exception cref="ArgumentException">The seed has a wrong length, or its master key is invalid (odds 2^-127).</exception>
    public static SecretBytes DerivePrivateKey(ReadOnlySpan<byte> seed, string path)
    {
        uint[] indexes = DerivationPath.Parse(path);
        if (seed.Length is < MinSeedLength or > MaxSeedLength)
        {
            throw new ArgumentException("A BIP-32 seed is 16 to 64 bytes.", nameof(seed));
        }

        Span<byte> node = stackalloc byte[64];
        try
        {
            HMACSHA512.HashData("Bitcoin seed"u8, seed, node);
            if (!Secp256k1.IsPrivateKey(node[..32]))
            {
                throw new ArgumentException("This seed has no valid master key; BIP-32 asks for another seed.", nameof(seed));
            }

            foreach (uint index in indexes)
            {
                Descend(node, index);
            }

            return SecretBytes.CopyOf(node[..32]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(node);
        }
    }

    /// <summary>Replaces a node (key, then chain code) by its child, or by the first valid child after it.</summary>
    private static void Descend(Span<byte> node, uint index)
    {
        Span<byte> data = stackalloc byte[37];
        Span<byte> mac = stackalloc byte[64];
        Span<byte> publicKey = stackalloc byte[Secp256k1.PublicKeyLength];
        try
        {
            if (index >= DerivationPath.Hardened)
            {
                data[0] = 0;
                node[..32].CopyTo(data[1..]);
            }
            else
            {
                Secp256k1.DerivePublicKey(node[..32], publicKey);
                Secp256k1.Compress(publicKey, data[..Secp256k1.CompressedPublicKeyLength]);
            }

            while (true)
            {
                BinaryPrimitives.WriteUInt32BigEndian(data[33..], index);
                HMACSHA512.HashData(node[32..], data, mac);
                if (KeyDerivation.TryAddTweak(node[..32], mac[..32]))
                {
                    mac[32..].CopyTo(node[32..]);
                    return;
                }

                index = NextIndex(index);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(data);
            CryptographicOperations.ZeroMemory(mac);
        }
    }

    /// <summary>The next index of the same kind: a hardened step never turns into a plain one.</summary>
    internal static uint NextIndex(uint index) => index is uint.MaxValue or DerivationPath.Hardened - 1
        ? throw new CryptographicException("No index is left after the last one of this kind.")
        : index + 1;
}
