using System.Diagnostics;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.LedgerLoad;

/// <summary>What the disk allows: writes of one size, each flushed, one after the other.</summary>
internal static class RawDisk
{
    /// <summary>A file that grows with each write and is flushed with fsync.</summary>
    internal static double AppendsPerSecond(string directory, int bytesPerFlush, TimeSpan duration)
    {
        var path = Path.Combine(directory, "raw");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite);
        var rate = Measure(bytesPerFlush, duration, (offset, bytes) =>
        {
            RandomAccess.Write(file, bytes, offset);
            RandomAccess.FlushToDisk(file);
        });
        file.Dispose();
        File.Delete(path);
        return rate;
    }

    /// <summary>The journal's own store, with nothing around it.</summary>
    internal static double JournalWritesPerSecond(string directory, int bytesPerFlush, TimeSpan duration)
    {
        var path = Path.Combine(directory, "raw-journal");
        using (var storage = FileJournalStorage.Open(path, create: true))
        {
            return Measure(bytesPerFlush, duration, (offset, bytes) =>
            {
                storage.Write(offset, bytes);
                storage.Flush();
            });
        }
    }

    private static double Measure(int bytesPerFlush, TimeSpan duration, Action<long, byte[]> keep)
    {
        var bytes = new byte[bytesPerFlush];
        Array.Fill(bytes, (byte)'x');
        var clock = Stopwatch.StartNew();
        var flushes = 0L;
        while (clock.Elapsed < duration)
        {
            keep(flushes * bytesPerFlush, bytes);
            flushes++;
        }

        return flushes / clock.Elapsed.TotalSeconds;
    }
}
