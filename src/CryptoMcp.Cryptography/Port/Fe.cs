#pragma warning disable
using System.Numerics; using System.Runtime.CompilerServices; using System.Runtime.Intrinsics.X86;
namespace CryptoMcp.Cryptography.Port;
/// GF(2^256-2^32-977), five 52-bit limbs, lazily reduced ("magnitude" m: limbs <= 2m(2^52-1), top <= 2m(2^48-1)); mul/sqr take m<=8.
/// Products are split at bit 56 with umulh(a, b<<8) and (a*(b<<8))>>8, so columns are plain 64-bit sums: no carries, no 128-bit type.
internal struct Fe { public ulong n0, n1, n2, n3, n4; }
internal static class F
{
    internal const ulong M = 0xFFFFFFFFFFFFFUL, M48 = 0xFFFFFFFFFFFFUL; const ulong R = 0x1000003D10UL << 8, R1 = 0x1000003D1UL;
    internal const ulong P0 = 0xFFFFEFFFFFC2FUL;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] internal static ulong Hi(ulong a, ulong b) => Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] static void Mac(ref ulong g, ref ulong l, ulong a, ulong b) { g += Hi(a, b); l += (a * b) >> 8; }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mul(ref Fe r, in Fe x, in Fe y)
    {
        ulong a0 = x.n0, a1 = x.n1, a2 = x.n2, a3 = x.n3, a4 = x.n4, b0 = y.n0 << 8, b1 = y.n1 << 8, b2 = y.n2 << 8, b3 = y.n3 << 8, b4 = y.n4 << 8;
        ulong l = 0, g = 0;
        Mac(ref g, ref l, a1, b4); Mac(ref g, ref l, a2, b3); Mac(ref g, ref l, a3, b2); Mac(ref g, ref l, a4, b1);
        ulong h0 = l & M; l = (l >> 52) + (g << 4); g = 0;
        Mac(ref g, ref l, a2, b4); Mac(ref g, ref l, a3, b3); Mac(ref g, ref l, a4, b2);
        ulong h1 = l & M; l = (l >> 52) + (g << 4); g = 0;
        Mac(ref g, ref l, a3, b4); Mac(ref g, ref l, a4, b3);
        ulong h2 = l & M; l = (l >> 52) + (g << 4); g = 0;
        Mac(ref g, ref l, a4, b4);
        ulong h3 = l & M, h4 = (l >> 52) + (g << 4); l = 0; g = 0;
        Mac(ref g, ref l, a0, b0); Mac(ref g, ref l, h0, R);
        ulong r0 = l & M; l = (l >> 52) + (g << 4); g = 0;
        Mac(ref g, ref l, a0, b1); Mac(ref g, ref l, a1, b0); Mac(ref g, ref l, h1, R);
        ulong r1 = l & M; l = (l >> 52) + (g << 4); g = 0;
        Mac(ref g, ref l, a0, b2); Mac(ref g, ref l, a1, b1); Mac(ref g, ref l, a2, b0); Mac(ref g, ref l, h2, R);
        ulong r2 = l & M; l = (l >> 52) + (g << 4); g = 0;
        Mac(ref g, ref l, a0, b3); Mac(ref g, ref l, a1, b2); Mac(ref g, ref l, a2, b1); Mac(ref g, ref l, a3, b0); Mac(ref g, ref l, h3, R);
        ulong r3 = l & M; l = (l >> 52) + (g << 4); g = 0;
        Mac(ref g, ref l, a0, b4); Mac(ref g, ref l, a1, b3); Mac(ref g, ref l, a2, b2); Mac(ref g, ref l, a3, b1); Mac(ref g, ref l, a4, b0); Mac(ref g, ref l, h4, R);
        ulong t = (l >> 48) + ((g & (M >> 8)) << 8), ph = Hi(t, R1), pl = t * R1;
        r.n0 = r0 + (pl & M); r.n1 = r1 + ((pl >> 52) | (ph << 12)) + (g >> 44) * R1; r.n2 = r2; r.n3 = r3; r.n4 = l & M48;
    }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sqr(ref Fe r, in Fe x)
    {
        ulong a0 = x.n0, a1 = x.n1, a2 = x.n2, a3 = x.n3, a4 = x.n4, s0 = a0 << 8, s1 = a1 << 8, s2 = a2 << 8, s3 = a3 << 8, s4 = a4 << 8;
        ulong l = 0, g = 0;
        Mac(ref g, ref l, a1 * 2, s4); Mac(ref g, ref l, a2 * 2, s3);
        ulong h0 = l & M; l = (l >> 52) + (g << 4); g = 0;
        Mac(ref g, ref l, a2 * 2, s4); Mac(ref g, ref l, a3, s3);
        ulong h1 = l & M; l = (l >> 52) + (g << 4); g = 0;
        Mac(ref g, ref l, a3 * 2, s4);
        ulong h2 = l & M; l = (l >> 52) + (g << 4); g = 0;
        Mac(ref g, ref l, a4, s4);
        ulong h3 = l & M, h4 = (l >> 52) + (g << 4); l = 0; g = 0;
        Mac(ref g, ref l, a0, s0); Mac(ref g, ref l, h0, R);
        ulong r0 = l & M; l = (l >> 52) + (g << 4); g = 0; a0 *= 2;
        Mac(ref g, ref l, a0, s1); Mac(ref g, ref l, h1, R);
        ulong r1 = l & M; l = (l >> 52) + (g << 4); g = 0;
        Mac(ref g, ref l, a0, s2); Mac(ref g, ref l, a1, s1); Mac(ref g, ref l, h2, R);
        ulong r2 = l & M; l = (l >> 52) + (g << 4); g = 0; a1 *= 2;
        Mac(ref g, ref l, a0, s3); Mac(ref g, ref l, a1, s2); Mac(ref g, ref l, h3, R);
        ulong r3 = l & M; l = (l >> 52) + (g << 4); g = 0;
        Mac(ref g, ref l, a0, s4); Mac(ref g, ref l, a1, s3); Mac(ref g, ref l, a2, s2); Mac(ref g, ref l, h4, R);
        ulong t = (l >> 48) + ((g & (M >> 8)) << 8), ph = Hi(t, R1), pl = t * R1;
        r.n0 = r0 + (pl & M); r.n1 = r1 + ((pl >> 52) | (ph << 12)) + (g >> 44) * R1; r.n2 = r2; r.n3 = r3; r.n4 = l & M48;
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Neg(ref Fe r, in Fe a, uint m) { ulong k = 2UL * (m + 1); r.n0 = P0 * k - a.n0; r.n1 = M * k - a.n1; r.n2 = M * k - a.n2; r.n3 = M * k - a.n3; r.n4 = M48 * k - a.n4; }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref Fe r, in Fe a) { r.n0 += a.n0; r.n1 += a.n1; r.n2 += a.n2; r.n3 += a.n3; r.n4 += a.n4; }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MulInt(ref Fe r, ulong k) { r.n0 *= k; r.n1 *= k; r.n2 *= k; r.n3 *= k; r.n4 *= k; }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Half(ref Fe r)
    {
        ulong m = (0UL - (r.n0 & 1)) >> 12, t0 = r.n0 + (P0 & m), t1 = r.n1 + m, t2 = r.n2 + m, t3 = r.n3 + m, t4 = r.n4 + (m >> 4);
        r.n0 = (t0 >> 1) + ((t1 & 1) << 51); r.n1 = (t1 >> 1) + ((t2 & 1) << 51); r.n2 = (t2 >> 1) + ((t3 & 1) << 51); r.n3 = (t3 >> 1) + ((t4 & 1) << 51); r.n4 = t4 >> 1;
    }
    /// full reduction to [0,p), constant time
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Norm(ref Fe r)
    {
        ulong t0 = r.n0, t1 = r.n1, t2 = r.n2, t3 = r.n3, t4 = r.n4;
        ulong x = t4 >> 48; t4 &= M48; t0 += x * R1; t1 += t0 >> 52; t0 &= M; t2 += t1 >> 52; t1 &= M; ulong m = t1; t3 += t2 >> 52; t2 &= M; m &= t2; t4 += t3 >> 52; t3 &= M; m &= t3;
        ulong ge = ((ulong)(-(long)(M48 - (t4 & M48))) >> 63) ^ 1; // t4&M48 == M48
        ulong eqm = ((m ^ M) - 1) >> 63; // m==M
        ulong big = ((P0 - 1 - t0) >> 63); // t0 >= P0
        x = (t4 >> 48) | (ge & eqm & big);
        t0 += x * R1; t1 += t0 >> 52; t0 &= M; t2 += t1 >> 52; t1 &= M; t3 += t2 >> 52; t2 &= M; t4 += t3 >> 52; t3 &= M; t4 &= M48;
        r.n0 = t0; r.n1 = t1; r.n2 = t2; r.n3 = t3; r.n4 = t4;
    }
    public static bool IsZeroVar(Fe a) { Norm(ref a); return (a.n0 | a.n1 | a.n2 | a.n3 | a.n4) == 0; }
    public static void Get(in Fe a, out ulong w0, out ulong w1, out ulong w2, out ulong w3)
    { w0 = a.n0 | a.n1 << 52; w1 = a.n1 >> 12 | a.n2 << 40; w2 = a.n2 >> 24 | a.n3 << 28; w3 = a.n3 >> 36 | a.n4 << 16; }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(ref Fe r, ulong w0, ulong w1, ulong w2, ulong w3)
    { r.n0 = w0 & M; r.n1 = (w0 >> 52 | w1 << 12) & M; r.n2 = (w1 >> 40 | w2 << 24) & M; r.n3 = (w2 >> 28 | w3 << 36) & M; r.n4 = w3 >> 16; }
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SqrN(ref Fe r, in Fe a, int n) { Sqr(ref r, a); for (int i = 1; i < n; i++) Sqr(ref r, r); }
    /// a^((p+1)/4)
    public static bool Sqrt(ref Fe r, in Fe a)
    {
        Fe x2 = default, x3 = default, x6 = default, x9 = default, x11 = default, x22 = default, x44 = default, x88 = default, t = default;
        SqrN(ref x2, a, 1); Mul(ref x2, x2, a); SqrN(ref x3, x2, 1); Mul(ref x3, x3, a);
        SqrN(ref x6, x3, 3); Mul(ref x6, x6, x3); SqrN(ref x9, x6, 3); Mul(ref x9, x9, x3); SqrN(ref x11, x9, 2); Mul(ref x11, x11, x2);
        SqrN(ref x22, x11, 11); Mul(ref x22, x22, x11); SqrN(ref x44, x22, 22); Mul(ref x44, x44, x22); SqrN(ref x88, x44, 44); Mul(ref x88, x88, x44);
        SqrN(ref t, x88, 88); Mul(ref t, t, x88); SqrN(ref t, t, 44); Mul(ref t, t, x44); SqrN(ref t, t, 3); Mul(ref t, t, x3);
        SqrN(ref t, t, 23); Mul(ref t, t, x22); SqrN(ref t, t, 6); Mul(ref t, t, x2); SqrN(ref t, t, 2);
        Fe c = default; Sqr(ref c, t); Fe n = default; Neg(ref n, c, 1); Add(ref n, a); r = t; return IsZeroVar(n);
    }
    public static void Inv(ref Fe r, Fe a) { Norm(ref a); Get(a, out var a0, out var a1, out var a2, out var a3); SafeGcd.Inverse(ref a0, ref a1, ref a2, ref a3, SafeGcd.ModP); Set(ref r, a0, a1, a2, a3); }
    public static BigInteger Big(Fe a) { Norm(ref a); return ((((new BigInteger(a.n4) << 52) + a.n3 << 52) + a.n2 << 52) + a.n1 << 52) + a.n0; }
    public static Fe From(BigInteger v) { Fe r = default; ulong W(int i) => (ulong)((v >> (64 * i)) & ulong.MaxValue); Set(ref r, W(0), W(1), W(2), W(3)); return r; }
}
/// Bernstein-Yang safegcd with 62-bit limbs, half-delta variant, 590 divsteps: constant time modular inverse for odd moduli < 2^256.
internal static class SafeGcd
{
    public sealed record Mod(long m0, long m1, long m2, long m3, long m4, ulong inv);
    const ulong M62 = ulong.MaxValue >> 2;
    public static Mod Make(BigInteger m)
    {
        ulong L(int i) => (ulong)((m >> (62 * i)) & M62); ulong x = L(0), y = 1; for (int i = 0; i < 6; i++) y *= 2 - x * y;
        return new((long)L(0), (long)L(1), (long)L(2), (long)L(3), (long)L(4), y & M62);
    }
    public static readonly BigInteger P = BigInteger.Pow(2, 256) - BigInteger.Pow(2, 32) - 977;
    public static readonly BigInteger N = BigInteger.Parse("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", System.Globalization.NumberStyles.HexNumber);
    public static readonly Mod ModP = Make(P), ModN = Make(N), Mod25519 = Make(BigInteger.Pow(2, 255) - 19);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Mac(ref long hi, ref ulong lo, long a, long b)
    { ulong l = (ulong)a * (ulong)b; long h = (long)F.Hi((ulong)a, (ulong)b) - ((a >> 63) & b) - ((b >> 63) & a); lo += l; hi += h + (lo < l ? 1L : 0L); }
    [MethodImpl(MethodImplOptions.AggressiveInlining)] static void Shr(ref long hi, ref ulong lo) { lo = lo >> 62 | (ulong)hi << 2; hi >>= 62; }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static long Steps(long zeta, ulong f0, ulong g0, out long tu, out long tv, out long tq, out long tr)
    {
        ulong u = 8, v = 0, q = 0, r = 8, f = f0, g = g0;
        for (int i = 3; i < 62; i++)
        {
            ulong c1 = (ulong)(zeta >> 63), c2 = 0UL - (g & 1);
            ulong x = (f ^ c1) - c1, y = (u ^ c1) - c1, z = (v ^ c1) - c1;
            g += x & c2; q += y & c2; r += z & c2;
            c1 &= c2; zeta = (zeta ^ (long)c1) - 1;
            f += g & c1; u += q & c1; v += r & c1;
            g >>= 1; u <<= 1; v <<= 1;
        }
        tu = (long)u; tv = (long)v; tq = (long)q; tr = (long)r; return zeta;
    }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Inverse(ref ulong a0, ref ulong a1, ref ulong a2, ref ulong a3, Mod md)
    {
        long* f = stackalloc long[5], g = stackalloc long[5], d = stackalloc long[5], e = stackalloc long[5], m = stackalloc long[5];
        m[0] = md.m0; m[1] = md.m1; m[2] = md.m2; m[3] = md.m3; m[4] = md.m4;
        for (int i = 0; i < 5; i++) { f[i] = m[i]; d[i] = 0; e[i] = 0; }
        e[0] = 1; g[0] = (long)(a0 & M62); g[1] = (long)((a0 >> 62 | a1 << 2) & M62); g[2] = (long)((a1 >> 60 | a2 << 4) & M62); g[3] = (long)((a2 >> 58 | a3 << 6) & M62); g[4] = (long)(a3 >> 56);
        long zeta = -1; ulong minv = md.inv;
        for (int it = 0; it < 10; it++)
        {
            zeta = Steps(zeta, (ulong)f[0], (ulong)g[0], out long u, out long v, out long q, out long r);
            { // d,e
                long sd = d[4] >> 63, se = e[4] >> 63, mdd = (u & sd) + (v & se), mee = (q & sd) + (r & se);
                long ch = 0, eh = 0; ulong cl = 0, el = 0;
                Mac(ref ch, ref cl, u, d[0]); Mac(ref ch, ref cl, v, e[0]); Mac(ref eh, ref el, q, d[0]); Mac(ref eh, ref el, r, e[0]);
                mdd -= (long)((minv * cl + (ulong)mdd) & M62); mee -= (long)((minv * el + (ulong)mee) & M62);
                Mac(ref ch, ref cl, m[0], mdd); Mac(ref eh, ref el, m[0], mee); Shr(ref ch, ref cl); Shr(ref eh, ref el);
                for (int i = 1; i < 5; i++)
                {
                    long di = d[i], ei = e[i];
                    Mac(ref ch, ref cl, u, di); Mac(ref ch, ref cl, v, ei); Mac(ref eh, ref el, q, di); Mac(ref eh, ref el, r, ei);
                    Mac(ref ch, ref cl, m[i], mdd); Mac(ref eh, ref el, m[i], mee);
                    d[i - 1] = (long)(cl & M62); e[i - 1] = (long)(el & M62); Shr(ref ch, ref cl); Shr(ref eh, ref el);
                }
                d[4] = (long)cl; e[4] = (long)el;
            }
            { // f,g
                long ch = 0, eh = 0; ulong cl = 0, el = 0;
                Mac(ref ch, ref cl, u, f[0]); Mac(ref ch, ref cl, v, g[0]); Mac(ref eh, ref el, q, f[0]); Mac(ref eh, ref el, r, g[0]); Shr(ref ch, ref cl); Shr(ref eh, ref el);
                for (int i = 1; i < 5; i++)
                {
                    long fi = f[i], gi = g[i];
                    Mac(ref ch, ref cl, u, fi); Mac(ref ch, ref cl, v, gi); Mac(ref eh, ref el, q, fi); Mac(ref eh, ref el, r, gi);
                    f[i - 1] = (long)(cl & M62); g[i - 1] = (long)(el & M62); Shr(ref ch, ref cl); Shr(ref eh, ref el);
                }
                f[4] = (long)cl; g[4] = (long)el;
            }
        }
        long s = f[4] >> 63, add = d[4] >> 63; // normalise d * sign(f)
        for (int i = 0; i < 5; i++) { d[i] += m[i] & add; d[i] = (d[i] ^ s) - s; }
        for (int i = 0; i < 4; i++) { d[i + 1] += d[i] >> 62; d[i] &= (long)M62; }
        add = d[4] >> 63; for (int i = 0; i < 5; i++) d[i] += m[i] & add;
        for (int i = 0; i < 4; i++) { d[i + 1] += d[i] >> 62; d[i] &= (long)M62; }
        a0 = (ulong)d[0] | (ulong)d[1] << 62; a1 = (ulong)d[1] >> 2 | (ulong)d[2] << 60; a2 = (ulong)d[2] >> 4 | (ulong)d[3] << 58; a3 = (ulong)d[3] >> 6 | (ulong)d[4] << 56;
    }
}
