#pragma warning disable
using System.Buffers.Binary; using System.Numerics; using System.Runtime.CompilerServices; using System.Runtime.InteropServices; using System.Runtime.Intrinsics; using System.Security.Cryptography;
namespace CryptoMcp.Cryptography.Port;
/// GF(2^255-19), five 51-bit limbs (lazily up to 2^54)
internal static class E
{
    const ulong M = (1UL << 51) - 1;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] static void Mac(ref ulong g, ref ulong l, ulong a, ulong b) { g += F.Hi(a, b); l += (a * b) >> 8; }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mul(ref Fe r, in Fe x, in Fe y)
    {
        ulong a0 = x.n0, a1 = x.n1, a2 = x.n2, a3 = x.n3, a4 = x.n4, b0 = y.n0 << 8, b1 = y.n1 << 8, b2 = y.n2 << 8, b3 = y.n3 << 8, b4 = y.n4 << 8, l = 0, g = 0;
        ulong s1 = a1 * 19, s2 = a2 * 19, s3 = a3 * 19, s4 = a4 * 19;
        Mac(ref g, ref l, a0, b0); Mac(ref g, ref l, s1, b4); Mac(ref g, ref l, s2, b3); Mac(ref g, ref l, s3, b2); Mac(ref g, ref l, s4, b1); ulong r0 = l & M; l = (l >> 51) + (g << 5); g = 0;
        Mac(ref g, ref l, a0, b1); Mac(ref g, ref l, a1, b0); Mac(ref g, ref l, s2, b4); Mac(ref g, ref l, s3, b3); Mac(ref g, ref l, s4, b2); ulong r1 = l & M; l = (l >> 51) + (g << 5); g = 0;
        Mac(ref g, ref l, a0, b2); Mac(ref g, ref l, a1, b1); Mac(ref g, ref l, a2, b0); Mac(ref g, ref l, s3, b4); Mac(ref g, ref l, s4, b3); ulong r2 = l & M; l = (l >> 51) + (g << 5); g = 0;
        Mac(ref g, ref l, a0, b3); Mac(ref g, ref l, a1, b2); Mac(ref g, ref l, a2, b1); Mac(ref g, ref l, a3, b0); Mac(ref g, ref l, s4, b4); ulong r3 = l & M; l = (l >> 51) + (g << 5); g = 0;
        Mac(ref g, ref l, a0, b4); Mac(ref g, ref l, a1, b3); Mac(ref g, ref l, a2, b2); Mac(ref g, ref l, a3, b1); Mac(ref g, ref l, a4, b0); ulong r4 = l & M;
        r0 += ((l >> 51) + (g << 5)) * 19; r.n0 = r0 & M; r.n1 = r1 + (r0 >> 51); r.n2 = r2; r.n3 = r3; r.n4 = r4;
    }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sqr(ref Fe r, in Fe x)
    {
        ulong a0 = x.n0, a1 = x.n1, a2 = x.n2, a3 = x.n3, a4 = x.n4, b0 = a0 << 8, b1 = a1 << 8, b2 = a2 << 8, b3 = a3 << 8, b4 = a4 << 8, l = 0, g = 0, s3 = a3 * 19, s4 = a4 * 19;
        Mac(ref g, ref l, a0, b0); Mac(ref g, ref l, s4 * 2, b1); Mac(ref g, ref l, s3 * 2, b2); ulong r0 = l & M; l = (l >> 51) + (g << 5); g = 0;
        a0 *= 2; Mac(ref g, ref l, a0, b1); Mac(ref g, ref l, s4 * 2, b2); Mac(ref g, ref l, s3, b3); ulong r1 = l & M; l = (l >> 51) + (g << 5); g = 0;
        Mac(ref g, ref l, a0, b2); Mac(ref g, ref l, a1, b1); Mac(ref g, ref l, s4 * 2, b3); ulong r2 = l & M; l = (l >> 51) + (g << 5); g = 0;
        a1 *= 2; Mac(ref g, ref l, a0, b3); Mac(ref g, ref l, a1, b2); Mac(ref g, ref l, s4, b4); ulong r3 = l & M; l = (l >> 51) + (g << 5); g = 0;
        Mac(ref g, ref l, a0, b4); Mac(ref g, ref l, a1, b3); Mac(ref g, ref l, a2, b2); ulong r4 = l & M;
        r0 += ((l >> 51) + (g << 5)) * 19; r.n0 = r0 & M; r.n1 = r1 + (r0 >> 51); r.n2 = r2; r.n3 = r3; r.n4 = r4;
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static void Add(ref Fe r, in Fe a, in Fe b) { r.n0 = a.n0 + b.n0; r.n1 = a.n1 + b.n1; r.n2 = a.n2 + b.n2; r.n3 = a.n3 + b.n3; r.n4 = a.n4 + b.n4; }
    /// a - b + 4p, b < 2^53-76
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static void Sub(ref Fe r, in Fe a, in Fe b) { const ulong q = 4 * M; r.n0 = a.n0 + (q - 72) - b.n0; r.n1 = a.n1 + q - b.n1; r.n2 = a.n2 + q - b.n2; r.n3 = a.n3 + q - b.n3; r.n4 = a.n4 + q - b.n4; }
    public static void Norm(ref Fe r)
    {
        for (int i = 0; i < 2; i++) { r.n1 += r.n0 >> 51; r.n0 &= M; r.n2 += r.n1 >> 51; r.n1 &= M; r.n3 += r.n2 >> 51; r.n2 &= M; r.n4 += r.n3 >> 51; r.n3 &= M; r.n0 += 19 * (r.n4 >> 51); r.n4 &= M; }
        ulong q = (r.n0 + 19) >> 51; q = (r.n1 + q) >> 51; q = (r.n2 + q) >> 51; q = (r.n3 + q) >> 51; q = (r.n4 + q) >> 51;
        r.n0 += 19 * q; r.n1 += r.n0 >> 51; r.n0 &= M; r.n2 += r.n1 >> 51; r.n1 &= M; r.n3 += r.n2 >> 51; r.n2 &= M; r.n4 += r.n3 >> 51; r.n3 &= M; r.n4 &= M;
    }
    public static void Get(Fe a, out ulong w0, out ulong w1, out ulong w2, out ulong w3) { Norm(ref a); w0 = a.n0 | a.n1 << 51; w1 = a.n1 >> 13 | a.n2 << 38; w2 = a.n2 >> 26 | a.n3 << 25; w3 = a.n3 >> 39 | a.n4 << 12; }
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static void Set(ref Fe r, ulong w0, ulong w1, ulong w2, ulong w3) { r.n0 = w0 & M; r.n1 = (w0 >> 51 | w1 << 13) & M; r.n2 = (w1 >> 38 | w2 << 26) & M; r.n3 = (w2 >> 25 | w3 << 39) & M; r.n4 = (w3 >> 12) & M; }
    public static void Inv(ref Fe r, in Fe a) { Get(a, out var w0, out var w1, out var w2, out var w3); SafeGcd.Inverse(ref w0, ref w1, ref w2, ref w3, SafeGcd.Mod25519); Set(ref r, w0, w1, w2, w3); }
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] static void SqrN(ref Fe r, in Fe a, int n) { Sqr(ref r, a); for (int i = 1; i < n; i++) Sqr(ref r, r); }
    public static void Pow22523(ref Fe r, in Fe z)
    {
        Fe t0 = default, t1 = default, t2 = default; Sqr(ref t0, z); SqrN(ref t1, t0, 2); Mul(ref t1, z, t1); Mul(ref t0, t0, t1); Sqr(ref t0, t0); Mul(ref t0, t1, t0); SqrN(ref t1, t0, 5); Mul(ref t0, t1, t0); SqrN(ref t1, t0, 10); Mul(ref t1, t1, t0); SqrN(ref t2, t1, 20); Mul(ref t1, t2, t1); SqrN(ref t1, t1, 10); Mul(ref t0, t1, t0); SqrN(ref t1, t0, 50); Mul(ref t1, t1, t0); SqrN(ref t2, t1, 100); Mul(ref t1, t2, t1); SqrN(ref t1, t1, 50); Mul(ref t0, t1, t0); SqrN(ref t0, t0, 2); Mul(ref r, t0, z);
    }
    public static Fe From(BigInteger v) { Fe r = default; ulong W(int i) => (ulong)((v >> (64 * i)) & ulong.MaxValue); Set(ref r, W(0), W(1), W(2), W(3)); return r; }
}
internal struct P3 { public Fe x, y, z, t; }
internal struct Niels { public Fe yp, ym, t2; }
internal struct Cached { public Fe yp, ym, z, t2; }
internal static unsafe class Ed
{
    static readonly BigInteger P = BigInteger.Pow(2, 255) - 19, L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");
    static readonly BigInteger Db = (P - 121665) * BigInteger.ModPow(121666, P - 2, P) % P;
    static readonly Fe D = E.From(Db), D2 = E.From(2 * Db % P), SqrtM1 = E.From(BigInteger.ModPow(2, (P - 1) / 4, P));
    const int W = 51, BN = 64; static readonly ulong* Tab; static readonly Niels* Bv;
    static readonly ulong[] Lw = Words(L, 5), Mu = Words(BigInteger.Pow(2, 512) / L, 5), Off = Words(16 * (BigInteger.Pow(2, 255) - 1) / 31, 4);
    public static readonly double InitMs;
    static ulong[] Words(BigInteger v, int n) { var o = new ulong[n]; for (int i = 0; i < n; i++) o[i] = (ulong)((v >> (64 * i)) & ulong.MaxValue); return o; }
    static Ed()
    {
        long t0 = System.Diagnostics.Stopwatch.GetTimestamp(); Span<byte> gb = stackalloc byte[32]; gb.Fill(0x66); gb[0] = 0x58; P3 b = default; Decompress(gb, ref b);
        Tab = (ulong*)NativeMemory.AlignedAlloc(W * 16 * 96, 64); Bv = (Niels*)NativeMemory.AlignedAlloc((nuint)(BN * sizeof(Niels)), 64);
        var all = new P3[W * 16 + BN]; P3 q = b;
        for (int w = 0; w < W; w++) { Cached c = default; ToCached(ref c, q); P3 a = q; for (int i = 0; i < 16; i++) { all[w * 16 + i] = a; AddC(ref a, a, c, false); } for (int i = 0; i < 5; i++) Dbl(ref q, q); }
        { Cached c = default; P3 d = default; Dbl(ref d, b); ToCached(ref c, d); P3 a = b; for (int i = 0; i < BN; i++) { all[W * 16 + i] = a; AddC(ref a, a, c, false); } }
        var acc = new Fe[all.Length]; Fe m = new Fe { n0 = 1 }; for (int i = 0; i < all.Length; i++) { acc[i] = m; E.Mul(ref m, m, all[i].z); }
        Fe inv = default; E.Inv(ref inv, m);
        for (int i = all.Length - 1; i >= 0; i--)
        {
            Fe zi = default, x = default, y = default, s = default; E.Mul(ref zi, inv, acc[i]); E.Mul(ref inv, inv, all[i].z); E.Mul(ref x, all[i].x, zi); E.Mul(ref y, all[i].y, zi); Niels n = default;
            E.Add(ref s, y, x); n.yp = s; E.Sub(ref s, y, x); n.ym = s; E.Mul(ref s, x, y); E.Mul(ref n.t2, s, D2); E.Norm(ref n.yp); E.Norm(ref n.ym); E.Norm(ref n.t2);
            if (i >= W * 16) Bv[i - W * 16] = n; else { ulong* o = Tab + i * 12; E.Get(n.yp, out o[0], out o[1], out o[2], out o[3]); E.Get(n.ym, out o[4], out o[5], out o[6], out o[7]); E.Get(n.t2, out o[8], out o[9], out o[10], out o[11]); }
        }
        InitMs = System.Diagnostics.Stopwatch.GetElapsedTime(t0).TotalMilliseconds;
    }
    static void ToCached(ref Cached c, in P3 p) { E.Add(ref c.yp, p.y, p.x); E.Sub(ref c.ym, p.y, p.x); c.z = p.z; E.Mul(ref c.t2, p.t, D2); }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddC(ref P3 r, in P3 p, in Cached q, bool neg, bool wantT = true)
    {
        Fe a, b, c, d, e, f; Unsafe.SkipInit(out a); Unsafe.SkipInit(out b); Unsafe.SkipInit(out c); Unsafe.SkipInit(out d); Unsafe.SkipInit(out e); Unsafe.SkipInit(out f);
        E.Add(ref e, p.y, p.x); E.Sub(ref f, p.y, p.x); if (!neg) { E.Mul(ref a, e, q.yp); E.Mul(ref b, f, q.ym); } else { E.Mul(ref a, e, q.ym); E.Mul(ref b, f, q.yp); }
        E.Mul(ref c, p.t, q.t2); E.Mul(ref d, p.z, q.z); E.Add(ref d, d, d); Fin(ref r, a, b, c, d, neg, wantT);
    }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddN(ref P3 r, in P3 p, in Niels q, bool neg, bool wantT = true)
    {
        Fe a, b, c, d, e, f; Unsafe.SkipInit(out a); Unsafe.SkipInit(out b); Unsafe.SkipInit(out c); Unsafe.SkipInit(out d); Unsafe.SkipInit(out e); Unsafe.SkipInit(out f);
        E.Add(ref e, p.y, p.x); E.Sub(ref f, p.y, p.x); if (!neg) { E.Mul(ref a, e, q.yp); E.Mul(ref b, f, q.ym); } else { E.Mul(ref a, e, q.ym); E.Mul(ref b, f, q.yp); }
        E.Mul(ref c, p.t, q.t2); E.Add(ref d, p.z, p.z); Fin(ref r, a, b, c, d, neg, wantT);
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Fin(ref P3 r, in Fe a, in Fe b, in Fe c, in Fe d, bool neg, bool wantT)
    {
        Fe x, y, z, t; Unsafe.SkipInit(out x); Unsafe.SkipInit(out y); Unsafe.SkipInit(out z); Unsafe.SkipInit(out t);
        E.Sub(ref x, a, b); E.Add(ref y, a, b); if (!neg) { E.Add(ref z, d, c); E.Sub(ref t, d, c); } else { E.Sub(ref z, d, c); E.Add(ref t, d, c); }
        E.Mul(ref r.x, x, t); E.Mul(ref r.y, y, z); E.Mul(ref r.z, z, t); if (wantT) E.Mul(ref r.t, x, y);
    }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Dbl(ref P3 r, in P3 p, bool wantT = true)
    {   // dbl-2008-hwcd, a=-1
        Fe a, b, c, e, f, g, h; Unsafe.SkipInit(out a); Unsafe.SkipInit(out b); Unsafe.SkipInit(out c); Unsafe.SkipInit(out e); Unsafe.SkipInit(out f); Unsafe.SkipInit(out g); Unsafe.SkipInit(out h);
        E.Sqr(ref a, p.x); E.Sqr(ref b, p.y); E.Sqr(ref c, p.z); E.Add(ref c, c, c); E.Add(ref e, p.x, p.y); E.Sqr(ref e, e);
        E.Add(ref h, a, b); E.Sub(ref e, e, h); E.Sub(ref g, b, a);               // e = 2xy, g = y^2-x^2, h = x^2+y^2
        // f = c - g ; results: X = e*f', Y = g*h', with signs folded: x3=(E)(F), y3=(G)(H) where H=-(a+b), F = G - C
        f.n0 = c.n0 + (8 * ((1UL << 51) - 1) - 144) - g.n0; f.n1 = c.n1 + 8 * ((1UL << 51) - 1) - g.n1; f.n2 = c.n2 + 8 * ((1UL << 51) - 1) - g.n2; f.n3 = c.n3 + 8 * ((1UL << 51) - 1) - g.n3; f.n4 = c.n4 + 8 * ((1UL << 51) - 1) - g.n4;
        E.Mul(ref r.x, e, f); E.Mul(ref r.y, g, h); E.Mul(ref r.z, f, g); if (wantT) E.Mul(ref r.t, e, h);
    }
    static bool Decompress(ReadOnlySpan<byte> s, ref P3 r)
    {
        Fe y = default; ulong w3 = BinaryPrimitives.ReadUInt64LittleEndian(s[24..]); E.Set(ref y, BinaryPrimitives.ReadUInt64LittleEndian(s), BinaryPrimitives.ReadUInt64LittleEndian(s[8..]), BinaryPrimitives.ReadUInt64LittleEndian(s[16..]), w3 & (ulong.MaxValue >> 1));
        E.Get(y, out var c0, out var c1, out var c2, out var c3); if (c0 != BinaryPrimitives.ReadUInt64LittleEndian(s) || c1 != BinaryPrimitives.ReadUInt64LittleEndian(s[8..]) || c2 != BinaryPrimitives.ReadUInt64LittleEndian(s[16..]) || c3 != (w3 & (ulong.MaxValue >> 1))) return false; // non-canonical y
        Fe one = new Fe { n0 = 1 }, u = default, v = default, v3 = default, x = default, t = default; E.Sqr(ref t, y); E.Sub(ref u, t, one); E.Mul(ref v, t, D); E.Add(ref v, v, one);
        E.Sqr(ref v3, v); E.Mul(ref v3, v3, v); E.Sqr(ref x, v3); E.Mul(ref x, x, v); E.Mul(ref x, x, u); E.Pow22523(ref x, x); E.Mul(ref x, x, v3); E.Mul(ref x, x, u);
        E.Sqr(ref t, x); E.Mul(ref t, t, v); Fe d = default; E.Sub(ref d, t, u); if (!Zero(d)) { Fe un = u; E.Norm(ref un); E.Add(ref d, t, un); if (!Zero(d)) return false; E.Mul(ref x, x, SqrtM1); }
        E.Norm(ref x); ulong sign = w3 >> 63; if (Zero(x) && sign != 0) return false; if ((x.n0 & 1) != sign) { Fe z = default; E.Sub(ref z, default, x); E.Norm(ref z); x = z; }
        r.x = x; r.y = y; r.z = one; E.Mul(ref r.t, x, y); return true;
    }
    static bool Zero(Fe a) { E.Norm(ref a); return (a.n0 | a.n1 | a.n2 | a.n3 | a.n4) == 0; }
    static void Encode(in P3 p, Span<byte> o) { Fe zi = default, x = default, y = default; E.Inv(ref zi, p.z); E.Mul(ref x, p.x, zi); E.Mul(ref y, p.y, zi); E.Norm(ref x); E.Get(y, out var a, out var b, out var c, out var d); d |= (x.n0 & 1) << 63; BinaryPrimitives.WriteUInt64LittleEndian(o, a); BinaryPrimitives.WriteUInt64LittleEndian(o[8..], b); BinaryPrimitives.WriteUInt64LittleEndian(o[16..], c); BinaryPrimitives.WriteUInt64LittleEndian(o[24..], d); }
    /// constant-time s*B, s < 2^253
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MulBase(ref P3 r, ReadOnlySpan<ulong> s)
    {
        Span<ulong> e = stackalloc ulong[5]; ulong c = 0; ulong[] off = Off; for (int i = 0; i < 4; i++) { ulong t = s[i] + off[i], k = t < s[i] ? 1UL : 0; ulong u = t + c; c = k + (u < t ? 1UL : 0); e[i] = u; } e[4] = 0;
        r = default; r.y.n0 = 1; r.z.n0 = 1; ulong* tab = Tab; Niels q; Unsafe.SkipInit(out q);
        for (int w = 0; w < W; w++)
        {
            int bit = 5 * w, sh = bit & 63; ulong v = ((e[bit >> 6] >> sh) | (sh == 0 ? 0 : e[(bit >> 6) + 1] << (64 - sh))) & 31;
            long dg = (long)v - 16; ulong neg = (ulong)(dg >> 63); ulong idx = ((ulong)dg ^ neg) - neg; // |d| in 0..16
            Vector256<ulong> a = Vector256.Create(1UL, 0, 0, 0) , b = a, t = Vector256<ulong>.Zero, cur = Vector256<ulong>.One, one = cur, want = Vector256.Create(idx); ulong* p = tab + w * 16 * 12;
            { var m = Vector256.Equals(want, Vector256<ulong>.Zero); a &= m; b &= m; }
            for (int i = 0; i < 16; i++, p += 12) { var m = Vector256.Equals(cur, want); a |= m & Vector256.Load(p); b |= m & Vector256.Load(p + 4); t |= m & Vector256.Load(p + 8); cur += one; }
            var nv = Vector256.Create(neg); var x = (a ^ b) & nv; a ^= x; b ^= x; // -Q swaps y+x and y-x and negates t2
            E.Set(ref q.yp, a[0], a[1], a[2], a[3]); E.Set(ref q.ym, b[0], b[1], b[2], b[3]); E.Set(ref q.t2, t[0], t[1], t[2], t[3]);
            Fe nt; Unsafe.SkipInit(out nt); E.Sub(ref nt, default, q.t2); q.t2.n0 ^= (q.t2.n0 ^ nt.n0) & neg; q.t2.n1 ^= (q.t2.n1 ^ nt.n1) & neg; q.t2.n2 ^= (q.t2.n2 ^ nt.n2) & neg; q.t2.n3 ^= (q.t2.n3 ^ nt.n3) & neg; q.t2.n4 ^= (q.t2.n4 ^ nt.n4) & neg;
            AddN(ref r, r, q, false);
        }
    }
    // ---- scalars mod L (Barrett, constant time)
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void MulW(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> o)
    { o.Clear(); for (int i = 0; i < a.Length; i++) { ulong c = 0; for (int j = 0; j < b.Length; j++) { ulong h = F.Hi(a[i], b[j]), l = a[i] * b[j]; ulong p = o[i + j]; l += p; h += l < p ? 1UL : 0; l += c; h += l < c ? 1UL : 0; o[i + j] = l; c = h; } o[i + b.Length] = c; } }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Reduce(ReadOnlySpan<ulong> x, Span<ulong> r)
    {
        Span<ulong> q2 = stackalloc ulong[10], ql = stackalloc ulong[10], t = stackalloc ulong[5]; MulW(x.Slice(3, 5), Mu, q2); MulW(q2.Slice(5, 5), Lw, ql);
        ulong c = 0; for (int i = 0; i < 5; i++) { ulong d = x[i] - ql[i], k = x[i] < ql[i] ? 1UL : 0; ulong u = d - c; c = k + (d < c ? 1UL : 0); t[i] = u; }
        for (int z = 0; z < 2; z++) { Span<ulong> y = ql[..5]; c = 0; for (int i = 0; i < 5; i++) { ulong d = t[i] - Lw[i], k = t[i] < Lw[i] ? 1UL : 0; ulong u = d - c; c = k + (d < c ? 1UL : 0); y[i] = u; } ulong m = c - 1; for (int i = 0; i < 5; i++) t[i] = (y[i] & m) | (t[i] & ~m); }
        t[..4].CopyTo(r);
    }
    static void Load(ReadOnlySpan<byte> b, Span<ulong> o) { for (int i = 0; i < o.Length; i++) o[i] = BinaryPrimitives.ReadUInt64LittleEndian(b[(8 * i)..]); }
    public static void Expand(ReadOnlySpan<byte> seed, Span<byte> az) { SHA512.HashData(seed, az); az[0] &= 248; az[31] &= 127; az[31] |= 64; }
    [SkipLocalsInit]
    public static void PubKey(ReadOnlySpan<byte> seed, Span<byte> pk) { Span<byte> az = stackalloc byte[64]; Expand(seed, az); Span<ulong> w = stackalloc ulong[8]; w.Clear(); Load(az[..32], w[..4]); Span<ulong> s = stackalloc ulong[4]; Reduce(w, s); P3 p = default; MulBase(ref p, s); Encode(p, pk); az.Clear(); w.Clear(); s.Clear(); }
    [SkipLocalsInit]
    public static void Sign(ReadOnlySpan<byte> m, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> pk, Span<byte> sig)
    {
        Span<byte> az = stackalloc byte[64]; Expand(seed, az); byte[]? rent = null; int n = 64 + m.Length; Span<byte> buf = n <= 2048 ? stackalloc byte[2048] : (rent = new byte[n]); Span<byte> h = stackalloc byte[64];
        Span<ulong> w = stackalloc ulong[8], r = stackalloc ulong[4], k = stackalloc ulong[4], a = stackalloc ulong[4], t = stackalloc ulong[8];
        az[32..].CopyTo(buf); m.CopyTo(buf[32..]); SHA512.HashData(buf[..(32 + m.Length)], h); Load(h, w); Reduce(w, r); P3 p = default; MulBase(ref p, r); Encode(p, sig);
        sig[..32].CopyTo(buf); pk.CopyTo(buf[32..]); m.CopyTo(buf[64..]); SHA512.HashData(buf[..n], h); Load(h, w); Reduce(w, k); Load(az[..32], a); MulW(k, a, t);
        ulong c = 0; for (int i = 0; i < 8; i++) { ulong x = i < 4 ? r[i] : 0, s = t[i] + x, cc = s < x ? 1UL : 0; ulong u = s + c; c = cc + (u < s ? 1UL : 0); t[i] = u; }
        Reduce(t, k); for (int i = 0; i < 4; i++) BinaryPrimitives.WriteUInt64LittleEndian(sig[(32 + 8 * i)..], k[i]); az.Clear(); a.Clear(); r.Clear(); w.Clear(); t.Clear();
    }
    static void Slide(Span<sbyte> o, ReadOnlySpan<ulong> s, int w)
    {
        o.Clear(); int bit = 0, carry = 0; while (bit < 256) { int b = (int)(s[bit >> 6] >> (bit & 63)) & 1; if (b == carry) { bit++; continue; } int now = Math.Min(w, 256 - bit); int i = bit >> 6, sh = bit & 63; ulong v = s[i] >> sh; if (sh != 0 && i < 3) v |= s[i + 1] << (64 - sh); int word = (int)(v & ((1UL << now) - 1)) + carry; carry = (word >> (w - 1)) & 1; word -= carry << w; o[bit] = (sbyte)word; bit += now; }
    }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Verify(ReadOnlySpan<byte> sig, ReadOnlySpan<byte> m, ReadOnlySpan<byte> pk)
    {
        P3 A = default; if (!Decompress(pk, ref A)) return false; Span<ulong> s = stackalloc ulong[4], k = stackalloc ulong[4], w = stackalloc ulong[8]; Load(sig.Slice(32, 32), s);
        ulong[] lw = Lw; ulong c = 0; for (int i = 0; i < 4; i++) { ulong d = s[i] - lw[i], kk = s[i] < lw[i] ? 1UL : 0; c = kk + (d < c ? 1UL : 0); } if (c == 0) return false;
        int n = 64 + m.Length; Span<byte> buf = n <= 2048 ? stackalloc byte[2048] : new byte[n]; sig[..32].CopyTo(buf); pk.CopyTo(buf[32..]); m.CopyTo(buf[64..]); Span<byte> h = stackalloc byte[64]; SHA512.HashData(buf[..n], h); Load(h, w); Reduce(w, k);
        // R' = s*B - k*A
        Fe nx = default; E.Sub(ref nx, default, A.x); E.Norm(ref nx); A.x = nx; E.Sub(ref nx, default, A.t); E.Norm(ref nx); A.t = nx;
        Cached* T = stackalloc Cached[8]; ToCached(ref T[0], A); P3 d2 = default, q = A; Dbl(ref d2, A); Cached c2 = default; ToCached(ref c2, d2); for (int i = 1; i < 8; i++) { AddC(ref q, q, c2, false); ToCached(ref T[i], q); }
        Span<sbyte> wa = stackalloc sbyte[256], wb = stackalloc sbyte[256]; Slide(wa, k, 5); Slide(wb, s, 8); int top = 255; while (top >= 0 && wa[top] == 0 && wb[top] == 0) top--;
        P3 r = default; r.y.n0 = 1; r.z.n0 = 1; Niels* bv = Bv;
        for (int i = top; i >= 0; i--)
        {
            int x = wa[i], y = wb[i]; Dbl(ref r, r, (x | y) != 0);
            if (x != 0) AddC(ref r, r, T[Math.Abs(x) >> 1], x < 0, y != 0);
            if (y != 0) AddN(ref r, r, bv[Math.Abs(y) >> 1], y < 0, false);
        }
        Span<byte> o = stackalloc byte[32]; Encode(r, o); return o.SequenceEqual(sig[..32]);
    }
}
