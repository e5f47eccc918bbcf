using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace CryptoMcp.Timing;

/// <summary>
/// A timing test after dudect (Reparaz, Balasch, Verbauwhede 2017): two classes of input, one fixed and one random, in random order, and
/// Welch's t over their timings, cropped at several percentiles because interrupts make long tails.
/// </summary>
internal sealed class LeakageTest(int samples)
{
    private const int Batch = 4096;
    private static readonly double[] s_crops = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99];

    /// <summary>Times an operation on a fixed secret against random ones, or random ones against random ones without a fixed one.</summary>
    public void Run(string name, byte[]? secret, Action<byte[]> operation)
    {
        var inputs = new byte[Batch][];
        var isFixed = new bool[Batch];
        var times = new List<(bool Fixed, double Ticks)>(samples + Batch);
        var random = new Random(7);
        for (int i = 0; i < 2_000; i++)
        {
            operation(NewInput(null));
        }

        while (times.Count < samples)
        {
            for (int i = 0; i < Batch; i++)
            {
                isFixed[i] = random.Next(2) == 0;
                inputs[i] = NewInput(isFixed[i] ? secret : null);
            }

            for (int i = 0; i < Batch; i++)
            {
                long start = Stopwatch.GetTimestamp();
                operation(inputs[i]);
                times.Add((isFixed[i], Stopwatch.GetTimestamp() - start));
            }
        }

        double[] all = [.. times.Select(t => t.Ticks).Order()];
        double worst = s_crops.Select(crop => WelchT(times, all[(int)(all.Length * crop)])).MaxBy(Math.Abs);
        double scale = 1e6 / Stopwatch.Frequency;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-58} |t| {Math.Abs(worst),5:F1}   medians {Median(times, true) * scale:F2} / {Median(times, false) * scale:F2} us"));
    }

    /// <summary>Both classes are allocated and filled alike: a fixed array that stays in cache gives a false |t| of about 10.</summary>
    private static byte[] NewInput(byte[]? secret)
    {
        byte[] input = RandomNumberGenerator.GetBytes(32);
        input[0] &= 0x7f;
        secret?.CopyTo(input, 0);
        return input;
    }

    private static double Median(List<(bool Fixed, double Ticks)> times, bool fixedClass)
    {
        double[] sorted = [.. times.Where(t => t.Fixed == fixedClass).Select(t => t.Ticks).Order()];
        return sorted[sorted.Length / 2];
    }

    private static double WelchT(List<(bool Fixed, double Ticks)> times, double limit)
    {
        (double meanA, double varianceA, int countA) = Moments(times, true, limit);
        (double meanB, double varianceB, int countB) = Moments(times, false, limit);
        return countA < 50 || countB < 50 ? 0 : (meanA - meanB) / Math.Sqrt(varianceA / countA + varianceB / countB);
    }

    private static (double Mean, double Variance, int Count) Moments(List<(bool Fixed, double Ticks)> times, bool fixedClass, double limit)
    {
        double[] kept = [.. times.Where(t => t.Fixed == fixedClass && t.Ticks <= limit).Select(t => t.Ticks)];
        double mean = kept.Length == 0 ? 0 : kept.Average();
        return (mean, kept.Sum(t => (t - mean) * (t - mean)) / Math.Max(1, kept.Length - 1), kept.Length);
    }
}
