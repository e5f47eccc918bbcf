using System.Numerics;

namespace CryptoMcp.Cryptography.Tests.Reference;

/// <summary>The contents of GeneratorTables and BasePointTables.</summary>
internal static class CurveTables
{
    /// <summary>43 windows of the odd multiples 1, 3 … 63 of 64^window·G.</summary>
    public static List<ulong> SecpWindows()
    {
        var words = new List<ulong>();
        (BigInteger X, BigInteger Y) start = ReferenceCurves.SecpG;
        for (int window = 0; window < 43; window++)
        {
            AppendOddMultiples(words, start, 32);
            start = SecpDouble(start, 6);
        }

        return words;
    }

    /// <summary>The odd multiples 1, 3 … 511 of G, then of 2^128·G.</summary>
    public static List<ulong> SecpOddMultiples()
    {
        var words = new List<ulong>();
        AppendOddMultiples(words, ReferenceCurves.SecpG, 256);
        AppendOddMultiples(words, SecpDouble(ReferenceCurves.SecpG, 128), 256);
        return words;
    }

    /// <summary>51 windows of the multiples 1 to 16 of 32^window·B.</summary>
    public static List<ulong> EdWindows()
    {
        var words = new List<ulong>();
        (BigInteger X, BigInteger Y) start = ReferenceCurves.EdB;
        for (int window = 0; window < 51; window++)
        {
            (BigInteger X, BigInteger Y) point = start;
            for (int i = 0; i < 16; i++)
            {
                AppendEdwards(words, point);
                point = ReferenceCurves.EdAdd(point, start);
            }

            for (int i = 0; i < 5; i++)
            {
                start = ReferenceCurves.EdAdd(start, start);
            }
        }

        return words;
    }

    /// <summary>The odd multiples 1, 3 … 127 of B.</summary>
    public static List<ulong> EdOddMultiples()
    {
        var words = new List<ulong>();
        (BigInteger X, BigInteger Y) point = ReferenceCurves.EdB;
        (BigInteger X, BigInteger Y) twice = ReferenceCurves.EdAdd(point, point);
        for (int i = 0; i < 64; i++)
        {
            AppendEdwards(words, point);
            point = ReferenceCurves.EdAdd(point, twice);
        }

        return words;
    }

    private static (BigInteger X, BigInteger Y) SecpDouble((BigInteger X, BigInteger Y) point, int times)
    {
        for (int i = 0; i < times; i++)
        {
            point = ReferenceCurves.SecpAdd(point, point);
        }

        return point;
    }

    private static void AppendOddMultiples(List<ulong> words, (BigInteger X, BigInteger Y) point, int count)
    {
        (BigInteger X, BigInteger Y) twice = ReferenceCurves.SecpAdd(point, point);
        for (int i = 0; i < count; i++)
        {
            Append(words, point.X);
            Append(words, point.Y);
            point = ReferenceCurves.SecpAdd(point, twice);
        }
    }

    private static void AppendEdwards(List<ulong> words, (BigInteger X, BigInteger Y) point)
    {
        BigInteger p = ReferenceCurves.EdP;
        Append(words, ReferenceCurves.Mod(point.Y + point.X, p));
        Append(words, ReferenceCurves.Mod(point.Y - point.X, p));
        Append(words, ReferenceCurves.Mod(2 * ReferenceCurves.EdD * point.X % p * point.Y, p));
    }

    private static void Append(List<ulong> words, BigInteger value)
    {
        for (int i = 0; i < 4; i++)
        {
            words.Add((ulong)(value >> (64 * i) & ulong.MaxValue));
        }
    }
}
