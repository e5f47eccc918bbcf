using System.Diagnostics;
using System.Globalization;
using CryptoMcp.Ledger;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.LedgerLoad;

/// <summary>
/// Measures, in one run and on one disk: raw flushes; reserve and commit for 1, 8 and 64 callers beside what the
/// measured flush rate allows; and how long a journal of a million records takes to open.
/// Arguments: a directory on the disk in question, the seconds for each measurement, and a number of callers to measure
/// these alone (0: only the opening). A directory in memory, where a flush is free, shows what the processor alone allows.
/// </summary>
internal static class Program
{
    private static async Task Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var root = Directory.CreateDirectory(Path.Combine(arguments.Length > 0 ? arguments[0] : Path.GetTempPath(), $"ledger-load-{Environment.ProcessId}")).FullName;
        var duration = TimeSpan.FromSeconds(arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 3);
        try
        {
            if (arguments.Length > 2)
            {
                var callers = int.Parse(arguments[2], CultureInfo.InvariantCulture);
                if (callers == 0)
                {
                    await MeasureOpeningAsync(Path.Combine(root, "million"));
                    return;
                }

                await MeasureAsync(Path.Combine(root, $"callers-{callers}"), callers, duration);
                return;
            }

            foreach (var callers in (int[])[1, 8, 64])
            {
                await MeasureAsync(Path.Combine(root, $"callers-{callers}"), callers, duration);
            }

            await MeasureOpeningAsync(Path.Combine(root, "million"));
        }
        finally
        {
            Directory.Delete(root, true);
        }
    }

    private static async Task MeasureAsync(string directory, int callers, TimeSpan duration)
    {
        int perRecord;
        await using (var first = await JournalLedger.OpenAsync(new() { Directory = directory }))
        {
            await new Load(first, callers, TimeSpan.FromSeconds(1)).RunAsync();
            var records = first.Records;
            await first.DisposeAsync();
            perRecord = (int)(new FileInfo(FileJournalStorage.JournalPath(directory)).Length / records);
        }

        await using var ledger = await JournalLedger.OpenAsync(new() { Directory = directory });
        var processor = Environment.CpuUsage.TotalTime;
        var (paused, contended, allocated) = (GC.GetTotalPauseDuration(), Monitor.LockContentionCount, GC.GetTotalAllocatedBytes());
        var clock = Stopwatch.StartNew();
        var result = await new Load(ledger, callers, duration).RunAsync();
        var operations = result.PerSecond * clock.Elapsed.TotalSeconds;
        processor = (Environment.CpuUsage.TotalTime - processor) / operations;
        var pause = (GC.GetTotalPauseDuration() - paused) / operations;
        var contentions = (Monitor.LockContentionCount - contended) / operations;
        var allocations = (GC.GetTotalAllocatedBytes() - allocated) / operations;

        // With n callers a flush can carry n records at most: that, at the disk's own rate for so many bytes, is the bound.
        var appends = RawDisk.AppendsPerSecond(directory, perRecord * callers, duration) * callers / 2;
        var writes = RawDisk.JournalWritesPerSecond(directory, perRecord * callers, duration) * callers / 2;
        Console.WriteLine(
            $"{callers,3} callers: {result.PerSecond,9:N0} reserve+commit/s, reserve p50 {result.ReserveP50:F2} ms, p99 {result.ReserveP99:F2} ms, {processor.TotalMicroseconds:F1} µs of processor each");
        Console.WriteLine(
            $"             the disk allows {appends:N0} with append and fsync ({result.PerSecond / appends:P0}), {writes:N0} as the journal writes ({result.PerSecond / writes:P0}); {perRecord} bytes a record");
        Console.WriteLine($"             each: {allocations:N0} bytes allocated, {pause.TotalMicroseconds:F2} µs of collector pause, {contentions:F3} times a lock was waited for");
    }

    private static async Task MeasureOpeningAsync(string directory)
    {
        const int Records = 1_000_000;
        await using (var ledger = await JournalLedger.OpenAsync(new() { Directory = directory }))
        {
            while (ledger.Records < Records)
            {
                await new Load(ledger, 256, TimeSpan.FromSeconds(1)).RunAsync();
            }
        }

        await OpenAsync(directory, "open");
        File.Delete(FileJournalStorage.SnapshotPath(directory));
        await OpenAsync(directory, "open without a snapshot");
        var clock = Stopwatch.StartNew();
        var report = JournalVerifier.Verify(directory);
        Console.WriteLine($"verify: {report.Records:N0} records in {clock.Elapsed.TotalSeconds:F2} s, {(report.IsWhole ? "whole" : report.Fault)}");
    }

    private static async Task OpenAsync(string directory, string what)
    {
        GC.Collect();
        var before = GC.GetTotalMemory(true);
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        await using var opened = await JournalLedger.OpenAsync(new() { Directory = directory });
        clock.Stop();
        processor = Environment.CpuUsage.TotalTime - processor;
        var size = new FileInfo(FileJournalStorage.JournalPath(directory)).Length;
        Console.WriteLine(
            $"{what}: {opened.Records:N0} records ({opened.ReplayedFrom:N0} from the snapshot), {size / 1e6:N0} MB in {clock.Elapsed.TotalSeconds:F2} s, {processor.TotalSeconds:F2} s of processor; {(GC.GetTotalMemory(true) - before) / 1e6:N0} MB kept in memory");
    }
}
