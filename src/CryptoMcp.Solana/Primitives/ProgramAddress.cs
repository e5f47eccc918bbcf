using System.Security.Cryptography;

namespace CryptoMcp.Solana;

/// <summary>
/// Addresses that programs own: SHA-256 over seeds, a bump, the program and a marker, with the highest bump that lands
/// off the curve. Source: Solana documentation, "Program Derived Address"; <c>find_program_address</c> of the SDK.
/// </summary>
public static class ProgramAddress
{
    private const int MaxSeedLength = 32;
    private const int MaxSeeds = 15; // and the bump

    private static ReadOnlySpan<byte> Marker => "ProgramDerivedAddress"u8;

    /// <summary>The address and its bump.</summary>
    /// <param name="program">The program that can sign for it.</param>
    /// <param name="seeds">At most 15, each of at most 32 bytes.</param>
    /// <exception cref="ArgumentException">Too many seeds, or too long ones.</exception>
    public static (Pubkey Address, byte Bump) Find(Pubkey program, params ReadOnlySpan<byte[]> seeds)
    {
        if (seeds.Length > MaxSeeds)
        {
            throw new ArgumentException($"At most {MaxSeeds} seeds are possible.", nameof(seeds));
        }

        var length = 0;
        Span<byte> text = stackalloc byte[(MaxSeeds * MaxSeedLength) + 1 + Pubkey.Size + Marker.Length];
        foreach (var seed in seeds)
        {
            if (seed.Length > MaxSeedLength)
            {
                throw new ArgumentException($"A seed has at most {MaxSeedLength} bytes.", nameof(seeds));
            }

            seed.CopyTo(text[length..]);
            length += seed.Length;
        }

        program.WriteTo(text[(length + 1)..]);
        Marker.CopyTo(text[(length + 1 + Pubkey.Size)..]);
        text = text[..(length + 1 + Pubkey.Size + Marker.Length)];
        Span<byte> digest = stackalloc byte[Pubkey.Size];
        for (var bump = 255; bump >= 0; bump--)
        {
            text[length] = (byte)bump;
            SHA256.HashData(text, digest);
            if (new Pubkey(digest) is { IsOnCurve: false } address)
            {
                return (address, (byte)bump);
            }
        }

        // 256 points in a row: one chance in 2^256.
        throw new SolanaFormatException("No bump gives an address off the curve.");
    }
}
