using System.Diagnostics;

namespace CryptoMcp.LedgerLoad;

/// <summary>What the disk allows: appends of one size, each flushed, one after the other.</summary>
internal static class RawDisk
{
    internal static double FlushesPerSecond(string directory, int bytesPerFlush, TimeSpan duration)
    {
        var path = Path.Combine(directory, "raw");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite);
        var bytes = new byte[bytesPerFlush];
        Array.Fill(bytes, (byte)'x');
        var clock = Stopwatch.StartNew();
        var flushes = 0L;
        while (clock.Elapsed < duration)
        {
            RandomAccess.Write(file, bytes, flushes * bytesPerFlush);
            RandomAccess.FlushToDisk(file);
            flushes++;
        }

        var rate = flushes / clock.Elapsed.TotalSeconds;
        file.Dispose();
        File.Delete(path);
        return rate;
    }
}
