using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace CryptoMcp.Cryptography;

/// <summary>
/// scrypt (RFC 7914). The large table lies in native memory and is zeroed afterwards. Memory access depends on the password, as the
/// algorithm demands.
/// </summary>
public static unsafe class Scrypt
{
    /// <summary>Fills <paramref name="derived"/> with a key from a password and a salt.</summary>
    /// <exception cref="ArgumentException">The cost was not built by <see cref="ScryptCost(int, int, int)"/>.</exception>
    public static void DeriveKey(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ScryptCost cost, Span<byte> derived)
    {
        if (cost.N < 2)
        {
            throw new ArgumentException("The scrypt cost is not set.", nameof(cost));
        }

        int blockBytes = 128 * cost.R;
        int blocksBytes = blockBytes * cost.P;
        nuint tableBytes = (nuint)blockBytes * (nuint)cost.N;
        byte* blocks = (byte*)NativeMemory.AlignedAlloc((nuint)blocksBytes, 64);
        uint* table = (uint*)NativeMemory.AlignedAlloc(tableBytes, 64);
        uint* scratch = (uint*)NativeMemory.AlignedAlloc((nuint)blockBytes * 2, 64);
        try
        {
            var mixed = new Span<byte>(blocks, blocksBytes);
            Rfc2898DeriveBytes.Pbkdf2(password, salt, mixed, 1, HashAlgorithmName.SHA256);
            for (int i = 0; i < cost.P; i++)
            {
                Mix(mixed.Slice(i * blockBytes, blockBytes), cost.N, cost.R, table, scratch);
            }

            Rfc2898DeriveBytes.Pbkdf2(password, mixed, derived, 1, HashAlgorithmName.SHA256);
        }
        finally
        {
            NativeMemory.Clear(blocks, (nuint)blocksBytes);
            NativeMemory.Clear(table, tableBytes);
            NativeMemory.Clear(scratch, (nuint)blockBytes * 2);
            NativeMemory.AlignedFree(blocks);
            NativeMemory.AlignedFree(table);
            NativeMemory.AlignedFree(scratch);
        }
    }

    /// <summary>scryptROMix: fill the table with N successive blocks, then mix in N of them that the data itself picks.</summary>
    private static void Mix(Span<byte> block, int n, int r, uint* table, uint* scratch)
    {
        int words = 32 * r;
        uint* x = scratch;
        uint* y = scratch + words;
        for (int i = 0; i < words; i++)
        {
            x[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
        }

        // Two steps a turn, so that the result moves between x and y without a copy. N is even.
        for (int i = 0; i < n; i += 2)
        {
            Store(x, table + (long)i * words, words);
            BlockMix(x, y, r);
            Store(y, table + (long)(i + 1) * words, words);
            BlockMix(y, x, r);
        }

        uint mask = (uint)n - 1;
        for (int i = 0; i < n; i += 2)
        {
            Xor(x, table + (long)(x[words - 16] & mask) * words, words);
            BlockMix(x, y, r);
            Xor(y, table + (long)(y[words - 16] & mask) * words, words);
            BlockMix(y, x, r);
        }

        for (int i = 0; i < words; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block[(4 * i)..], x[i]);
        }
    }

    private static void Store(uint* from, uint* to, int words) => new ReadOnlySpan<uint>(from, words).CopyTo(new Span<uint>(to, words));

    private static void Xor(uint* into, uint* from, int words)
    {
        ulong* a = (ulong*)into;
        ulong* b = (ulong*)from;
        for (int i = 0; i < words / 2; i += 4)
        {
            a[i] ^= b[i];
            a[i + 1] ^= b[i + 1];
            a[i + 2] ^= b[i + 2];
            a[i + 3] ^= b[i + 3];
        }
    }

    /// <summary>scryptBlockMix: chain Salsa20/8 over the 2r blocks; even ones go to the first half of the output, odd ones to the second.</summary>
    private static void BlockMix(uint* input, uint* output, int r)
    {
        uint* chain = input + (2 * r - 1) * 16;
        for (int i = 0; i < 2 * r; i++)
        {
            uint* to = output + ((i & 1) * r + (i >> 1)) * 16;
            Salsa20Core8(chain, input + i * 16, to);
            chain = to;
        }
    }

    /// <summary>
    /// output := Salsa20/8(a xor b). Sixteen scalar words: measured as fast as 128-bit vectors with AVX-512 rotations, and a third
    /// faster than vectors without them.
    /// </summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Salsa20Core8(uint* a, uint* b, uint* output)
    {
        uint s0 = a[0] ^ b[0], s1 = a[1] ^ b[1], s2 = a[2] ^ b[2], s3 = a[3] ^ b[3];
        uint s4 = a[4] ^ b[4], s5 = a[5] ^ b[5], s6 = a[6] ^ b[6], s7 = a[7] ^ b[7];
        uint s8 = a[8] ^ b[8], s9 = a[9] ^ b[9], s10 = a[10] ^ b[10], s11 = a[11] ^ b[11];
        uint s12 = a[12] ^ b[12], s13 = a[13] ^ b[13], s14 = a[14] ^ b[14], s15 = a[15] ^ b[15];
        output[0] = s0;
        output[1] = s1;
        output[2] = s2;
        output[3] = s3;
        output[4] = s4;
        output[5] = s5;
        output[6] = s6;
        output[7] = s7;
        output[8] = s8;
        output[9] = s9;
        output[10] = s10;
        output[11] = s11;
        output[12] = s12;
        output[13] = s13;
        output[14] = s14;
        output[15] = s15;
        for (int round = 0; round < 8; round += 2)
        {
            QuarterRound(ref s0, ref s4, ref s8, ref s12);
            QuarterRound(ref s5, ref s9, ref s13, ref s1);
            QuarterRound(ref s10, ref s14, ref s2, ref s6);
            QuarterRound(ref s15, ref s3, ref s7, ref s11);
            QuarterRound(ref s0, ref s1, ref s2, ref s3);
            QuarterRound(ref s5, ref s6, ref s7, ref s4);
            QuarterRound(ref s10, ref s11, ref s8, ref s9);
            QuarterRound(ref s15, ref s12, ref s13, ref s14);
        }

        output[0] += s0;
        output[1] += s1;
        output[2] += s2;
        output[3] += s3;
        output[4] += s4;
        output[5] += s5;
        output[6] += s6;
        output[7] += s7;
        output[8] += s8;
        output[9] += s9;
        output[10] += s10;
        output[11] += s11;
        output[12] += s12;
        output[13] += s13;
        output[14] += s14;
        output[15] += s15;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuarterRound(ref uint a, ref uint b, ref uint c, ref uint d)
    {
        b ^= uint.RotateLeft(a + d, 7);
        c ^= uint.RotateLeft(b + a, 9);
        d ^= uint.RotateLeft(c + b, 13);
        a ^= uint.RotateLeft(d + c, 18);
    }
}
