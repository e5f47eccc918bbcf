using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CryptoMcp.Cryptography;

/// <summary>
/// Keccak-256 with the original 0x01 padding, as Ethereum uses it. It is not SHA3-256 of FIPS 202, which pads with 0x06.
/// Source: Keccak reference 3.0; Ethereum Yellow Paper, section 3. Allocates nothing.
/// </summary>
public static class Keccak256
{
    /// <summary>Length of a digest in bytes.</summary>
    public const int DigestLength = 32;

    /// <summary>Sponge rate in bytes: 1600 bits of state less twice the 256 bits of security.</summary>
    private const int Rate = 136;

    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    /// <summary>Hashes <paramref name="data"/> into a new array of 32 bytes.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var digest = new byte[DigestLength];
        Hash(data, digest);
        return digest;
    }

    /// <summary>Hashes <paramref name="data"/> into the first 32 bytes of <paramref name="digest"/>; the two may overlap.</summary>
    /// <exception cref="ArgumentException"><paramref name="digest"/> is shorter than 32 bytes.</exception>
    [SkipLocalsInit]
    public static unsafe void Hash(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        if (digest.Length < DigestLength)
        {
            throw new ArgumentException("A Keccak-256 digest needs 32 bytes.", nameof(digest));
        }

        ulong* state = stackalloc ulong[25];
        new Span<ulong>(state, 25).Clear();
        while (data.Length >= Rate)
        {
            Absorb(state, data[..Rate]);
            Permute(state);
            data = data[Rate..];
        }

        byte* last = stackalloc byte[Rate];
        var padded = new Span<byte>(last, Rate);
        padded.Clear();
        data.CopyTo(padded);
        padded[data.Length] = 0x01;
        padded[Rate - 1] |= 0x80;
        Absorb(state, padded);
        Permute(state);
        for (int i = 0; i < DigestLength / 8; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(digest[(8 * i)..], state[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Absorb(ulong* state, ReadOnlySpan<byte> block)
    {
        for (int i = 0; i < Rate / 8; i++)
        {
            state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        }
    }

    /// <summary>Keccak-f[1600]: 24 rounds, two at a time so that the state moves there and back between two buffers.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Permute(ulong* state)
    {
        ulong* other = stackalloc ulong[25];
        fixed (ulong* constants = RoundConstants)
        {
            for (int round = 0; round < 24; round += 2)
            {
                Round(state, other, constants[round]);
                Round(other, state, constants[round + 1]);
            }
        }
    }

    /// <summary>One round (theta, rho, pi, chi, iota) from <paramref name="a"/> to <paramref name="e"/>, one output plane at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Round(ulong* a, ulong* e, ulong roundConstant)
    {
        ulong c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
        ulong c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
        ulong c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
        ulong c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
        ulong c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
        ulong d0 = c4 ^ Rotate(c1, 1);
        ulong d1 = c0 ^ Rotate(c2, 1);
        ulong d2 = c1 ^ Rotate(c3, 1);
        ulong d3 = c2 ^ Rotate(c4, 1);
        ulong d4 = c3 ^ Rotate(c0, 1);

        Plane(e, a[0] ^ d0, Rotate(a[6] ^ d1, 44), Rotate(a[12] ^ d2, 43), Rotate(a[18] ^ d3, 21), Rotate(a[24] ^ d4, 14));
        e[0] ^= roundConstant;
        Plane(e + 5, Rotate(a[3] ^ d3, 28), Rotate(a[9] ^ d4, 20), Rotate(a[10] ^ d0, 3), Rotate(a[16] ^ d1, 45), Rotate(a[22] ^ d2, 61));
        Plane(e + 10, Rotate(a[1] ^ d1, 1), Rotate(a[7] ^ d2, 6), Rotate(a[13] ^ d3, 25), Rotate(a[19] ^ d4, 8), Rotate(a[20] ^ d0, 18));
        Plane(e + 15, Rotate(a[4] ^ d4, 27), Rotate(a[5] ^ d0, 36), Rotate(a[11] ^ d1, 10), Rotate(a[17] ^ d2, 15), Rotate(a[23] ^ d3, 56));
        Plane(e + 20, Rotate(a[2] ^ d2, 62), Rotate(a[8] ^ d3, 55), Rotate(a[14] ^ d4, 39), Rotate(a[15] ^ d0, 41), Rotate(a[21] ^ d1, 2));
    }

    /// <summary>Chi over one plane of five lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Plane(ulong* e, ulong b0, ulong b1, ulong b2, ulong b3, ulong b4)
    {
        e[0] = b0 ^ (~b1 & b2);
        e[1] = b1 ^ (~b2 & b3);
        e[2] = b2 ^ (~b3 & b4);
        e[3] = b3 ^ (~b4 & b0);
        e[4] = b4 ^ (~b0 & b1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Rotate(ulong lane, int bits) => BitOperations.RotateLeft(lane, bits);
}
