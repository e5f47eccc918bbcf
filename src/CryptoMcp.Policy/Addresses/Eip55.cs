using System.Buffers.Binary;
using System.Numerics;

namespace CryptoMcp.Policy.Addresses;

/// <summary>
/// The checksum in the letter case of EVM addresses (<see href="https://eips.ethereum.org/EIPS/eip-55">EIP-55</see>).
/// Holds its own Keccak-256 for the one block that it needs, so that this package stands on its own.
/// </summary>
internal static class Eip55
{
    private const int RateInBytes = 136;

    private static readonly ulong[] s_roundConstants =
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
        0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    private static readonly int[] s_rotations =
        [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

    private static readonly int[] s_lanes =
        [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

    /// <summary>True for <c>0x</c> and 40 hex digits in any case.</summary>
    public static bool IsHexAddress(string text)
    {
        if (text.Length != 42 || text[0] != '0' || text[1] != 'x')
        {
            return false;
        }

        foreach (var c in text.AsSpan(2))
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The address with its checksum. The input has to be <c>0x</c> and 40 hex digits.</summary>
    public static string Checksum(string address)
    {
        Span<byte> block = stackalloc byte[RateInBytes];
        block.Clear();
        Span<char> text = stackalloc char[42];
        address.AsSpan().ToLowerInvariant(text);
        for (var i = 0; i < 40; i++)
        {
            block[i] = (byte)text[i + 2];
        }

        // Keccak padding of 40 bytes, not that of SHA-3.
        block[40] = 0x01;
        block[RateInBytes - 1] |= 0x80;
        Span<ulong> state = stackalloc ulong[25];
        state.Clear();
        for (var i = 0; i < RateInBytes / 8; i++)
        {
            state[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(i * 8)..]);
        }

        Permute(state);
        for (var i = 0; i < 40; i++)
        {
            var hashByte = (byte)(state[i / 16] >> (i / 2 % 8 * 8));
            var nibble = i % 2 == 0 ? hashByte >> 4 : hashByte & 15;
            if (nibble >= 8)
            {
                text[i + 2] = char.ToUpperInvariant(text[i + 2]);
            }
        }

        return new string(text);
    }

    /// <summary>True if the letters are all of one case (no checksum) or carry the right checksum.</summary>
    public static bool HasValidCase(string address)
    {
        var digits = address.AsSpan(2);
        var upper = digits.ContainsAnyInRange('A', 'F');
        var lower = digits.ContainsAnyInRange('a', 'f');
        return !(upper && lower) || Checksum(address) == address;
    }

    private static void Permute(Span<ulong> a)
    {
        Span<ulong> c = stackalloc ulong[5];
        foreach (var roundConstant in s_roundConstants)
        {
            for (var x = 0; x < 5; x++)
            {
                c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
            }

            for (var x = 0; x < 5; x++)
            {
                var d = c[(x + 4) % 5] ^ BitOperations.RotateLeft(c[(x + 1) % 5], 1);
                for (var y = 0; y < 25; y += 5)
                {
                    a[x + y] ^= d;
                }
            }

            var last = a[1];
            for (var i = 0; i < 24; i++)
            {
                (a[s_lanes[i]], last) = (BitOperations.RotateLeft(last, s_rotations[i]), a[s_lanes[i]]);
            }

            for (var y = 0; y < 25; y += 5)
            {
                a.Slice(y, 5).CopyTo(c);
                for (var x = 0; x < 5; x++)
                {
                    a[x + y] = c[x] ^ (~c[(x + 1) % 5] & c[(x + 2) % 5]);
                }
            }

            a[0] ^= roundConstant;
        }
    }
}
