using System.Runtime.CompilerServices;

namespace CryptoMcp.Cryptography.Edwards;

/// <summary>Verification (RFC 8032, 5.1.7, without the cofactor). All input is public: variable time.</summary>
internal static unsafe class EdwardsVerifier
{
    private const int Width = 5;
    private const int TableCount = 1 << (Width - 2);
    private const int Bits = 256;

    [SkipLocalsInit]
    public static bool VerifyVar(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        EdwardsPoint key = default;
        Span<ulong> s = stackalloc ulong[EdwardsScalar.WordCount];
        Span<ulong> h = stackalloc ulong[EdwardsScalar.WordCount];
        EdwardsScalar.Load(s, signature[32..]);
        if (!EdwardsScalar.IsReduced(s) || !EdwardsPoint.TryReadVar(ref key, publicKey) || key.IsSmallOrder())
        {
            return false;
        }

        MessageHash.Reduce(h, signature[..32], publicKey, message);
        EdwardsPoint commitment = default;
        MultiplyVar(ref commitment, key.Negative(), h, s); // R = s·B - h·A
        Span<byte> encoded = stackalloc byte[32];
        commitment.Write(encoded);
        return encoded.SequenceEqual(signature[..32]) && !commitment.IsSmallOrder();
    }

    /// <summary>r := a·point + b·B.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyVar(ref EdwardsPoint r, in EdwardsPoint point, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        EdwardsPoint.Operand* multiples = stackalloc EdwardsPoint.Operand[TableCount];
        multiples[0] = point.ToOperand();
        EdwardsPoint twice = default, odd = point;
        EdwardsPoint.Double(ref twice, point);
        EdwardsPoint.Operand step = twice.ToOperand();
        for (int i = 1; i < TableCount; i++)
        {
            EdwardsPoint.Add(ref odd, odd, step, subtract: false, withT: true);
            multiples[i] = odd.ToOperand();
        }

        Span<sbyte> digitsA = stackalloc sbyte[Bits];
        Span<sbyte> digitsB = stackalloc sbyte[Bits];
        WriteDigitsVar(digitsA, a, Width);
        WriteDigitsVar(digitsB, b, BasePointTables.OddWidth);
        int top = Bits - 1;
        while (top >= 0 && digitsA[top] == 0 && digitsB[top] == 0)
        {
            top--;
        }

        EdwardsPoint.AffineOperand* baseMultiples = BasePointTables.OddMultiples;
        r = EdwardsPoint.Identity;
        for (int i = top; i >= 0; i--)
        {
            // T is needed by additions only, so what comes before a doubling does without it.
            int x = digitsA[i], y = digitsB[i];
            EdwardsPoint.Double(ref r, r, withT: (x | y) != 0);
            if (x != 0)
            {
                EdwardsPoint.Add(ref r, r, multiples[Math.Abs(x) >> 1], x < 0, withT: y != 0);
            }

            if (y != 0)
            {
                EdwardsPoint.Add(ref r, r, baseMultiples[Math.Abs(y) >> 1], y < 0, withT: false);
            }
        }
    }

    /// <summary>Width-w non-adjacent form of a number below 2^253.</summary>
    private static void WriteDigitsVar(Span<sbyte> digits, ReadOnlySpan<ulong> s, int width)
    {
        digits.Clear();
        int bit = 0, carry = 0;
        while (bit < Bits)
        {
            int word = bit >> 6, shift = bit & 63;
            ulong ahead = s[word] >> shift;
            if (shift != 0 && word < 3)
            {
                ahead |= s[word + 1] << (64 - shift);
            }

            if ((int)(ahead & 1) == carry)
            {
                bit++;
                continue;
            }

            int take = Math.Min(width, Bits - bit);
            int digit = (int)(ahead & ((1UL << take) - 1)) + carry;
            carry = (digit >> (width - 1)) & 1;
            digit -= carry << width;
            digits[bit] = (sbyte)digit;
            bit += take;
        }
    }
}
