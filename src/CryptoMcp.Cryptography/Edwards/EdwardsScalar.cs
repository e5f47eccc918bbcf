using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using CryptoMcp.Cryptography.Arithmetic;

namespace CryptoMcp.Cryptography.Edwards;

/// <summary>
/// Numbers mod L = 2^252 + 27742317777372353535851937790883648493, the order of the base point: four 64-bit words, lowest first.
/// Barrett reduction in constant time.
/// </summary>
internal static class EdwardsScalar
{
    public const int WordCount = 4;

    private static ReadOnlySpan<ulong> Order => [0x5812631A5CF5D3ED, 0x14DEF9DEA2F79CD6, 0, 0x1000000000000000, 0];

    /// <summary>2^512 / L, rounded down.</summary>
    private static ReadOnlySpan<ulong> Reciprocal =>
        [0xED9CE5A30A2C131B, 0x2106215D086329A7, 0xFFFFFFFFFFFFFFEB, 0xFFFFFFFFFFFFFFFF, 0x000000000000000F];

    /// <summary>Reads little-endian bytes, eight per word, without reduction.</summary>
    public static void Load(Span<ulong> words, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]);
        }
    }

    /// <summary>Writes little-endian bytes, eight per word.</summary>
    public static void Store(Span<byte> bytes, ReadOnlySpan<ulong> words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(8 * i)..], words[i]);
        }
    }

    /// <summary>Whether four words stand for less than L.</summary>
    public static bool IsReduced(ReadOnlySpan<ulong> words)
    {
        ulong borrow = 0;
        for (int i = 0; i < WordCount; i++)
        {
            Words.SubtractWithBorrow(words[i], Order[i], ref borrow);
        }

        return borrow == 1;
    }

    /// <summary>r := a 512-bit number mod L.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Reduce(Span<ulong> r, ReadOnlySpan<ulong> wide)
    {
        // q = floor(floor(x / 2^192) · mu / 2^320) is the quotient or up to two less.
        Span<ulong> estimate = stackalloc ulong[10];
        Span<ulong> multiple = stackalloc ulong[10];
        Span<ulong> rest = stackalloc ulong[5];
        MultiplyWide(wide.Slice(3, 5), Reciprocal, estimate);
        MultiplyWide(estimate.Slice(5, 5), Order, multiple);
        ulong borrow = 0;
        for (int i = 0; i < 5; i++)
        {
            rest[i] = Words.SubtractWithBorrow(wide[i], multiple[i], ref borrow);
        }

        for (int turn = 0; turn < 2; turn++)
        {
            Span<ulong> less = multiple[..5];
            borrow = 0;
            for (int i = 0; i < 5; i++)
            {
                less[i] = Words.SubtractWithBorrow(rest[i], Order[i], ref borrow);
            }

            for (int i = 0; i < 5; i++)
            {
                rest[i] = Words.Select(rest[i], less[i], borrow - 1);
            }
        }

        rest[..WordCount].CopyTo(r);
        estimate.Clear();
        multiple.Clear();
        rest.Clear();
    }

    /// <summary>r := a·b + c mod L. The factors are below 2^256.</summary>
    [SkipLocalsInit]
    public static void MultiplyAdd(Span<ulong> r, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ReadOnlySpan<ulong> c)
    {
        Span<ulong> wide = stackalloc ulong[2 * WordCount];
        MultiplyWide(a, b, wide);
        ulong carry = 0;
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = Words.AddWithCarry(wide[i], i < WordCount ? c[i] : 0, ref carry);
        }

        Reduce(r, wide);
        wide.Clear();
    }

    /// <summary>r := a - b mod L for reduced numbers.</summary>
    public static void Subtract(Span<ulong> r, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        ulong borrow = 0;
        for (int i = 0; i < WordCount; i++)
        {
            r[i] = Words.SubtractWithBorrow(a[i], b[i], ref borrow);
        }

        ulong mask = 0 - borrow;
        ulong carry = 0;
        for (int i = 0; i < WordCount; i++)
        {
            r[i] = Words.AddWithCarry(r[i], Order[i] & mask, ref carry);
        }
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyWide(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product)
    {
        product.Clear();
        for (int i = 0; i < a.Length; i++)
        {
            ulong carry = 0;
            for (int j = 0; j < b.Length; j++)
            {
                product[i + j] = Words.MultiplyAdd(product[i + j], a[i], b[j], ref carry);
            }

            product[i + b.Length] = carry;
        }
    }
}
