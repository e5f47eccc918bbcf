using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger.Tests;

/// <summary>
/// Eight processes of 64 callers each against one ledger and one budget, with keys in common, while an adversary settles
/// whatever signature is out, whenever it is valid. <c>CRYPTOMCP_LEDGER_OPERATIONS</c> sets how often they call in all.
/// </summary>
[UnsupportedOSPlatform("windows")]
[Collection("starts processes")] // A child holds the parent's locks from fork to exec; tests of the lock wait for it.
public sealed class StampedeTests(ITestOutputHelper output) : IDisposable
{
    private const int Processes = 8;
    private const int CallersEach = 64;

    private readonly string _directory = Directory.CreateTempSubdirectory("ledger-stampede-").FullName;

    private static int Operations =>
        Environment.GetEnvironmentVariable("CRYPTOMCP_LEDGER_OPERATIONS") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : Processes * CallersEach * 16;

    public void Dispose() => Directory.Delete(_directory, true);

    [Fact]
    public async Task No_window_is_overspent_no_key_is_paid_twice_and_nothing_released_is_paid()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sockets and programs are those of Unix.");
        var journal = Path.Combine(_directory, "guard");
        var time = new ManualTime();
        Adversary adversary;
        long records;
        await using (var ledger = await JournalLedger.OpenAsync(new() { Directory = journal, Time = time }))
        {
            adversary = new Adversary(ledger, time);
            await using var desk = LedgerDesk.Open(Path.Combine(_directory, "socket"), ledger, adversary);
            var callers = Enumerable.Range(0, Processes).Select(StartCallers).ToArray();
            var called = Task.WhenAll(callers.Select(c => c.WaitForExitAsync()));
            while (!called.IsCompleted)
            {
                await adversary.ActAsync();
                await Task.Yield();
            }

            Assert.All(callers, c => Assert.Equal(0, c.ExitCode));
            Assert.Null(desk.Fault);
            await adversary.ResolveAllAsync();
            records = ledger.Records;
            output.WriteLine($"{desk.Answered} operations from {Processes} processes x {CallersEach} callers, {records} records; {adversary.Report()}");
        }

        adversary.Check();
        Assert.True(JournalVerifier.Verify(journal).IsWhole);
        await using var again = await JournalLedger.OpenAsync(new() { Directory = journal, Time = time });
        Assert.Equal(records, again.Records);
        adversary.CheckLedger(again);
    }

    private Process StartCallers(int number)
    {
        var name = "CryptoMcp.Ledger.CrashVictim";
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", name, configuration, name));
        return Process.Start(new ProcessStartInfo(
            program, ["call", Path.Combine(_directory, "socket"), $"{CallersEach}", $"{Operations / Processes}", $"{number + 1}"]))!;
    }
}
