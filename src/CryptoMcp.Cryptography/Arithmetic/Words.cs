using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CryptoMcp.Cryptography.Arithmetic;

/// <summary>Constant-time arithmetic on 64-bit words: no branch and no memory address depends on a value.</summary>
internal static class Words
{
    /// <summary>The upper 64 bits of a product.</summary>
    /// <remarks>
    /// MULX without its lower half: the BigMul of the base library stores that half to memory, which costs a third of a field
    /// multiplication. Elsewhere (Arm64 has UMULH) BigMul with a discarded half compiles to one instruction.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyHigh(ulong a, ulong b) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);

    /// <summary>a + b + carry, where carry is 0 or 1 and becomes the carry out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AddWithCarry(ulong a, ulong b, ref ulong carry)
    {
        ulong sum = a + b;
        ulong first = sum < a ? 1UL : 0;
        ulong total = sum + carry;
        carry = first + (total < sum ? 1UL : 0);
        return total;
    }

    /// <summary>a - b - borrow, where borrow is 0 or 1 and becomes the borrow out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SubtractWithBorrow(ulong a, ulong b, ref ulong borrow)
    {
        ulong difference = a - b;
        ulong first = a < b ? 1UL : 0;
        ulong total = difference - borrow;
        borrow = first + (difference < borrow ? 1UL : 0);
        return total;
    }

    /// <summary>sum + a·b + carry: returns the lower word, carry becomes the upper one. Cannot overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyAdd(ulong sum, ulong a, ulong b, ref ulong carry)
    {
        ulong high = MultiplyHigh(a, b);
        ulong low = a * b;
        low += sum;
        high += low < sum ? 1UL : 0;
        low += carry;
        high += low < carry ? 1UL : 0;
        carry = high;
        return low;
    }

    /// <summary>a where the mask is all zeros, b where it is all ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Select(ulong a, ulong b, ulong mask) => a ^ ((a ^ b) & mask);
}
