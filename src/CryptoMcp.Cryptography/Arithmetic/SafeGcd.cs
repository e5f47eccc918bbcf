using System.Runtime.CompilerServices;

namespace CryptoMcp.Cryptography.Arithmetic;

/// <summary>
/// Modular inverse in constant time: the "safegcd" of Bernstein and Yang (IACR 2019/266) in the half-delta form of libsecp256k1
/// (doc/safegcd_implementation.md). 590 division steps suffice for moduli below 2^256; ten rounds of 59 are run, each of which turns
/// its steps into one 2x2 matrix. The inverse of zero is zero.
/// </summary>
internal static unsafe class SafeGcd
{
    private const ulong Mask62 = ulong.MaxValue >> 2;
    private const int Rounds = 10;
    private const int StepsPerRound = 59;

    /// <summary>Replaces a number below the modulus (four 64-bit words, lowest first) by its inverse.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Inverse(ref ulong w0, ref ulong w1, ref ulong w2, ref ulong w3, OddModulus modulus)
    {
        long* f = stackalloc long[5];
        long* g = stackalloc long[5];
        long* d = stackalloc long[5];
        long* e = stackalloc long[5];
        long* m = stackalloc long[5];
        m[0] = modulus.Limb0;
        m[1] = modulus.Limb1;
        m[2] = modulus.Limb2;
        m[3] = modulus.Limb3;
        m[4] = modulus.Limb4;
        for (int i = 0; i < 5; i++)
        {
            f[i] = m[i];
            d[i] = 0;
            e[i] = 0;
        }

        e[0] = 1;
        g[0] = (long)(w0 & Mask62);
        g[1] = (long)((w0 >> 62 | w1 << 2) & Mask62);
        g[2] = (long)((w1 >> 60 | w2 << 4) & Mask62);
        g[3] = (long)((w2 >> 58 | w3 << 6) & Mask62);
        g[4] = (long)(w3 >> 56);

        long zeta = -1; // -(delta + 1/2), delta starting at 1/2
        for (int round = 0; round < Rounds; round++)
        {
            zeta = DivisionSteps(zeta, (ulong)f[0], (ulong)g[0], out long u, out long v, out long q, out long r);
            UpdateCofactors(d, e, m, modulus.InverseMod62, u, v, q, r);
            UpdateOperands(f, g, u, v, q, r);
        }

        Normalize(d, m, f[4] >> 63);
        w0 = (ulong)d[0] | (ulong)d[1] << 62;
        w1 = (ulong)d[1] >> 2 | (ulong)d[2] << 60;
        w2 = (ulong)d[2] >> 4 | (ulong)d[3] << 58;
        w3 = (ulong)d[3] >> 6 | (ulong)d[4] << 56;
    }

    /// <summary>59 division steps on the lowest words; the matrix comes out scaled by 2^62 (hence the start at 8 = 2^3).</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long DivisionSteps(long zeta, ulong f, ulong g, out long matrixU, out long matrixV, out long matrixQ, out long matrixR)
    {
        ulong u = 8, v = 0, q = 0, r = 8;
        for (int i = 0; i < StepsPerRound; i++)
        {
            ulong negative = (ulong)(zeta >> 63);
            ulong odd = 0UL - (g & 1);
            ulong x = (f ^ negative) - negative;
            ulong y = (u ^ negative) - negative;
            ulong z = (v ^ negative) - negative;
            g += x & odd;
            q += y & odd;
            r += z & odd;
            negative &= odd;
            zeta = (zeta ^ (long)negative) - 1;
            f += g & negative;
            u += q & negative;
            v += r & negative;
            g >>= 1;
            u <<= 1;
            v <<= 1;
        }

        matrixU = (long)u;
        matrixV = (long)v;
        matrixQ = (long)q;
        matrixR = (long)r;
        return zeta;
    }

    /// <summary>(d, e) := matrix · (d, e) / 2^62 mod m: a multiple of m is added that clears the lower 62 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UpdateCofactors(long* d, long* e, long* m, ulong inverse, long u, long v, long q, long r)
    {
        long signD = d[4] >> 63, signE = e[4] >> 63;
        long multipleD = (u & signD) + (v & signE), multipleE = (q & signD) + (r & signE);
        long highD = 0, highE = 0;
        ulong lowD = 0, lowE = 0;
        Accumulate(ref highD, ref lowD, u, d[0]);
        Accumulate(ref highD, ref lowD, v, e[0]);
        Accumulate(ref highE, ref lowE, q, d[0]);
        Accumulate(ref highE, ref lowE, r, e[0]);
        multipleD -= (long)((inverse * lowD + (ulong)multipleD) & Mask62);
        multipleE -= (long)((inverse * lowE + (ulong)multipleE) & Mask62);
        Accumulate(ref highD, ref lowD, m[0], multipleD);
        Accumulate(ref highE, ref lowE, m[0], multipleE);
        ShiftLimb(ref highD, ref lowD);
        ShiftLimb(ref highE, ref lowE);
        for (int i = 1; i < 5; i++)
        {
            long di = d[i], ei = e[i];
            Accumulate(ref highD, ref lowD, u, di);
            Accumulate(ref highD, ref lowD, v, ei);
            Accumulate(ref highE, ref lowE, q, di);
            Accumulate(ref highE, ref lowE, r, ei);
            Accumulate(ref highD, ref lowD, m[i], multipleD);
            Accumulate(ref highE, ref lowE, m[i], multipleE);
            d[i - 1] = (long)(lowD & Mask62);
            e[i - 1] = (long)(lowE & Mask62);
            ShiftLimb(ref highD, ref lowD);
            ShiftLimb(ref highE, ref lowE);
        }

        d[4] = (long)lowD;
        e[4] = (long)lowE;
    }

    /// <summary>(f, g) := matrix · (f, g) / 2^62, which is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UpdateOperands(long* f, long* g, long u, long v, long q, long r)
    {
        long highF = 0, highG = 0;
        ulong lowF = 0, lowG = 0;
        Accumulate(ref highF, ref lowF, u, f[0]);
        Accumulate(ref highF, ref lowF, v, g[0]);
        Accumulate(ref highG, ref lowG, q, f[0]);
        Accumulate(ref highG, ref lowG, r, g[0]);
        ShiftLimb(ref highF, ref lowF);
        ShiftLimb(ref highG, ref lowG);
        for (int i = 1; i < 5; i++)
        {
            long fi = f[i], gi = g[i];
            Accumulate(ref highF, ref lowF, u, fi);
            Accumulate(ref highF, ref lowF, v, gi);
            Accumulate(ref highG, ref lowG, q, fi);
            Accumulate(ref highG, ref lowG, r, gi);
            f[i - 1] = (long)(lowF & Mask62);
            g[i - 1] = (long)(lowG & Mask62);
            ShiftLimb(ref highF, ref lowF);
            ShiftLimb(ref highG, ref lowG);
        }

        f[4] = (long)lowF;
        g[4] = (long)lowG;
    }

    /// <summary>d := d · sign(f) mod m, in 0..m-1; d starts in -2m..m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Normalize(long* d, long* m, long signF)
    {
        long add = d[4] >> 63;
        for (int i = 0; i < 5; i++)
        {
            d[i] += m[i] & add;
            d[i] = (d[i] ^ signF) - signF;
        }

        CarryLimbs(d);
        add = d[4] >> 63;
        for (int i = 0; i < 5; i++)
        {
            d[i] += m[i] & add;
        }

        CarryLimbs(d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CarryLimbs(long* d)
    {
        for (int i = 0; i < 4; i++)
        {
            d[i + 1] += d[i] >> 62;
            d[i] &= (long)Mask62;
        }
    }

    /// <summary>(high, low) += a·b, signed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(ref long high, ref ulong low, long a, long b)
    {
        ulong productLow = (ulong)a * (ulong)b;
        long productHigh = (long)Words.MultiplyHigh((ulong)a, (ulong)b) - ((a >> 63) & b) - ((b >> 63) & a);
        low += productLow;
        high += productHigh + (low < productLow ? 1L : 0L);
    }

    /// <summary>(high, low) >>= 62.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ShiftLimb(ref long high, ref ulong low)
    {
        low = low >> 62 | (ulong)high << 2;
        high >>= 62;
    }
}
