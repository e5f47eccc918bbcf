using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CryptoMcp.Cryptography.Arithmetic;

namespace CryptoMcp.Cryptography.Edwards;

/// <summary>s·B for secret s: same instructions and same memory addresses for every s.</summary>
/// <remarks>
/// Adding 16·(1 + 32 + 32² + …) makes every 5-bit digit v stand for v - 16, from -16 to 15. The whole window is read and masked; digit
/// 0 gives the identity, and the sign swaps y + x with y - x and negates the third word. The addition formula is complete.
/// </remarks>
internal static unsafe class BasePointMultiplication
{
    /// <summary>16·(2^255 - 1)/31.</summary>
    private static ReadOnlySpan<ulong> Offset => [0x0842108421084210, 0x1084210842108421, 0x2108421084210842, 0x4210842108421084];

    /// <summary>r := s·B for s below 2^253, four words.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ref EdwardsPoint r, ReadOnlySpan<ulong> s)
    {
        ulong* e = stackalloc ulong[5];
        ulong carry = 0;
        for (int i = 0; i < 4; i++)
        {
            e[i] = Words.AddWithCarry(s[i], Offset[i], ref carry);
        }

        e[4] = 0;
        r = EdwardsPoint.Identity;
        ulong* window = BasePointTables.Windows;
        Unsafe.SkipInit(out EdwardsPoint.AffineOperand digit);
        for (int w = 0; w < BasePointTables.WindowCount; w++, window += BasePointTables.WindowPoints * BasePointTables.EntryWords)
        {
            int bit = BasePointTables.WindowBits * w;
            int shift = bit & 63;
            ulong bits = ((e[bit >> 6] >> shift) | (shift == 0 ? 0 : e[(bit >> 6) + 1] << (64 - shift))) & 31;
            long signed = (long)bits - 16;
            ulong negative = (ulong)(signed >> 63);
            Lookup(ref digit, window, ((ulong)signed ^ negative) - negative, negative);
            EdwardsPoint.Add(ref r, r, digit, subtract: false, withT: true);
        }

        new Span<ulong>(e, 5).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lookup(ref EdwardsPoint.AffineOperand r, ulong* window, ulong magnitude, ulong negative)
    {
        Vector256<ulong> wanted = Vector256.Create(magnitude);
        Vector256<ulong> current = Vector256<ulong>.One;
        Vector256<ulong> identity = Vector256.Create(1UL, 0, 0, 0) & Vector256.Equals(wanted, Vector256<ulong>.Zero);
        Vector256<ulong> sum = identity;
        Vector256<ulong> difference = identity;
        Vector256<ulong> scaledT = Vector256<ulong>.Zero;
        for (int i = 0; i < BasePointTables.WindowPoints; i++, window += BasePointTables.EntryWords)
        {
            Vector256<ulong> mask = Vector256.Equals(current, wanted);
            sum |= mask & Vector256.Load(window);
            difference |= mask & Vector256.Load(window + 4);
            scaledT |= mask & Vector256.Load(window + 8);
            current += Vector256<ulong>.One;
        }

        Vector256<ulong> swap = (sum ^ difference) & Vector256.Create(negative);
        sum ^= swap;
        difference ^= swap;
        r.Sum.SetWords(sum[0], sum[1], sum[2], sum[3]);
        r.Difference.SetWords(difference[0], difference[1], difference[2], difference[3]);
        r.ScaledT.SetWords(scaledT[0], scaledT[1], scaledT[2], scaledT[3]);
        Unsafe.SkipInit(out EdwardsField opposite);
        EdwardsField.Negate(ref opposite, r.ScaledT);
        EdwardsField.ConditionalMove(ref r.ScaledT, opposite, negative);
    }
}
