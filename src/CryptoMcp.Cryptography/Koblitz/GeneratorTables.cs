using System.Runtime.InteropServices;

namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>
/// Multiples of the generator G, computed when the code was written (bench/CryptoMcp.TableGenerator), so that the first
/// signature of a process does not wait for them. A test computes them again.
/// </summary>
/// <remarks>
/// A point is eight 64-bit words, x then y, lowest word first. The data is copied once to memory aligned to cache lines: a point is
/// one line, and a vector load that straddles two lines costs twice.
/// </remarks>
internal static unsafe partial class GeneratorTables
{
    /// <summary>Bits of a window of <see cref="Windows"/>.</summary>
    public const int WindowBits = 6;

    /// <summary>43 windows of 6 bits cover 258 bits.</summary>
    public const int WindowCount = 43;

    /// <summary>Points of a window: the odd multiples 1, 3 … 63 of 64^window · G.</summary>
    public const int WindowPoints = 1 << (WindowBits - 1);

    /// <summary>Words of a point.</summary>
    public const int PointWords = 8;

    /// <summary>Width of the non-adjacent form that <see cref="OddMultiples"/> serves.</summary>
    public const int OddWidth = 10;

    /// <summary>The odd multiples 1, 3 … 511.</summary>
    public const int OddCount = 1 << (OddWidth - 2);

    /// <summary>For secret scalars: window after window, <see cref="WindowPoints"/> points each. Read whole windows only.</summary>
    public static readonly ulong* Windows = Align(WindowData);

    /// <summary>For public scalars: odd multiples of G, then as many of 2^128 · G, unpacked.</summary>
    public static readonly AffinePoint* OddMultiples = Unpack(OddData);

    private static ulong* Align(ReadOnlySpan<ulong> data)
    {
        var copy = (ulong*)NativeMemory.AlignedAlloc((nuint)data.Length * sizeof(ulong), 64);
        data.CopyTo(new Span<ulong>(copy, data.Length));
        return copy;
    }

    private static AffinePoint* Unpack(ReadOnlySpan<ulong> data)
    {
        int count = data.Length / PointWords;
        var points = (AffinePoint*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(AffinePoint)), 64);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<ulong> words = data.Slice(i * PointWords, PointWords);
            points[i].X.SetWords(words[0], words[1], words[2], words[3]);
            points[i].Y.SetWords(words[4], words[5], words[6], words[7]);
        }

        return points;
    }
}
