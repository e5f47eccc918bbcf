using System.Runtime.CompilerServices;

namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>
/// The compression function of SHA-256 (FIPS 180-4, 6.2.2). Everything else uses the base library; RFC 6979 needs the function itself
/// to keep the state after a key block instead of hashing that block again.
/// </summary>
internal static unsafe class Sha256Compression
{
    public const int StateWords = 8;
    public const int BlockWords = 16;

    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>The state before the first block.</summary>
    public static void Initialize(uint* state)
    {
        state[0] = 0x6a09e667;
        state[1] = 0xbb67ae85;
        state[2] = 0x3c6ef372;
        state[3] = 0xa54ff53a;
        state[4] = 0x510e527f;
        state[5] = 0x9b05688c;
        state[6] = 0x1f83d9ab;
        state[7] = 0x5be0cd19;
    }

    /// <summary>Mixes one block of 16 words into the state. Words are numbers already: the caller has read them big-endian.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(uint* state, uint* block)
    {
        uint* w = stackalloc uint[64];
        for (int i = 0; i < BlockWords; i++)
        {
            w[i] = block[i];
        }

        for (int i = BlockWords; i < 64; i++)
        {
            w[i] = w[i - 16] + w[i - 7] + SmallSigma0(w[i - 15]) + SmallSigma1(w[i - 2]);
        }

        uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        fixed (uint* k = RoundConstants)
        {
            for (int i = 0; i < 64; i += 8)
            {
                // The eight variables change roles instead of moving.
                Round(a, b, c, ref d, e, f, g, ref h, w[i] + k[i]);
                Round(h, a, b, ref c, d, e, f, ref g, w[i + 1] + k[i + 1]);
                Round(g, h, a, ref b, c, d, e, ref f, w[i + 2] + k[i + 2]);
                Round(f, g, h, ref a, b, c, d, ref e, w[i + 3] + k[i + 3]);
                Round(e, f, g, ref h, a, b, c, ref d, w[i + 4] + k[i + 4]);
                Round(d, e, f, ref g, h, a, b, ref c, w[i + 5] + k[i + 5]);
                Round(c, d, e, ref f, g, h, a, ref b, w[i + 6] + k[i + 6]);
                Round(b, c, d, ref e, f, g, h, ref a, w[i + 7] + k[i + 7]);
            }
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(uint a, uint b, uint c, ref uint d, uint e, uint f, uint g, ref uint h, uint scheduled)
    {
        uint sigma1 = uint.RotateRight(e, 6) ^ uint.RotateRight(e, 11) ^ uint.RotateRight(e, 25);
        uint t = h + sigma1 + (g ^ (e & (f ^ g))) + scheduled;
        uint sigma0 = uint.RotateRight(a, 2) ^ uint.RotateRight(a, 13) ^ uint.RotateRight(a, 22);
        d += t;
        h = t + sigma0 + ((a & b) | (c & (a | b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint SmallSigma0(uint x) => uint.RotateRight(x, 7) ^ uint.RotateRight(x, 18) ^ x >> 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint SmallSigma1(uint x) => uint.RotateRight(x, 17) ^ uint.RotateRight(x, 19) ^ x >> 10;
}
