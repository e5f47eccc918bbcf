#pragma warning disable
using System.Buffers.Binary; using System.Numerics; using System.Runtime.CompilerServices; using System.Runtime.InteropServices; using System.Runtime.Intrinsics; using System.Runtime.Intrinsics.X86;
namespace CryptoMcp.Cryptography.Port;
internal static class Sha2
{
    static ReadOnlySpan<uint> K => [0x428a2f98,0x71374491,0xb5c0fbcf,0xe9b5dba5,0x3956c25b,0x59f111f1,0x923f82a4,0xab1c5ed5,0xd807aa98,0x12835b01,0x243185be,0x550c7dc3,0x72be5d74,0x80deb1fe,0x9bdc06a7,0xc19bf174,0xe49b69c1,0xefbe4786,0x0fc19dc6,0x240ca1cc,0x2de92c6f,0x4a7484aa,0x5cb0a9dc,0x76f988da,0x983e5152,0xa831c66d,0xb00327c8,0xbf597fc7,0xc6e00bf3,0xd5a79147,0x06ca6351,0x14292967,0x27b70a85,0x2e1b2138,0x4d2c6dfc,0x53380d13,0x650a7354,0x766a0abb,0x81c2c92e,0x92722c85,0xa2bfe8a1,0xa81a664b,0xc24b8b70,0xc76c51a3,0xd192e819,0xd6990624,0xf40e3585,0x106aa070,0x19a4c116,0x1e376c08,0x2748774c,0x34b0bcb5,0x391c0cb3,0x4ed8aa4a,0x5b9cca4f,0x682e6ff3,0x748f82ee,0x78a5636f,0x84c87814,0x8cc70208,0x90befffa,0xa4506ceb,0xbef9a3f7,0xc67178f2];
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void Block(uint* h, byte* p)
    {
        uint* w = stackalloc uint[64]; for (int i = 0; i < 16; i++) w[i] = BinaryPrimitives.ReverseEndianness(((uint*)p)[i]);
        for (int i = 16; i < 64; i++) { uint x = w[i - 15], y = w[i - 2]; w[i] = w[i - 16] + w[i - 7] + (BitOperations.RotateRight(x, 7) ^ BitOperations.RotateRight(x, 18) ^ x >> 3) + (BitOperations.RotateRight(y, 17) ^ BitOperations.RotateRight(y, 19) ^ y >> 10); }
        uint a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
        fixed (uint* kk = K) for (int i = 0; i < 64; i += 8)
        {
            R(a, b, c, ref d, e, f, g, ref k, w[i] + kk[i]); R(k, a, b, ref c, d, e, f, ref g, w[i + 1] + kk[i + 1]); R(g, k, a, ref b, c, d, e, ref f, w[i + 2] + kk[i + 2]); R(f, g, k, ref a, b, c, d, ref e, w[i + 3] + kk[i + 3]);
            R(e, f, g, ref k, a, b, c, ref d, w[i + 4] + kk[i + 4]); R(d, e, f, ref g, k, a, b, ref c, w[i + 5] + kk[i + 5]); R(c, d, e, ref f, g, k, a, ref b, w[i + 6] + kk[i + 6]); R(b, c, d, ref e, f, g, k, ref a, w[i + 7] + kk[i + 7]);
        }
        h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += k;
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void R(uint a, uint b, uint c, ref uint d, uint e, uint f, uint g, ref uint h, uint x)
    { uint t = h + (BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25)) + (g ^ (e & (f ^ g))) + x; d += t; h = t + (BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22)) + ((a & b) | (c & (a | b))); }
    static unsafe void Init(uint* h) { h[0] = 0x6a09e667; h[1] = 0xbb67ae85; h[2] = 0x3c6ef372; h[3] = 0xa54ff53a; h[4] = 0x510e527f; h[5] = 0x9b05688c; h[6] = 0x1f83d9ab; h[7] = 0x5be0cd19; }
    /// HMAC-SHA256 for a 32-byte key and a message below 183 bytes
    [SkipLocalsInit]
    public static unsafe void Hmac256(ReadOnlySpan<byte> key, ReadOnlySpan<byte> m, Span<byte> o)
    {
        uint* h = stackalloc uint[8]; byte* b = stackalloc byte[256]; Span<byte> s = new(b, 256); s.Clear();
        for (int i = 0; i < 64; i++) b[i] = (byte)((i < key.Length ? key[i] : 0) ^ 0x36); m.CopyTo(s[64..]); b[64 + m.Length] = 0x80; int blocks = (64 + m.Length + 9 + 63) / 64;
        BinaryPrimitives.WriteUInt64BigEndian(s[(blocks * 64 - 8)..], (ulong)(64 + m.Length) * 8); Init(h); for (int i = 0; i < blocks; i++) Block(h, b + 64 * i);
        s.Clear(); for (int i = 0; i < 64; i++) b[i] = (byte)((i < key.Length ? key[i] : 0) ^ 0x5c); for (int i = 0; i < 8; i++) ((uint*)(b + 64))[i] = BinaryPrimitives.ReverseEndianness(h[i]); b[96] = 0x80; BinaryPrimitives.WriteUInt64BigEndian(s[120..], 96 * 8);
        Init(h); Block(h, b); Block(h, b + 64); for (int i = 0; i < 8; i++) BinaryPrimitives.WriteUInt32BigEndian(o[(4 * i)..], h[i]); s.Clear();
    }
}
internal static class Keccak
{
    static ReadOnlySpan<ulong> RC => [0x1UL,0x8082UL,0x800000000000808AUL,0x8000000080008000UL,0x808BUL,0x80000001UL,0x8000000080008081UL,0x8000000000008009UL,0x8AUL,0x88UL,0x80008009UL,0x8000000AUL,0x8000808BUL,0x800000000000008BUL,0x8000000000008089UL,0x8000000000008003UL,0x8000000000008002UL,0x8000000000000080UL,0x800AUL,0x800000008000000AUL,0x8000000080008081UL,0x8000000000008080UL,0x80000001UL,0x8000000080008008UL];
    [SkipLocalsInit]
    public static unsafe void Hash256(ReadOnlySpan<byte> m, Span<byte> o)
    {
        ulong* s = stackalloc ulong[25]; new Span<ulong>(s, 25).Clear();
        fixed (byte* p0 = m)
        {
            byte* p = p0; int n = m.Length;
            while (n >= 136) { for (int i = 0; i < 17; i++) s[i] ^= ((ulong*)p)[i]; F1600(s); p += 136; n -= 136; }
            byte* sb = (byte*)s; int w = n >> 3; for (int i = 0; i < w; i++) s[i] ^= ((ulong*)p)[i]; for (int i = w << 3; i < n; i++) sb[i] ^= p[i];
            sb[n] ^= 1; sb[135] ^= 0x80; F1600(s); new Span<byte>(s, 32).CopyTo(o);
        }
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)] static ulong L(ulong x, int n) => BitOperations.RotateLeft(x, n);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] static ulong X(ulong a, ulong b, ulong c) => a ^ (~b & c);
    public static bool Simd = false;
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void F1600(ulong* s)
    {
        ulong* t = stackalloc ulong[25];
        fixed (ulong* rc = RC) for (int r = 0; r < 24; r += 2) { Round(s, t, rc[r]); Round(t, s, rc[r + 1]); }
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Round(ulong* a, ulong* e, ulong rc)
    {
        ulong c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20], c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21], c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22], c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23], c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
        ulong d0 = c4 ^ L(c1, 1), d1 = c0 ^ L(c2, 1), d2 = c1 ^ L(c3, 1), d3 = c2 ^ L(c4, 1), d4 = c3 ^ L(c0, 1);
        ulong b0, b1, b2, b3, b4;
        b0 = a[0] ^ d0; b1 = L(a[6] ^ d1, 44); b2 = L(a[12] ^ d2, 43); b3 = L(a[18] ^ d3, 21); b4 = L(a[24] ^ d4, 14);
        e[0] = X(b0, b1, b2) ^ rc; e[1] = X(b1, b2, b3); e[2] = X(b2, b3, b4); e[3] = X(b3, b4, b0); e[4] = X(b4, b0, b1);
        b0 = L(a[3] ^ d3, 28); b1 = L(a[9] ^ d4, 20); b2 = L(a[10] ^ d0, 3); b3 = L(a[16] ^ d1, 45); b4 = L(a[22] ^ d2, 61);
        e[5] = X(b0, b1, b2); e[6] = X(b1, b2, b3); e[7] = X(b2, b3, b4); e[8] = X(b3, b4, b0); e[9] = X(b4, b0, b1);
        b0 = L(a[1] ^ d1, 1); b1 = L(a[7] ^ d2, 6); b2 = L(a[13] ^ d3, 25); b3 = L(a[19] ^ d4, 8); b4 = L(a[20] ^ d0, 18);
        e[10] = X(b0, b1, b2); e[11] = X(b1, b2, b3); e[12] = X(b2, b3, b4); e[13] = X(b3, b4, b0); e[14] = X(b4, b0, b1);
        b0 = L(a[4] ^ d4, 27); b1 = L(a[5] ^ d0, 36); b2 = L(a[11] ^ d1, 10); b3 = L(a[17] ^ d2, 15); b4 = L(a[23] ^ d3, 56);
        e[15] = X(b0, b1, b2); e[16] = X(b1, b2, b3); e[17] = X(b2, b3, b4); e[18] = X(b3, b4, b0); e[19] = X(b4, b0, b1);
        b0 = L(a[2] ^ d2, 62); b1 = L(a[8] ^ d3, 55); b2 = L(a[14] ^ d4, 39); b3 = L(a[15] ^ d0, 41); b4 = L(a[21] ^ d1, 2);
        e[20] = X(b0, b1, b2); e[21] = X(b1, b2, b3); e[22] = X(b2, b3, b4); e[23] = X(b3, b4, b0); e[24] = X(b4, b0, b1);
    }
}
