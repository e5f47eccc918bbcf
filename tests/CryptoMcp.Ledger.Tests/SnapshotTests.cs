using System.Text.Json;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger.Tests;

/// <summary>A start from a snapshot is a start from the journal, only quicker; a snapshot in doubt is no snapshot.</summary>
public sealed class SnapshotTests
{
    [Fact]
    public async Task A_start_from_a_snapshot_knows_what_a_start_from_the_journal_knows()
    {
        var (disk, time) = await Lived(async bench =>
        {
            await EventfulAsync(bench, "a");
            await bench.Journal.SnapshotAsync();
            await EventfulAsync(bench, "b");
        });
        await using var quick = await Bench.LedgerOn(Copy(disk), time);
        Assert.Null(quick.SnapshotFault);
        Assert.True(quick.ReplayedFrom > 0);

        var journalOnly = Copy(disk);
        journalOnly.Snapshot = null;
        await using var slow = await Bench.LedgerOn(journalOnly, time);
        Assert.Equal(0, slow.ReplayedFrom);
        Assert.Equal(Everything(slow), Everything(quick));

        // And it goes on in the same way from there.
        await slow.UnfreezeAsync("on");
        await quick.UnfreezeAsync("on");
        foreach (var ledger in (JournalLedger[])[slow, quick])
        {
            await ledger.RechargeAsync(p => [new("day", 7), new($"per|{p.Client}", 1)]);
        }

        Assert.Equal(Everything(slow), Everything(quick));
    }

    [Fact]
    public async Task Payments_at_rest_are_read_as_they_were()
    {
        await using var bench = await Bench.OpenAsync();
        await EventfulAsync(bench, "a");
        var before = Everything(bench.Journal);
        await bench.Journal.SnapshotAsync();
        Assert.Equal(before, Everything(bench.Journal));

        // The same key finds them, and charges set anew reach them.
        Assert.True((await bench.Ledger.ReserveAsync(Bench.Request("settled-a", "intent settled-a"), Bench.Within(1, 1))).Existing);
        await bench.Ledger.RechargeAsync(_ => [new("day", 3)]);
        Assert.Equal(bench.Ledger.List(new() { States = [PaymentState.Settled] }).Total * 3, (int)bench.Usage().Used);
        await bench.Journal.SnapshotAsync();
        var all = Everything(bench.Journal);
        await bench.RestartAsync();
        Assert.Equal(all, Everything(bench.Journal));
    }

    [Fact]
    public async Task A_snapshot_with_any_byte_changed_is_passed_over()
    {
        var (disk, time) = await Lived(async bench =>
        {
            await EventfulAsync(bench, "a");
            await bench.Journal.SnapshotAsync();
        });
        Assert.NotNull(Snapshot.Read(disk.Snapshot!, disk.Open(), new(time), out _));
        for (var i = 0; i < disk.Snapshot!.Length; i++)
        {
            var broken = (byte[])disk.Snapshot.Clone();
            broken[i] ^= (byte)(1 << (i % 8));
            Assert.Null(Snapshot.Read(broken, disk.Open(), new(time), out var fault));
            Assert.NotNull(fault);
            Assert.Null(Snapshot.Read(disk.Snapshot[..i], disk.Open(), new(time), out _));
        }

        await using var expected = await Bench.LedgerOn(Copy(disk), time);
        disk.Snapshot[99] ^= 1;
        await using var ledger = await Bench.LedgerOn(Copy(disk), time);
        Assert.Contains("passed over", ledger.SnapshotFault, StringComparison.Ordinal);
        Assert.Equal(0, ledger.ReplayedFrom);
        Assert.Equal(Everything(expected), Everything(ledger));
    }

    [Fact]
    public async Task A_journal_that_was_changed_under_a_snapshot_still_stops_the_start()
    {
        var (disk, time) = await Lived(async bench =>
        {
            await EventfulAsync(bench, "a");
            await bench.Journal.SnapshotAsync();
            await EventfulAsync(bench, "b");
        });
        for (var i = 0; i < disk.Written.Length - 1; i += 7)
        {
            var broken = Copy(disk);
            broken.Written[i] ^= 1;
            await Assert.ThrowsAsync<JournalException>(async () => await Bench.LedgerOn(broken, time));
            Assert.False(JournalVerifier.Verify(broken.Open()).IsWhole);
        }
    }

    [Fact]
    public async Task A_snapshot_of_another_journal_is_passed_over()
    {
        var (one, _) = await Lived(async bench =>
        {
            await EventfulAsync(bench, "a");
            await bench.Journal.SnapshotAsync();
        });
        var (other, time) = await Lived(async bench =>
        {
            await EventfulAsync(bench, "a");
            await EventfulAsync(bench, "b");
        });
        other.Snapshot = one.Snapshot;
        await using var ledger = await Bench.LedgerOn(other, time);
        Assert.Contains("another journal", ledger.SnapshotFault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_is_only_in_place_when_all_that_it_holds_is_durable()
    {
        await using var bench = await Bench.OpenAsync();
        await bench.ReserveAsync(1, 10);
        bench.Disk.FailFlush = true;
        var lost = bench.ReserveAsync(1, 10);
        await bench.Journal.SnapshotAsync();
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => lost);
        Assert.Null(bench.Disk.Snapshot);
        Assert.NotNull(bench.Journal.SnapshotFault);
        bench.Disk.FailFlush = false;
        bench.Disk.PowerCut(0);
        await bench.RestartAsync();
        Assert.Null(bench.Journal.SnapshotFault);
        Assert.Equal(1, bench.Usage().Held);
    }

    private static async Task<(MemoryDisk Disk, ManualTime Time)> Lived(Func<Bench, Task> live)
    {
        var bench = await Bench.OpenAsync();
        await using (bench)
        {
            await live(bench);
        }

        return (bench.Disk, bench.Time);
    }

    private static MemoryDisk Copy(MemoryDisk disk)
    {
        var copy = MemoryDisk.Holding((byte[])disk.Written.Clone(), (byte[]?)disk.Head?.Clone());
        copy.Snapshot = (byte[]?)disk.Snapshot?.Clone();
        return copy;
    }

    private static async Task EventfulAsync(Bench bench, string run)
    {
        var ledger = bench.Journal;
        foreach (var (key, amount) in (IEnumerable<(string, int)>)[("settled", 5), ("big", 6), ("stuck", 2), ("expiring", 3), ("reserved", 1), ("released", 4)])
        {
            var payment = (await ledger.ReserveAsync(
                Bench.Request($"{key}-{run}", $"intent {key}-{run}", tags: [$"host|{key}", "ŧag"]),
                _ => Bench.Allowing(new Charge("day", amount), new($"per|{key}", System.Numerics.BigInteger.Pow(10, 30))))).Payment;
            if (key == "released")
            {
                await ledger.ReleaseAsync(payment.Id, new() { Reason = ReleaseReason.NeverSigned });
                continue;
            }

            if (key == "reserved")
            {
                continue;
            }

            await ledger.BeginSigningAsync(
                payment.Id,
                key == "expiring" ? null : new(Bench.Alice, 4),
                slot => key == "expiring" ? Bench.Expiring(slot, bench.Time.Wall) with { ExpiresAfterHeight = 77 } : Bench.Material(slot));
            await ledger.ExposeAsync(payment.Id, "0xsigned", $"0x{key}");
            if (key is "settled" or "big")
            {
                await ledger.SeenAsync(payment.Id, new(9, "0xb", bench.Time.Wall, null));
                await ledger.SettleAsync(payment.Id, Bench.Settled(bench.Time.Wall, new Charge("day", amount - 1)) with { Proof = JsonDocument.Parse("""{"block":"9"}""").RootElement });
            }
            else if (key == "stuck")
            {
                await ledger.StuckAsync(payment.Id, "fee too low: \"é\"\n");
            }

            bench.Time.Pass(TimeSpan.FromMinutes(3));
        }

        await ledger.ReserveAsync(Bench.Request($"denied-{run}", client: "other"), _ => new() { Verdict = Verdict.Deny });
        await ledger.ReserveAsync(Bench.Request($"asked-{run}"), _ => new() { Verdict = Verdict.Ask, Charges = [new("day", 1)] });
        await ledger.RecordAsync("policy", JsonDocument.Parse($$"""{ "revision" : "{{run}}" }""").RootElement);
        await ledger.FreezeAsync("one", Money.AccountId.Parse("eip155:1:0x52908400098527886E0F7030069857D2E4169EE8"));
        if (run == "b")
        {
            await ledger.FreezeAsync("all of it");
        }
    }

    private static string Everything(JournalLedger ledger)
    {
        var view = ledger.View;
        var payments = ledger.List(new(), limit: 1000).Payments;
        return string.Join('\n', payments.Select(Describe))
            + string.Join('\n', payments.Select(p => $"{ledger.Find(p.Id) is not null} {ledger.FindByKey(p.Client, p.Key)!.Id == p.Id} {view.OpenWith("host|stuck")}"))
            + $"\n{ledger.Records} {view.OpenAuthorizations} {view.FrozenBecause} {view.FrozenBecauseOf(Money.AccountId.Parse("eip155:1:0x52908400098527886E0F7030069857D2E4169EE8"))}"
            + $"\n{view.NextNonce(Bench.Alice)} {view.CountersOf("per")} {view.CountersOf("day")} {view.DenialsWithin(Bench.Day)} {view.DenialsWithin(Bench.Day, "other")} {view.LatestOf("policy")} {view.OpenWith("ŧag")}"
            + $"\n{view.UsageOf("day", Bench.Day)} {view.UsageOf("day", null)} {view.UsageOf("day", TimeSpan.FromMinutes(5))} {view.UsageOf("per|settled", null)} {view.UsageOf("per|stuck", null)}"
            + $"\n{string.Join(' ', ledger.Open().Select(p => p.Id))} {ledger.List(new() { States = [PaymentState.Settled], Client = "agent" }, limit: 2)}";
    }

    private static string Describe(Payment p) =>
        $"{p.Id} {p.State} {p.Key} {p.IntentDigest} {p.Client} {p.Operation} {p.Account} {string.Join(',', p.Charges)} {string.Join(',', p.Actual ?? [])} "
        + $"{string.Join(',', p.Tags)} {p.Created:O} {p.Updated:O} {p.Sequence} {p.Nonce} {p.SettledAt:O} {p.TransactionId} {p.Reason} {p.Seen} "
        + $"{Text(p.Facts)} {Text(p.Decision)} {Text(p.Proof)} {string.Join(',', p.Variants.Select(v => $"{v.Purpose} {v.Digest} {v.UnsignedBytes} {v.SignedBytes} {v.ExpiresAt} {v.ExpiresAfterHeight} {v.TransactionId} {string.Join(',', v.Charges)}"))}";

    // Escapes may differ between what was handed in and what was read back; the value may not.
    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? "" : JsonSerializer.Serialize(value);
}
