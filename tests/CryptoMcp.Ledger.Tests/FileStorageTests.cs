using System.Diagnostics;
using System.Runtime.Versioning;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger.Tests;

/// <summary>The journal as files: privacy, the lock, links, and what other programs can read.</summary>
[UnsupportedOSPlatform("windows")]
[Collection("starts processes")] // A child holds the parent's locks from fork to exec; tests of the lock wait for it.
public sealed class FileStorageTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():N}");

    public FileStorageTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes and links are those of Unix.");

    private LedgerOptions Options => new() { Directory = _directory };

    public void Dispose()
    {
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, true);
        }
    }

    [Fact]
    public async Task Files_are_private_and_the_journal_is_JSON_lines()
    {
        await using (var ledger = await JournalLedger.OpenAsync(Options))
        {
            await ledger.ReserveAsync(Bench.Request(), Bench.Within(10, 5));
            Assert.Equal(["opened", "reserved"], JournalReader.Read(_directory).Select(l => l.Type));
            Assert.Equal(["reserved"], JournalReader.Read(_directory, 1).Select(l => l.Type));
            Assert.True(JournalVerifier.Verify(_directory).IsWhole);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(_directory).UnixFileMode);
        foreach (var file in Directory.GetFiles(_directory))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task G7_A_journal_that_was_deleted_is_not_made_anew()
    {
        await using (await JournalLedger.OpenAsync(Options))
        {
        }

        File.Delete(FileJournalStorage.JournalPath(_directory));
        var error = await Assert.ThrowsAsync<JournalException>(async () => await JournalLedger.OpenAsync(Options));
        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JournalException>(async () => await JournalLedger.OpenAsync(Options with { Create = false, Directory = _directory + "-none" }));
        Directory.Delete(_directory + "-none", true);
    }

    [Fact]
    public async Task G11_A_second_guard_does_not_start_and_the_lock_ends_with_the_first()
    {
        await using (await JournalLedger.OpenAsync(Options))
        {
            await Assert.ThrowsAsync<JournalLockedException>(async () => await JournalLedger.OpenAsync(Options));
        }

        await using var second = await JournalLedger.OpenAsync(Options);
    }

    [Theory]
    [InlineData("journal.jsonl")]
    [InlineData("journal.head")]
    [InlineData("journal.lock")]
    [InlineData("")]
    public async Task What_is_open_to_others_is_refused(string name)
    {
        await using (await JournalLedger.OpenAsync(Options))
        {
        }

        var path = Path.Combine(_directory, name);
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupRead);
        var error = await Assert.ThrowsAsync<JournalException>(async () => await JournalLedger.OpenAsync(Options));
        Assert.Contains("chmod", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("journal.jsonl")]
    [InlineData("journal.head")]
    [InlineData("journal.lock")]
    public async Task Links_are_refused(string name)
    {
        await using (await JournalLedger.OpenAsync(Options))
        {
        }

        var path = Path.Combine(_directory, name);
        File.Move(path, path + ".real");
        File.CreateSymbolicLink(path, path + ".real");
        await Assert.ThrowsAsync<JournalException>(async () => await JournalLedger.OpenAsync(Options));
    }

    [Fact]
    public async Task A_flip_of_any_byte_of_the_file_is_detected_also_in_the_room_ahead_of_its_end()
    {
        var copy = _directory + "-copy";
        try
        {
            await using (var ledger = await JournalLedger.OpenAsync(Options))
            {
                var payment = (await ledger.ReserveAsync(Bench.Request(), Bench.Within(10, 5))).Payment;
                await ledger.BeginSigningAsync(payment.Id, new(Bench.Alice, 3), Bench.Material);

                // As a kill would leave it: with room ahead.
                Directory.CreateDirectory(copy);
                File.Copy(FileJournalStorage.JournalPath(_directory), FileJournalStorage.JournalPath(copy));
                File.Copy(FileJournalStorage.HeadPath(_directory), FileJournalStorage.HeadPath(copy));
            }

            var records = (int)new FileInfo(FileJournalStorage.JournalPath(_directory)).Length;
            Assert.True(JournalVerifier.Verify(copy).IsWhole);
            using var file = File.OpenHandle(FileJournalStorage.JournalPath(copy), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            var length = RandomAccess.GetLength(file);
            Assert.True(length > records, "there is no room ahead");
            for (var at = 0L; at < length; at += at < records + 64 || at >= length - 64 ? 1 : Math.Min(509, length - 64 - at))
            {
                var before = new byte[1];
                RandomAccess.Read(file, before, at);
                RandomAccess.Write(file, [(byte)(before[0] ^ (1 << (int)(at % 8)))], at);
                Assert.False(JournalVerifier.Verify(copy).IsWhole, $"byte {at} of {length}");
                RandomAccess.Write(file, before, at);
            }

            Assert.True(JournalVerifier.Verify(copy).IsWhole);
        }
        finally
        {
            Directory.Delete(copy, true);
        }
    }

    [Fact]
    public async Task Jq_reads_it_where_it_is_installed()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/jq"), "jq is not installed.");
        await using var ledger = await JournalLedger.OpenAsync(Options);
        await ledger.ReserveAsync(Bench.Request(), Bench.Within(10, 5));
        using var jq = Process.Start(new ProcessStartInfo("/usr/bin/jq", ["-r", ".type", FileJournalStorage.JournalPath(_directory)]) { RedirectStandardOutput = true })!;
        Assert.Equal("opened\nreserved\n", await jq.StandardOutput.ReadToEndAsync());
    }
}
