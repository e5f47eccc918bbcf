using System.Text;
using System.Text.Json;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger.Tests;

/// <summary>
/// A power cut in the middle of a write may keep any of its pages: broken lines, blank ones, and whole ones behind them.
/// All of it goes, since nobody was told; the same damage further in front is damage, and stops the start.
/// </summary>
public sealed class TornWriteTests
{
    [Fact]
    public async Task Any_pages_of_the_last_write_may_be_lost_and_nothing_that_was_told()
    {
        var random = new Random(7);
        for (var round = 0; round < 150; round++)
        {
            await using var bench = await Bench.OpenAsync();
            var told = (await bench.ReserveAsync(5, 1000)).Id;
            bench.Disk.FailFlush = true;
            var lost = Enumerable.Range(0, 12).Select(_ => Task.Run(async () => await bench.ReserveAsync(1, 1000))).ToArray();
            foreach (var caller in lost)
            {
                await Assert.ThrowsAsync<LedgerUnavailableException>(() => caller);
            }

            bench.Disk.FailFlush = false;
            var page = 16 << random.Next(7);
            bench.Disk.PowerCut(page, _ => random.Next(2) == 0);
            await bench.RestartAsync();
            Assert.Equal(PaymentState.Reserved, bench.Ledger.Find(told)!.State);
            Assert.InRange((int)bench.Usage().Held, 5, 5 + lost.Length);
            await bench.ReserveAsync(1, 1000);
            await bench.RestartAsync();
            Assert.Null(bench.Journal.Repair);
            Assert.True(JournalVerifier.Verify(bench.Disk.Open()).IsWhole);
        }
    }

    [Fact]
    public async Task A_line_that_had_been_flushed_is_never_cut()
    {
        await using var bench = await Bench.OpenAsync();
        for (var i = 0; i < 6; i++)
        {
            await bench.ReserveAsync(1, 1000);
        }

        // No head tells how long the journal was; only the lines themselves do.
        var whole = bench.Disk.Written;
        var lastLine = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;
        for (var at = 0; at < lastLine - 1; at++)
        {
            var broken = (byte[])whole.Clone();
            Array.Fill(broken, (byte)'\n', at, Math.Min(64, lastLine - 1 - at));
            await Assert.ThrowsAsync<JournalException>(async () => await Bench.LedgerOn(MemoryDisk.Holding(broken, null), bench.Time));
        }
    }

    [Fact]
    public async Task Blank_lines_stand_only_behind_the_last_record()
    {
        await using var bench = await Bench.OpenAsync();
        await bench.ReserveAsync(1, 1000);
        await bench.ReserveAsync(1, 1000);
        var padded = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(bench.Disk.Written) + "\n\n\n\n");
        Assert.True(JournalVerifier.Verify(MemoryDisk.Holding(padded, bench.Disk.Head).Open()).IsWhole);
        await using (var ledger = await Bench.LedgerOn(MemoryDisk.Holding(padded, bench.Disk.Head), bench.Time))
        {
            Assert.Null(ledger.Repair);
            Assert.Equal(2, ledger.List(new()).Total);
        }

        foreach (var flip in new byte[] { 1, 0x20, 0x80 })
        {
            for (var i = bench.Disk.Written.Length; i < padded.Length; i++)
            {
                var broken = (byte[])padded.Clone();
                broken[i] ^= flip;
                Assert.False(JournalVerifier.Verify(MemoryDisk.Holding(broken, bench.Disk.Head).Open()).IsWhole);
            }
        }

        var inside = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(bench.Disk.Written).Replace("}\n{", "}\n\n{", StringComparison.Ordinal));
        Assert.False(JournalVerifier.Verify(MemoryDisk.Holding(inside, null).Open()).IsWhole);
    }

    [Fact]
    public async Task Lines_that_were_made_before_the_last_flush_say_so()
    {
        await using var bench = await Bench.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () => await bench.ReserveAsync(1, 1000))));
        var sequence = 0;
        foreach (var line in Encoding.UTF8.GetString(bench.Disk.Written).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var record = JsonDocument.Parse(line);
            if (record.RootElement.TryGetProperty("flushed", out var flushed))
            {
                Assert.InRange(flushed.GetInt64(), 0, sequence - 2);
            }

            sequence++;
        }

        Assert.Equal(65, sequence);
    }
}
