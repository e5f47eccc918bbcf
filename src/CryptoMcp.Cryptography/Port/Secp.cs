#pragma warning disable
using System.Buffers.Binary; using System.Numerics; using System.Runtime.CompilerServices; using System.Runtime.InteropServices; using System.Runtime.Intrinsics; using System.Security.Cryptography;
namespace CryptoMcp.Cryptography.Port;
/// scalar mod n, 4x64
internal struct Sc
{
    public ulong w0, w1, w2, w3;
    const ulong N0 = 0xBFD25E8CD0364141, N1 = 0xBAAEDCE6AF48A03B, N2 = 0xFFFFFFFFFFFFFFFE, N3 = ulong.MaxValue, C0 = ~N0 + 1, C1 = ~N1, C2 = 1;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] static ulong Adc(ulong a, ulong b, ref ulong c) { ulong s = a + b, k = s < a ? 1UL : 0; ulong t = s + c; c = k + (t < s ? 1UL : 0); return t; }
    [MethodImpl(MethodImplOptions.AggressiveInlining)] static ulong Sbb(ulong a, ulong b, ref ulong c) { ulong d = a - b, k = a < b ? 1UL : 0; ulong t = d - c; c = k + (d < c ? 1UL : 0); return t; }
    /// 1 if >= n
    static ulong Over(in Sc a) { ulong c = 0; Sbb(a.w0, N0, ref c); Sbb(a.w1, N1, ref c); Sbb(a.w2, N2, ref c); Sbb(a.w3, N3, ref c); return c ^ 1; }
    static void Red(ref Sc a, ulong over) { ulong c = 0, m = 0 - over; a.w0 = Adc(a.w0, C0 & m, ref c); a.w1 = Adc(a.w1, C1 & m, ref c); a.w2 = Adc(a.w2, C2 & m, ref c); a.w3 = Adc(a.w3, 0, ref c); }
    public static bool Set(ref Sc r, ReadOnlySpan<byte> b)
    { r.w3 = BinaryPrimitives.ReadUInt64BigEndian(b); r.w2 = BinaryPrimitives.ReadUInt64BigEndian(b[8..]); r.w1 = BinaryPrimitives.ReadUInt64BigEndian(b[16..]); r.w0 = BinaryPrimitives.ReadUInt64BigEndian(b[24..]); ulong o = Over(r); Red(ref r, o); return o != 0; }
    public readonly void Put(Span<byte> b) { BinaryPrimitives.WriteUInt64BigEndian(b, w3); BinaryPrimitives.WriteUInt64BigEndian(b[8..], w2); BinaryPrimitives.WriteUInt64BigEndian(b[16..], w1); BinaryPrimitives.WriteUInt64BigEndian(b[24..], w0); }
    public readonly bool IsZero => (w0 | w1 | w2 | w3) == 0;
    public static void Add(ref Sc r, in Sc a, in Sc b) { ulong c = 0; r.w0 = Adc(a.w0, b.w0, ref c); r.w1 = Adc(a.w1, b.w1, ref c); r.w2 = Adc(a.w2, b.w2, ref c); r.w3 = Adc(a.w3, b.w3, ref c); Red(ref r, c | Over(r)); }
    public static void Neg(ref Sc r, in Sc a) { ulong nz = 0 - ((a.w0 | a.w1 | a.w2 | a.w3) != 0 ? 1UL : 0), c = 0; Sc t; t.w0 = Sbb(N0, a.w0, ref c) & nz; t.w1 = Sbb(N1, a.w1, ref c) & nz; t.w2 = Sbb(N2, a.w2, ref c) & nz; t.w3 = Sbb(N3, a.w3, ref c) & nz; r = t; }
    /// 1 if > n/2
    public readonly ulong High() { ulong c = 0; Sbb(0xDFE92F46681B20A0, w0, ref c); Sbb(0x5D576E7357A4501D, w1, ref c); Sbb(ulong.MaxValue, w2, ref c); Sbb(0x7FFFFFFFFFFFFFFF, w3, ref c); return c; }
    [MethodImpl(MethodImplOptions.AggressiveInlining)] static ulong Mla(ulong acc, ulong a, ulong b, ref ulong carry) { ulong h = F.Hi(a, b), l = a * b; l += acc; h += l < acc ? 1UL : 0; l += carry; h += l < carry ? 1UL : 0; carry = h; return l; }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MulWide(in Sc a, in Sc b, Span<ulong> t)
    {
        ulong c = 0; ulong x = a.w0; t[0] = Mla(0, x, b.w0, ref c); t[1] = Mla(0, x, b.w1, ref c); t[2] = Mla(0, x, b.w2, ref c); t[3] = Mla(0, x, b.w3, ref c); t[4] = c;
        c = 0; x = a.w1; t[1] = Mla(t[1], x, b.w0, ref c); t[2] = Mla(t[2], x, b.w1, ref c); t[3] = Mla(t[3], x, b.w2, ref c); t[4] = Mla(t[4], x, b.w3, ref c); t[5] = c;
        c = 0; x = a.w2; t[2] = Mla(t[2], x, b.w0, ref c); t[3] = Mla(t[3], x, b.w1, ref c); t[4] = Mla(t[4], x, b.w2, ref c); t[5] = Mla(t[5], x, b.w3, ref c); t[6] = c;
        c = 0; x = a.w3; t[3] = Mla(t[3], x, b.w0, ref c); t[4] = Mla(t[4], x, b.w1, ref c); t[5] = Mla(t[5], x, b.w2, ref c); t[6] = Mla(t[6], x, b.w3, ref c); t[7] = c;
    }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mul(ref Sc r, in Sc a, in Sc b)
    {
        Span<ulong> t = stackalloc ulong[8]; MulWide(a, b, t);
        // fold 512 -> 385: lo + hi*c, c = {C0,C1,1}
        ulong h0 = t[4], h1 = t[5], h2 = t[6], h3 = t[7], c = 0;
        ulong m0 = Mla(t[0], h0, C0, ref c), m1 = Mla(t[1], h1, C0, ref c), m2 = Mla(t[2], h2, C0, ref c), m3 = Mla(t[3], h3, C0, ref c), m4 = c; c = 0;
        m1 = Mla(m1, h0, C1, ref c); m2 = Mla(m2, h1, C1, ref c); m3 = Mla(m3, h2, C1, ref c); m4 = Mla(m4, h3, C1, ref c); ulong m5 = c; c = 0;
        m2 = Adc(m2, h0, ref c); m3 = Adc(m3, h1, ref c); m4 = Adc(m4, h2, ref c); m5 = Adc(m5, h3, ref c); ulong m6 = c;
        // fold 385 -> 258
        c = 0; ulong p0 = Mla(m0, m4, C0, ref c), p1 = Mla(m1, m5, C0, ref c), p2 = Mla(m2, m6, C0, ref c), p3 = Adc(m3, 0, ref c), p4 = c; c = 0;
        p1 = Mla(p1, m4, C1, ref c); p2 = Mla(p2, m5, C1, ref c); p3 = Mla(p3, m6, C1, ref c); p4 += c; c = 0;
        p2 = Adc(p2, m4, ref c); p3 = Adc(p3, m5, ref c); p4 += m6 + c;
        c = 0; Sc o; o.w0 = Mla(p0, p4, C0, ref c); o.w1 = Mla(p1, p4, C1, ref c); ulong k = 0; o.w2 = Adc(p2, p4, ref k); ulong k2 = 0; o.w2 = Adc(o.w2, c, ref k2); c = 0; o.w3 = p3 + k + k2; ulong ov = o.w3 < p3 ? 1UL : 0;
        Red(ref o, ov | Over(o)); r = o;
    }
    public static void Inv(ref Sc r, in Sc a) { r = a; SafeGcd.Inverse(ref r.w0, ref r.w1, ref r.w2, ref r.w3, SafeGcd.ModN); }
    public static Sc From(BigInteger v) { ulong W(int i) => (ulong)((v >> (64 * i)) & ulong.MaxValue); return new Sc { w0 = W(0), w1 = W(1), w2 = W(2), w3 = W(3) }; }
    public readonly BigInteger Big() => (((new BigInteger(w3) << 64) + w2 << 64) + w1 << 64) + w0;
}
internal struct Pt { public Fe x, y, z; public bool inf; }   // Jacobian
internal struct Af { public Fe x, y; }
internal static unsafe class Secp
{
    static readonly Fe Gx = F.From(BigInteger.Parse("079BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798", System.Globalization.NumberStyles.HexNumber));
    static readonly Fe Gy = F.From(BigInteger.Parse("0483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8", System.Globalization.NumberStyles.HexNumber));
    static readonly Fe Beta = F.From(BigInteger.Parse("07AE96A2B657C07106E64479EAC3434E99CF0497512F58995C1396C28719501EE", System.Globalization.NumberStyles.HexNumber));
    static readonly BigInteger Lambda = BigInteger.Parse("05363AD4CC05C30E0A5261C028812645A122E22EA20816678DF02967C1B23BD72", System.Globalization.NumberStyles.HexNumber);
    const int GW = 6, GWIN = 43;               // constant-time fixed-base: 43 windows x 32 odd multiples, 88 KB
    const int VW = 10, VN = 1 << (VW - 2);     // variable-time wNAF tables of G and 2^128 G: 2 x 256 x 64 B = 32 KB
    static readonly ulong* Gen; static readonly Af* Vg, Vg128; static readonly Sc Off; static readonly Sc Half2;
    public static readonly double InitMs;
    static Secp()
    {
        long t0 = System.Diagnostics.Stopwatch.GetTimestamp();
        Gen = (ulong*)NativeMemory.AlignedAlloc((nuint)(GWIN * 32 * 64), 64);
        Vg = (Af*)NativeMemory.AlignedAlloc((nuint)(VN * sizeof(Af)), 64); Vg128 = (Af*)NativeMemory.AlignedAlloc((nuint)(VN * sizeof(Af)), 64);
        var pts = new Pt[GWIN * 32]; Pt b = new Pt { x = Gx, y = Gy, z = new Fe { n0 = 1 } };
        var af = new Af[pts.Length + 2 * VN]; Pt b128 = default;
        var all = new Pt[pts.Length + 2 * VN];
        for (int w = 0; w < GWIN; w++)
        {
            Pt d = default; Double(ref d, b); Pt c = b;
            for (int i = 0; i < 32; i++) { all[w * 32 + i] = c; if (i < 31) { Pt n = default; AddVar(ref n, c, d); c = n; } }
            for (int i = 0; i < GW; i++) { Double(ref b, b); }
        }
        void Odd(Pt p, int o) { Pt d = default; Double(ref d, p); Pt c = p; for (int i = 0; i < VN; i++) { all[o + i] = c; Pt n = default; AddVar(ref n, c, d); c = n; } }
        b128 = new Pt { x = Gx, y = Gy, z = new Fe { n0 = 1 } }; Odd(b128, GWIN * 32); for (int i = 0; i < 128; i++) Double(ref b128, b128); Odd(b128, GWIN * 32 + VN);
        Batch(all, af);
        for (int i = 0; i < GWIN * 32; i++) { ulong* q = Gen + i * 8; F.Get(af[i].x, out q[0], out q[1], out q[2], out q[3]); F.Get(af[i].y, out q[4], out q[5], out q[6], out q[7]); }
        for (int i = 0; i < VN; i++) { Vg[i] = af[GWIN * 32 + i]; Vg128[i] = af[GWIN * 32 + VN + i]; }
        Off = Sc.From((BigInteger.Pow(2, GW * GWIN) - 1) % SafeGcd.N); Half2 = Sc.From((SafeGcd.N + 1) / 2);
        InitMs = System.Diagnostics.Stopwatch.GetElapsedTime(t0).TotalMilliseconds;
    }
    static void Batch(Pt[] p, Af[] o)
    {
        var acc = new Fe[p.Length]; Fe a = new Fe { n0 = 1 };
        for (int i = 0; i < p.Length; i++) { acc[i] = a; F.Mul(ref a, a, p[i].z); }
        Fe inv = default; F.Inv(ref inv, a);
        for (int i = p.Length - 1; i >= 0; i--) { Fe zi = default; F.Mul(ref zi, inv, acc[i]); F.Mul(ref inv, inv, p[i].z); ToAf(ref o[i], p[i], zi); }
    }
    static void ToAf(ref Af o, in Pt p, in Fe zi) { Fe z2 = default, z3 = default; F.Sqr(ref z2, zi); F.Mul(ref z3, z2, zi); F.Mul(ref o.x, p.x, z2); F.Mul(ref o.y, p.y, z3); F.Norm(ref o.x); F.Norm(ref o.y); }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Double(ref Pt r, in Pt p)
    {   // in: x<=6,y<=3 out: x 3,y 3,z 1
        Fe l, s, t, u; Unsafe.SkipInit(out l); Unsafe.SkipInit(out s); Unsafe.SkipInit(out t);
        F.Mul(ref r.z, p.z, p.y); F.Sqr(ref s, p.y); F.Sqr(ref l, p.x); F.MulInt(ref l, 3); F.Half(ref l);
        t = default; F.Neg(ref t, s, 1); F.Mul(ref t, t, p.x);
        F.Sqr(ref r.x, l); F.Add(ref r.x, t); F.Add(ref r.x, t); F.Sqr(ref s, s); F.Add(ref t, r.x); F.Mul(ref r.y, t, l); F.Add(ref r.y, s); u = r.y; F.Neg(ref r.y, u, 2); r.inf = p.inf;
    }
    /// mixed addition; incomplete formulas: the exceptional cases fall through to the checked path (never taken for random scalars)
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddAfCore(ref Pt r, in Pt p, in Fe az, in Af q)
    {   // in: p.x<=6, p.y<=3, q<=2 ; az = the z that maps q (p.z, or p.z*gz when q is on the unscaled curve)
        Fe zz, u2, s2, h, rr, hh, hhh, v, t, n, m; Unsafe.SkipInit(out zz); Unsafe.SkipInit(out u2); Unsafe.SkipInit(out s2); Unsafe.SkipInit(out h); Unsafe.SkipInit(out rr); Unsafe.SkipInit(out hh); Unsafe.SkipInit(out hhh); Unsafe.SkipInit(out v); Unsafe.SkipInit(out t); Unsafe.SkipInit(out m);
        F.Sqr(ref zz, az); F.Mul(ref u2, q.x, zz); F.Mul(ref s2, q.y, zz); F.Mul(ref s2, s2, az);
        F.Neg(ref h, p.x, 6); F.Add(ref h, u2);       // h <= 8
        F.Neg(ref rr, p.y, 3); F.Add(ref rr, s2);     // rr <= 5
        F.Sqr(ref hh, h); F.Mul(ref hhh, hh, h); F.Mul(ref v, p.x, hh);
        F.Mul(ref r.z, p.z, h); F.Mul(ref t, p.y, hhh);
        F.Sqr(ref r.x, rr); n = v; F.MulInt(ref n, 2); F.Add(ref n, hhh); F.Neg(ref m, n, 3); F.Add(ref r.x, m); // x <= 5
        F.Neg(ref n, r.x, 5); F.Add(ref n, v);        // <= 7
        F.Mul(ref r.y, n, rr); F.Neg(ref m, t, 1); F.Add(ref r.y, m); r.inf = false; // y <= 3
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static void AddAf(ref Pt r, in Pt p, in Af q) => AddAfCore(ref r, p, p.z, q);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] static bool MaybeZero(in Fe a) { ulong l = a.n0 & F.M; return l == 0 || l == F.P0; }
    static bool SameX(in Pt p, in Af q, out bool sameY)
    { Fe zz = default, u = default, h = default; F.Sqr(ref zz, p.z); F.Mul(ref u, q.x, zz); F.Neg(ref h, p.x, 6); F.Add(ref h, u); if (!F.IsZeroVar(h)) { sameY = false; return false; } F.Mul(ref u, q.y, zz); F.Mul(ref u, u, p.z); F.Neg(ref h, p.y, 3); F.Add(ref h, u); sameY = F.IsZeroVar(h); return true; }
    /// complete (variable time) mixed add: z==0 afterwards signals h==0
    public static void AddAfVar(ref Pt r, in Pt p, in Af q)
    {
        if (p.inf) { r = new Pt { x = q.x, y = q.y, z = new Fe { n0 = 1 } }; return; }
        Pt save = p; AddAf(ref r, save, q);
        if (MaybeZero(r.z) && F.IsZeroVar(r.z)) { if (SameX(save, q, out bool sy) && sy) Double(ref r, save); else r = new Pt { inf = true, z = new Fe { n0 = 1 } }; }
    }
    public static void AddVar(ref Pt r, Pt p, Pt q)
    {   // general add via affine q (init only)
        if (q.inf) { r = p; return; }
        Fe zi = default; F.Inv(ref zi, q.z); Af a = default; ToAf(ref a, q, zi); AddAfVar(ref r, p, a);
    }
    /// constant-time k*G: k' = (k + 2^258 - 1)/2 mod n gives 43 signed odd 6-bit digits, each looked up by a full scan of its 32 entries
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MulGen(ref Pt r, in Sc k)
    {
        Sc e = default; Sc.Add(ref e, k, Off); Sc.Mul(ref e, e, Half2);
        ulong* tab = Gen; Af q = default; Unsafe.SkipInit(out q);
        for (int w = 0; w < GWIN; w++)
        {
            int bit = w * GW; ulong lo = bit < 64 ? e.w0 : bit < 128 ? e.w1 : bit < 192 ? e.w2 : e.w3, hi = bit < 64 ? e.w1 : bit < 128 ? e.w2 : bit < 192 ? e.w3 : 0; int sh = bit & 63;
            ulong v = ((lo >> sh) | (sh == 0 ? 0 : hi << (64 - sh))) & 63; if (bit >= 256) v = 0;
            ulong neg = ((v >> 5) & 1) ^ 1, idx = (v ^ (0 - neg)) & 31;
            Vector256<ulong> ax = Vector256<ulong>.Zero, ay = Vector256<ulong>.Zero, want = Vector256.Create(idx), cur = Vector256<ulong>.Zero, one = Vector256<ulong>.One;
            ulong* t = tab + w * 256;
            for (int i = 0; i < 32; i++, t += 8) { var m = Vector256.Equals(cur, want); ax |= m & Vector256.Load(t); ay |= m & Vector256.Load(t + 4); cur += one; }
            F.Set(ref q.x, ax[0], ax[1], ax[2], ax[3]); F.Set(ref q.y, ay[0], ay[1], ay[2], ay[3]);
            // conditional negate y
            ulong nm = 0 - neg; Fe ny; Unsafe.SkipInit(out ny); F.Neg(ref ny, q.y, 1); q.y.n0 ^= (q.y.n0 ^ ny.n0) & nm; q.y.n1 ^= (q.y.n1 ^ ny.n1) & nm; q.y.n2 ^= (q.y.n2 ^ ny.n2) & nm; q.y.n3 ^= (q.y.n3 ^ ny.n3) & nm; q.y.n4 ^= (q.y.n4 ^ ny.n4) & nm;
            if (w == 0) { r.x = q.x; r.y = q.y; r.z = new Fe { n0 = 1 }; r.inf = false; }
            else if (w < GWIN - 1) AddAf(ref r, r, q); // |partial sum| < 64^w <= |digit*64^w| < n/2: never equal or opposite
            else AddAfVar(ref r, r, q);                 // last window wraps mod n: exactly one scalar (-47*2^253 mod n) needs the doubling branch
        }
    }
    // ---- variable time: na*A + ng*G with GLV
    static readonly BigInteger B1n = BigInteger.Parse("0E4437ED6010E88286F547FA90ABFE4C3", System.Globalization.NumberStyles.HexNumber), A1 = BigInteger.Parse("03086D221A7D46BCDE86C90E49284EB15", System.Globalization.NumberStyles.HexNumber);
    static readonly Sc G1 = Sc.From(((A1 << 384) + SafeGcd.N / 2) / SafeGcd.N), G2 = Sc.From(((B1n << 384) + SafeGcd.N / 2) / SafeGcd.N), MinusB1 = Sc.From(B1n), MinusB2 = Sc.From(SafeGcd.N - A1), MinusLambda = Sc.From(SafeGcd.N - Lambda);
    static void Split(in Sc k, ref Sc k1, ref Sc k2)
    {
        Span<ulong> t = stackalloc ulong[8]; Sc c1 = default, c2 = default;
        Sc.MulWide(k, G1, t); ulong rb = t[5] >> 63; c1.w0 = t[6] + rb; c1.w1 = t[7] + (c1.w0 < rb ? 1UL : 0);
        Sc.MulWide(k, G2, t); rb = t[5] >> 63; c2.w0 = t[6] + rb; c2.w1 = t[7] + (c2.w0 < rb ? 1UL : 0);
        Sc.Mul(ref c1, c1, MinusB1); Sc.Mul(ref c2, c2, MinusB2); Sc.Add(ref k2, c1, c2); Sc.Mul(ref k1, k2, MinusLambda); Sc.Add(ref k1, k1, k);
    }
    /// width-w NAF of a scalar below 2^129 (after sign removal); returns length
    static int Wnaf(Span<sbyte> o, Span<short> o16, Sc s, int w, bool wide)
    {
        if (wide) o16.Clear(); else o.Clear(); int sign = 1; if (s.w3 >> 63 != 0 || s.High() != 0) { Sc.Neg(ref s, s); sign = -1; }
        int bit = 0, carry = 0, last = 0; int len = 129;
        while (bit < len)
        {
            int b = (int)((bit < 64 ? s.w0 >> bit : bit < 128 ? s.w1 >> (bit - 64) : s.w2 >> (bit - 128)) & 1);
            if (b == carry) { bit++; continue; }
            int now = Math.Min(w, len - bit); ulong v = bit < 64 ? (s.w0 >> bit | (bit == 0 ? 0 : s.w1 << (64 - bit))) : bit < 128 ? (s.w1 >> (bit - 64) | (bit == 64 ? 0 : s.w2 << (128 - bit))) : s.w2 >> (bit - 128);
            int word = (int)(v & ((1UL << now) - 1)) + carry; carry = (word >> (w - 1)) & 1; word -= carry << w;
            if (wide) o16[bit] = (short)(word * sign); else o[bit] = (sbyte)(word * sign); last = bit; bit += now;
        }
        return last + 1;
    }
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MulVar(ref Pt r, in Af A, in Sc na, in Sc ng)
    {
        Sc k1 = default, k2 = default; Split(na, ref k1, ref k2);
        Span<sbyte> w1 = stackalloc sbyte[130], w2 = stackalloc sbyte[130]; Span<short> g1 = stackalloc short[130], g2 = stackalloc short[130];
        int len = Math.Max(Wnaf(w1, default, k1, 5, false), Wnaf(w2, default, k2, 5, false));
        Sc lo = new Sc { w0 = ng.w0, w1 = ng.w1 }, hi = new Sc { w0 = ng.w2, w1 = ng.w3 };
        len = Math.Max(len, Math.Max(Wnaf(default, g1, lo, VW, true), Wnaf(default, g2, hi, VW, true)));
        // odd multiples of A on the curve isomorphic under z = (2A).z, then brought to one common z
        Af* T = stackalloc Af[8], L = stackalloc Af[8]; Fe* zr = stackalloc Fe[8];
        Pt d = default, ai = default; Pt a1 = new Pt { x = A.x, y = A.y, z = new Fe { n0 = 1 } }; Double(ref d, a1);
        Af dd = default; dd.x = d.x; dd.y = d.y; Fe dz2 = default, dz3 = default; F.Sqr(ref dz2, d.z); F.Mul(ref dz3, dz2, d.z);
        Fe norm = default; ai.z = new Fe { n0 = 1 }; F.Mul(ref ai.x, A.x, dz2); F.Mul(ref ai.y, A.y, dz3);
        T[0].x = ai.x; T[0].y = ai.y;
        Fe zc = ai.z; F.Norm(ref dd.x); F.Norm(ref dd.y);
        for (int i = 1; i < 8; i++) { Fe zp = ai.z; Fe h = default, zz = default; F.Sqr(ref zz, ai.z); F.Mul(ref h, dd.x, zz); Fe nx = default; F.Neg(ref nx, ai.x, 6); F.Add(ref h, nx); zr[i] = h; AddAf(ref ai, ai, dd); T[i].x = ai.x; T[i].y = ai.y; }
        // global z = ai.z (iso) ; scale earlier ones: point i has z_i, want z_7 = z_i * prod_{j>i} zr_j
        Fe zs = zr[7]; Fe gz = default; F.Mul(ref gz, ai.z, d.z);
        for (int i = 6; i >= 0; i--) { Fe z2 = default, z3 = default; F.Sqr(ref z2, zs); F.Mul(ref z3, z2, zs); F.Mul(ref T[i].x, T[i].x, z2); F.Mul(ref T[i].y, T[i].y, z3); if (i > 0) F.Mul(ref zs, zs, zr[i]); }
        F.Norm(ref T[7].x); F.Norm(ref T[7].y);
        for (int i = 0; i < 8; i++) { F.Mul(ref L[i].x, T[i].x, Beta); L[i].y = T[i].y; }
        Af* vg = Vg, vg128 = Vg128; Af q = default;
        r = default; r.inf = true; r.z = new Fe { n0 = 1 }; Pt rt = default;
        for (int i = len - 1; i >= 0; i--)
        {
            if (!r.inf) Double(ref r, r);
            int n = w1[i]; if (n != 0) { Pick(ref q, T, n); AddAfVar(ref r, r, q); }
            n = w2[i]; if (n != 0) { Pick(ref q, L, n); AddAfVar(ref r, r, q); }
            n = g1[i]; if (n != 0) { Pick(ref q, vg, n); AddZ(ref r, q, gz); }
            n = g2[i]; if (n != 0) { Pick(ref q, vg128, n); AddZ(ref r, q, gz); }
        }
        if (!r.inf) F.Mul(ref r.z, r.z, gz);
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)] static void Pick(ref Af q, Af* t, int n) { if (n > 0) q = t[n >> 1]; else { q.x = t[(-n) >> 1].x; F.Neg(ref q.y, t[(-n) >> 1].y, 1); } }
    /// add a true-curve affine point to r living on the curve scaled by gz
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddZ(ref Pt r, in Af q, in Fe gz)
    {
        if (r.inf) { Fe zi = default, g = gz; Fe z2 = default, z3 = default; F.Sqr(ref z2, g); F.Mul(ref z3, z2, g); r = default; F.Mul(ref r.x, q.x, z2); F.Mul(ref r.y, q.y, z3); r.z = new Fe { n0 = 1 }; return; }
        Fe az = default; F.Mul(ref az, r.z, gz); Pt t = r; AddAfCore(ref r, t, az, q);
        if (MaybeZero(r.z) && F.IsZeroVar(r.z)) { Pt u = t; u.z = az; if (SameX(u, q, out bool sy) && sy) Double(ref r, t); else r = new Pt { inf = true, z = new Fe { n0 = 1 } }; }
    }
    // ---- ECDSA
    public static bool PubKey(ReadOnlySpan<byte> sk, Span<byte> pub64)
    { Sc d = default; if (Sc.Set(ref d, sk) || d.IsZero) return false; Pt p = default; MulGen(ref p, d); Put(p, pub64); return true; }
    static void Put(in Pt p, Span<byte> o) { Fe zi = default; F.Inv(ref zi, p.z); Af a = default; ToAf(ref a, p, zi); PutFe(a.x, o); PutFe(a.y, o[32..]); }
    public static void PutFe(in Fe a, Span<byte> o) { F.Get(a, out var w0, out var w1, out var w2, out var w3); new Sc { w0 = w0, w1 = w1, w2 = w2, w3 = w3 }.Put(o); }
    public static Fe GetFe(ReadOnlySpan<byte> b) { Fe r = default; F.Set(ref r, BinaryPrimitives.ReadUInt64BigEndian(b[24..]), BinaryPrimitives.ReadUInt64BigEndian(b[16..]), BinaryPrimitives.ReadUInt64BigEndian(b[8..]), BinaryPrimitives.ReadUInt64BigEndian(b)); return r; }
    public static int Sign(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> sk, Span<byte> sig)
    {
        Sc d = default, z = default, k = default, r = default, s = default, ki = default; Sc.Set(ref d, sk); Sc.Set(ref z, hash);
        var gen = new Rfc6979(sk, z); Span<byte> kb = stackalloc byte[32];
        for (; ; )
        {
            gen.Next(kb); if (Sc.Set(ref k, kb) || k.IsZero) continue;
            Pt p = default; MulGen(ref p, k); Fe zi = default; F.Inv(ref zi, p.z); Af a = default; ToAf(ref a, p, zi);
            Span<byte> xb = stackalloc byte[32]; PutFe(a.x, xb); bool over = Sc.Set(ref r, xb); if (r.IsZero) continue;
            int v = (int)(a.y.n0 & 1) | (over ? 2 : 0);
            Sc.Mul(ref s, r, d); Sc.Add(ref s, s, z); Sc.Inv(ref ki, k); Sc.Mul(ref s, s, ki); if (s.IsZero) continue;
            ulong hi = s.High(), hm = 0 - hi; Sc ns = default; Sc.Neg(ref ns, s); s.w0 ^= (s.w0 ^ ns.w0) & hm; s.w1 ^= (s.w1 ^ ns.w1) & hm; s.w2 ^= (s.w2 ^ ns.w2) & hm; s.w3 ^= (s.w3 ^ ns.w3) & hm; v ^= (int)hi;
            r.Put(sig); s.Put(sig[32..]); k = default; kb.Clear(); return v;
        }
    }
    public static bool Recover(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> sig, int v, Span<byte> pub64)
    {
        Sc r = default, s = default, z = default; if (Sc.Set(ref r, sig) || Sc.Set(ref s, sig[32..]) || r.IsZero || s.IsZero) return false; Sc.Set(ref z, hash);
        Af R = default; if ((v & 2) != 0) { var bx = r.Big() + SafeGcd.N; if (bx >= SafeGcd.P) return false; R.x = F.From(bx); } else R.x = GetFe(sig);
        if (!Lift(ref R, (v & 1) != 0)) return false;
        Sc ri = default, u1 = default, u2 = default; Sc.Inv(ref ri, r); Sc.Mul(ref u1, ri, z); Sc.Neg(ref u1, u1); Sc.Mul(ref u2, ri, s);
        Pt p = default; MulVar(ref p, R, u2, u1); if (p.inf) return false; Put(p, pub64); return true;
    }
    public static bool Lift(ref Af a, bool odd) { Fe y2 = default, t = default; F.Sqr(ref t, a.x); F.Mul(ref t, t, a.x); y2 = t; y2.n0 += 7; if (!F.Sqrt(ref t, y2)) return false; F.Norm(ref t); if (((t.n0 & 1) != 0) != odd) { Fe n = default; F.Neg(ref n, t, 1); F.Norm(ref n); t = n; } a.y = t; return true; }
    public static bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> sig, ReadOnlySpan<byte> pub64, bool lowS = true)
    {
        Sc r = default, s = default, z = default; if (Sc.Set(ref r, sig) || Sc.Set(ref s, sig[32..]) || r.IsZero || s.IsZero) return false; if (lowS && s.High() != 0) return false; Sc.Set(ref z, hash);
        Af A = default; A.x = GetFe(pub64); A.y = GetFe(pub64[32..]);
        Fe l = default, q = default; F.Sqr(ref l, A.y); F.Neg(ref l, l, 1); F.Sqr(ref q, A.x); F.Mul(ref q, q, A.x); q.n0 += 7; F.Add(ref l, q); if (!F.IsZeroVar(l)) return false;
        Sc si = default, u1 = default, u2 = default; Sc.Inv(ref si, s); Sc.Mul(ref u1, si, z); Sc.Mul(ref u2, si, r);
        Pt p = default; MulVar(ref p, A, u2, u1); if (p.inf) return false;
        // compare x without inversion: r*z^2 == x, or (r+n)*z^2 == x
        Fe zz = default, t = default; F.Sqr(ref zz, p.z); Fe rx = default; F.Set(ref rx, r.w0, r.w1, r.w2, r.w3); F.Mul(ref t, rx, zz); Fe nx = default; F.Neg(ref nx, p.x, 6); Fe c = nx; F.Add(ref c, t); if (F.IsZeroVar(c)) return true;
        var b = r.Big() + SafeGcd.N; if (b >= SafeGcd.P) return false; rx = F.From(b); F.Mul(ref t, rx, zz); c = nx; F.Add(ref c, t); return F.IsZeroVar(c);
    }
    public static bool AddTweak(ReadOnlySpan<byte> pub64, ReadOnlySpan<byte> tw, Span<byte> o)
    { Sc t = default; if (Sc.Set(ref t, tw)) return false; Pt p = default; MulGen(ref p, t); Af a = default; a.x = GetFe(pub64); a.y = GetFe(pub64[32..]); Pt q = default; AddAfVar(ref q, p, a); if (q.inf) return false; Put(q, o); return true; }
}
internal ref struct Rfc6979
{
    byte[] K = new byte[32], V = new byte[32]; bool first = true;
    public Rfc6979(ReadOnlySpan<byte> sk, in Sc z)
    {
        Array.Fill(V, (byte)1); Span<byte> m = stackalloc byte[97]; V.CopyTo(m); m[32] = 0; sk.CopyTo(m[33..]); z.Put(m[65..]);
        Mac.Hmac(K, m, K); Mac.Hmac(K, V, V); V.CopyTo(m); m[32] = 1; Mac.Hmac(K, m, K); Mac.Hmac(K, V, V); m.Clear();
    }
    public void Next(Span<byte> o) { if (!first) { Span<byte> m = stackalloc byte[33]; V.CopyTo(m); m[32] = 0; Mac.Hmac(K, m, K); Mac.Hmac(K, V, V); } first = false; Mac.Hmac(K, V, V); V.CopyTo(o); }
}
internal static class Mac
{
    public static bool UseBcl = false;
    public static void Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> m, Span<byte> o)
    { if (UseBcl) { Span<byte> t = stackalloc byte[32]; HMACSHA256.HashData(key, m, t); t.CopyTo(o); } else Sha2.Hmac256(key, m, o); }
}
