using System.Runtime.InteropServices;

namespace CryptoMcp.Cryptography.Edwards;

/// <summary>
/// Multiples of the base point B, computed when the code was written, as for secp256k1 in GeneratorTables. An entry is twelve 64-bit
/// words: y + x, y - x, 2d·x·y, lowest word first.
/// </summary>
internal static unsafe partial class BasePointTables
{
    /// <summary>Bits of a window of <see cref="Windows"/>.</summary>
    public const int WindowBits = 5;

    /// <summary>51 windows of 5 bits cover 255 bits.</summary>
    public const int WindowCount = 51;

    /// <summary>Entries of a window: 1 to 16 times 32^window · B.</summary>
    public const int WindowPoints = 16;

    /// <summary>Words of an entry.</summary>
    public const int EntryWords = 12;

    /// <summary>Width of the non-adjacent form that <see cref="OddMultiples"/> serves.</summary>
    public const int OddWidth = 8;

    /// <summary>The odd multiples 1, 3 … 127.</summary>
    public const int OddCount = 1 << (OddWidth - 2);

    /// <summary>For secret scalars: window after window. Read whole windows only.</summary>
    public static readonly ulong* Windows = Align(WindowData);

    /// <summary>For public scalars: odd multiples of B, unpacked.</summary>
    public static readonly EdwardsPoint.AffineOperand* OddMultiples = Unpack(OddData);

    private static ulong* Align(ReadOnlySpan<ulong> data)
    {
        var copy = (ulong*)NativeMemory.AlignedAlloc((nuint)data.Length * sizeof(ulong), 64);
        data.CopyTo(new Span<ulong>(copy, data.Length));
        return copy;
    }

    private static EdwardsPoint.AffineOperand* Unpack(ReadOnlySpan<ulong> data)
    {
        int count = data.Length / EntryWords;
        var entries = (EdwardsPoint.AffineOperand*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(EdwardsPoint.AffineOperand)), 64);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<ulong> w = data.Slice(i * EntryWords, EntryWords);
            entries[i].Sum.SetWords(w[0], w[1], w[2], w[3]);
            entries[i].Difference.SetWords(w[4], w[5], w[6], w[7]);
            entries[i].ScaledT.SetWords(w[8], w[9], w[10], w[11]);
        }

        return entries;
    }
}
