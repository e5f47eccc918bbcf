using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CryptoMcp.Benchmarks;

/// <summary>
/// Medians of the CPU time of this thread: on a machine that carries other work, wall-clock figures compare nothing. Where the system
/// has no such clock, wall-clock time.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID of Linux
    private const int Rounds = 9;

    /// <summary>Microseconds of one call: the median of nine rounds of about 0.15 s after a warm-up of 0.4 s.</summary>
    public static double Microseconds(Action operation)
    {
        double start = Now();
        long calls = 0;
        do
        {
            operation();
            calls++;
        }
        while (Now() - start < 0.4);

        long perRound = Math.Max(1, (long)(calls * 0.15 / (Now() - start)));
        var rounds = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            double begin = Now();
            for (long call = 0; call < perRound; call++)
            {
                operation();
            }

            rounds[i] = (Now() - begin) / perRound;
        }

        Array.Sort(rounds);
        return rounds[Rounds / 2] * 1e6;
    }

    /// <summary>Seconds of CPU time of this thread since some start.</summary>
    public static double Now()
    {
        if (OperatingSystem.IsLinux() && ClockGetTime(ThreadCpuTime, out Timespec time) == 0)
        {
            return time.Seconds + time.Nanoseconds * 1e-9;
        }

        return Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out Timespec time);
}
