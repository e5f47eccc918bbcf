using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>k·G for secret k: same instructions and same memory addresses for every k.</summary>
/// <remarks>
/// <para>
/// With e = (k + 2^258 - 1)/2 mod n, k = Σ (2·e_i - 1)·2^i over 258 bits: every bit counts +1 or -1. Six bits v make an odd digit
/// 2v - 63 from -63 to 63, so no digit is zero and no window is skipped. The table holds the 32 odd multiples of 64^w·G; the whole
/// window is read and masked, and the sign is a masked negation.
/// </para>
/// <para>
/// Incomplete addition is safe in all windows but the last. Before window w the partial sum is odd and below 64^w in absolute value,
/// while the digit adds at least 64^w and at most 63·64^w; up to window 41 both are below n/2, so the two points are neither equal nor
/// opposite, and none is infinity. The digit of window 42 reaches 63·2^252 and wraps around n: there exactly one scalar,
/// k = -47·2^253 mod n, adds a point to itself, and k = 0 adds opposite points. The last addition is therefore checked.
/// </para>
/// </remarks>
internal static unsafe class GeneratorMultiplication
{
    /// <summary>2^258 - 1 mod n.</summary>
    private static readonly Scalar s_offset = new(0x00B685CCBF26FAFB, 0x15448C6542DD7F11, 0x0000000000000005, 0);

    /// <summary>1/2 mod n, that is (n + 1)/2.</summary>
    private static readonly Scalar s_half = new(0xDFE92F46681B20A1, 0x5D576E7357A4501D, 0xFFFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF);

    /// <summary>r := k·G.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ref JacobianPoint r, in Scalar k)
    {
        Scalar e = default;
        Scalar.Add(ref e, k, s_offset);
        Scalar.Multiply(ref e, e, s_half);

        ulong* window = GeneratorTables.Windows;
        Unsafe.SkipInit(out AffinePoint digit);
        const int Last = GeneratorTables.WindowCount - 1;
        for (int w = 0; w <= Last; w++, window += GeneratorTables.WindowPoints * GeneratorTables.PointWords)
        {
            ulong bits = WindowBits(e, w);
            ulong negative = ((bits >> 5) & 1) ^ 1;
            ulong index = (bits ^ (0 - negative)) & 31;
            Lookup(ref digit, window, index, 0 - negative);
            if (w == 0)
            {
                r = new JacobianPoint(digit);
            }
            else if (w < Last)
            {
                JacobianPoint.AddIncomplete(ref r, r, digit);
            }
            else
            {
                JacobianPoint.AddChecked(ref r, r, digit);
            }
        }

        e = default;
        digit = default;
    }

    /// <summary>Six bits of e from bit 6w on. Branches on w, which is public.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong WindowBits(in Scalar e, int w)
    {
        int bit = GeneratorTables.WindowBits * w;
        if (bit >= 256)
        {
            return 0;
        }

        ulong low = bit < 64 ? e.W0 : bit < 128 ? e.W1 : bit < 192 ? e.W2 : e.W3;
        ulong high = bit < 64 ? e.W1 : bit < 128 ? e.W2 : bit < 192 ? e.W3 : 0;
        int shift = bit & 63;
        return ((low >> shift) | (shift == 0 ? 0 : high << (64 - shift))) & 63;
    }

    /// <summary>Reads the whole window and keeps one point, negated where the mask is all ones. Magnitudes 1 and 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lookup(ref AffinePoint r, ulong* window, ulong index, ulong negate)
    {
        Vector256<ulong> x = Vector256<ulong>.Zero;
        Vector256<ulong> y = Vector256<ulong>.Zero;
        Vector256<ulong> wanted = Vector256.Create(index);
        Vector256<ulong> current = Vector256<ulong>.Zero;
        for (int i = 0; i < GeneratorTables.WindowPoints; i++, window += GeneratorTables.PointWords)
        {
            Vector256<ulong> mask = Vector256.Equals(current, wanted);
            x |= mask & Vector256.Load(window);
            y |= mask & Vector256.Load(window + 4);
            current += Vector256<ulong>.One;
        }

        r.X.SetWords(x[0], x[1], x[2], x[3]);
        r.Y.SetWords(y[0], y[1], y[2], y[3]);
        Unsafe.SkipInit(out FieldElement opposite);
        FieldElement.Negate(ref opposite, r.Y, 1);
        FieldElement.ConditionalMove(ref r.Y, opposite, negate);
    }
}
