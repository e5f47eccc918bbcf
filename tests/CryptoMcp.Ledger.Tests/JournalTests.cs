using System.Text;
using System.Text.Json;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger.Tests;

/// <summary>The journal under damage: flipped bytes, torn ends, lost lines, full and failing disks, power cuts.</summary>
public sealed class JournalTests
{
    [Fact]
    public async Task A_flip_of_any_bit_of_any_byte_is_detected()
    {
        var disk = await SmallJournal();
        var (journal, head) = (disk.Written, disk.Head);
        Assert.True(JournalVerifier.Verify(MemoryDisk.Holding(journal, head).Open()).IsWhole);
        for (var i = 0; i < journal.Length; i++)
        {
            foreach (var flip in new byte[] { 1, 0x20, 0x80 })
            {
                var broken = (byte[])journal.Clone();
                broken[i] ^= flip;
                Assert.False(JournalVerifier.Verify(MemoryDisk.Holding(broken, head).Open()).IsWhole, $"byte {i} ^ {flip}, with head");
                Assert.False(JournalVerifier.Verify(MemoryDisk.Holding(broken, null).Open()).IsWhole, $"byte {i} ^ {flip}, without head");
            }
        }

        for (var i = 0; i < head!.Length; i++)
        {
            var broken = (byte[])head.Clone();
            broken[i] ^= 1;
            Assert.False(JournalVerifier.Verify(MemoryDisk.Holding(journal, broken).Open()).IsWhole, $"head byte {i}");
        }
    }

    [Fact]
    public async Task Lines_that_are_missing_at_the_end_are_noticed()
    {
        var disk = await SmallJournal();
        var lines = Encoding.UTF8.GetString(disk.Written).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var kept = 0; kept < lines.Length; kept++)
        {
            var shorter = MemoryDisk.Holding(Encoding.UTF8.GetBytes(string.Concat(lines.Take(kept).Select(l => l + "\n"))), disk.Head);
            Assert.False(JournalVerifier.Verify(shorter.Open()).IsWhole);
            await Assert.ThrowsAsync<JournalException>(async () => await Bench.LedgerOn(shorter, new ManualTime()));
        }
    }

    [Fact]
    public async Task Lines_that_are_missing_swapped_or_doubled_in_the_middle_stop_the_start()
    {
        var disk = await SmallJournal();
        var lines = Encoding.UTF8.GetString(disk.Written).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var wrongs = new[]
        {
            lines[..2].Concat(lines[3..]),
            lines[..2].Append(lines[3]).Append(lines[2]).Concat(lines[4..]),
            lines[..3].Append(lines[2]).Concat(lines[3..]),
            lines[1..],
        };
        foreach (var wrong in wrongs)
        {
            var broken = MemoryDisk.Holding(Encoding.UTF8.GetBytes(string.Concat(wrong.Select(l => l + "\n"))), disk.Head);
            await Assert.ThrowsAsync<JournalException>(async () => await Bench.LedgerOn(broken, new ManualTime()));
        }
    }

    [Fact]
    public async Task G5_A_torn_last_line_is_cut_with_a_note_at_every_length()
    {
        var disk = await SmallJournal();
        var whole = disk.Written;
        var lastStart = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;

        // The head of the moment before the last line was durable.
        var earlier = new JournalHead(Sequence(whole, lastStart) - 1, HashBefore(whole, lastStart)).ToBytes();
        for (var length = lastStart; length < whole.Length; length++)
        {
            var torn = MemoryDisk.Holding(whole[..length], earlier);
            Assert.Equal(length == lastStart, JournalVerifier.Verify(torn.Open()).IsWhole);
            await using var ledger = await Bench.LedgerOn(torn, new ManualTime());
            Assert.Equal(length > lastStart, ledger.Repair is not null);
            await ledger.RecordAsync("after", default);
            Assert.True(JournalVerifier.Verify(torn.Open()).IsWhole);
        }
    }

    [Fact]
    public async Task A_broken_line_before_the_last_stops_the_start_and_is_named_by_line_and_byte()
    {
        var disk = await SmallJournal();
        var second = Array.IndexOf(disk.Written, (byte)'\n') + 1;
        disk.Written[second + 20] ^= 1;
        var error = await Assert.ThrowsAsync<JournalException>(async () => await Bench.LedgerOn(disk, new ManualTime()));
        Assert.Contains($"line 2, byte {second}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task G9_A_full_disk_denies_before_signing_and_stops_everything_until_it_is_opened_again()
    {
        await using var bench = await Bench.OpenAsync();
        var payment = await bench.ReserveAsync(5, 100);
        bench.Disk.Capacity = bench.Disk.Written.Length + 40;
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await bench.Ledger.BeginSigningAsync(payment.Id, null, Bench.Material));
        bench.Disk.Capacity = long.MaxValue;
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await bench.ReserveAsync(1, 100));
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await bench.Ledger.FreezeAsync("no"));
        await bench.RestartAsync();
        Assert.NotNull(bench.Journal.Repair);
        Assert.Equal(PaymentState.Reserved, bench.Ledger.Find(payment.Id)!.State);
        await bench.Ledger.BeginSigningAsync(payment.Id, null, Bench.Material);
    }

    [Fact]
    public async Task A_failed_flush_fails_every_waiter()
    {
        await using var bench = await Bench.OpenAsync();
        bench.Disk.FailFlush = true;
        var callers = Enumerable.Range(0, 32).Select(_ => Task.Run(async () => await bench.ReserveAsync(1, 1000))).ToArray();
        foreach (var caller in callers)
        {
            await Assert.ThrowsAsync<LedgerUnavailableException>(() => caller);
        }

        bench.Disk.FailFlush = false;
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await bench.ReserveAsync(1, 1000));
    }

    [Fact]
    public async Task A_power_cut_at_any_byte_loses_nothing_that_a_caller_was_told()
    {
        for (var lucky = 0; lucky < 2000; lucky += 37)
        {
            await using var bench = await Bench.OpenAsync();
            var told = (await bench.ReserveAsync(5, 100)).Id;
            bench.Disk.FailFlush = true;
            await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await bench.Ledger.BeginSigningAsync(told, new(Bench.Alice, 0), Bench.Material));
            bench.Disk.FailFlush = false;
            bench.Disk.PowerCut(lucky);
            await bench.RestartAsync();
            var state = bench.Ledger.Find(told)!.State;
            Assert.True(state is PaymentState.Reserved or PaymentState.Signing);
            Assert.Equal(5, bench.Usage().Held);
        }
    }

    [Fact]
    public async Task I7_Replay_gives_the_same_state()
    {
        var disk = await SmallJournal();
        await using var bench = await Bench.OpenAsync(disk);
        var before = bench.Ledger.List(new(), limit: 100).Payments.Select(Describe).ToArray();
        await bench.RestartAsync();
        Assert.Equal(before, bench.Ledger.List(new(), limit: 100).Payments.Select(Describe));
        Assert.NotEmpty(before);
    }

    [Fact]
    public async Task One_flush_carries_what_many_callers_left()
    {
        await using var bench = await Bench.OpenAsync();
        var before = bench.Disk.Flushes;
        await bench.Ledger.ReserveAndBeginSigningAsync(Bench.Request(), Bench.Within(10, 1), null, Bench.Material);
        Assert.InRange(bench.Disk.Flushes - before, 1, 2);
    }

    private static async Task<MemoryDisk> SmallJournal()
    {
        await using var bench = await Bench.OpenAsync();
        var payment = await bench.ExposedAsync(5, chainNonce: 4);
        await bench.Ledger.SeenAsync(payment.Id, new(9, "0xb", bench.Time.Wall, "0xt"));
        await bench.Ledger.SettleAsync(payment.Id, Bench.Settled(bench.Time.Wall, new Charge("day", 3)));
        await bench.ReserveAsync(50, 10);
        var stuck = await bench.ExposedAsync(2, chainNonce: 5);
        await bench.Ledger.StuckAsync(stuck.Id, "fee too low: \"é\"\n");
        await bench.Ledger.RecordAsync("policy", JsonDocument.Parse("{ \"revision\" : 2 }").RootElement);
        return bench.Disk;
    }

    private static string Describe(Payment p) =>
        $"{p.Id} {p.State} {p.Key} {p.IntentDigest} {p.Client} {p.Operation} {p.Account} {string.Join(',', p.Charges)} {string.Join(',', p.Actual ?? [])} "
        + $"{p.Created:O} {p.Updated:O} {p.Sequence} {p.Nonce} {p.SettledAt:O} {p.TransactionId} {p.Reason} {p.Seen} "
        + $"{p.Facts} {p.Decision} {p.Proof} {string.Join(',', p.Variants.Select(v => $"{v.Digest} {v.UnsignedBytes} {v.SignedBytes} {v.ExpiresAt}"))}";

    private static long Sequence(byte[] journal, int lineStart)
    {
        using var document = JsonDocument.Parse(journal.AsMemory(lineStart));
        return document.RootElement.GetProperty("seq").GetInt64();
    }

    private static string HashBefore(byte[] journal, int lineStart)
    {
        using var document = JsonDocument.Parse(journal.AsMemory(lineStart));
        return document.RootElement.GetProperty("prev").GetString()!;
    }
}
