using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger.Tests;

/// <summary>
/// A program that pays is killed with SIGKILL at every fail point and at random moments, again and again on the same
/// journal. What it had said before it died is what the world knows; the journal must agree with all of it.
/// <c>CRYPTOMCP_LEDGER_KILLS</c> sets how often (default 100).
/// </summary>
[UnsupportedOSPlatform("windows")]
[Collection("starts processes")] // A child holds the parent's locks from fork to exec; tests of the lock wait for it.
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    // The owner raises the limit a little with each life, so that callers always press against it.
    private const int LimitPerLife = 16;
    private const int KeysPerLife = 40;

    // A journal that grew for ever would make each check slower than the last.
    private const int LivesPerJournal = 250;

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"ledger-crash-{Guid.NewGuid():N}");
    private readonly HashSet<string> _reserved = [];
    private readonly HashSet<string> _released = [];
    private readonly HashSet<string> _settled = [];
    private readonly Dictionary<string, (string Key, HashSet<string> Digests)> _signed = [];

    private static int Seed =>
        Environment.GetEnvironmentVariable("CRYPTOMCP_LEDGER_SEED") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 20261120;

    private static int Kills =>
        Environment.GetEnvironmentVariable("CRYPTOMCP_LEDGER_KILLS") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 100;

    public void Dispose()
    {
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, true);
        }
    }

    [Fact]
    public async Task Nothing_that_was_told_is_lost_wherever_the_process_is_killed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SIGKILL is of Unix.");
        var random = new Random(Seed);
        var points = LedgerFailPoints.All;
        var died = new HashSet<string>();
        var (killed, signed, settled, released) = (0, 0, 0, 0);
        for (var round = 0; round < Kills; round++)
        {
            var life = round % LivesPerJournal;
            // Keys overlap with those of the last life, as a client repeats what it has no answer for.
            var firstKey = life * KeysPerLife / 2;
            var atPoint = round % 6 != 0;
            var point = points[round % points.Count];
            if (point == LedgerFailPoints.OpenRepaired && File.Exists(FileJournalStorage.JournalPath(_directory)))
            {
                // A kill tears no line; a power cut would.
                await File.AppendAllTextAsync(FileJournalStorage.JournalPath(_directory), "{\"seq\":");
            }

            string[] death = atPoint ? [point, point.StartsWith("journal.open", StringComparison.Ordinal) ? "1" : $"{1 + random.Next(4)}"] : [];
            if (await LiveAsync(firstKey, (life + 1) * LimitPerLife, death, atPoint ? int.MaxValue : 1 + random.Next(3 * KeysPerLife)))
            {
                killed++;
                if (atPoint)
                {
                    died.Add(point);
                }
            }

            if (life % 5 == 4 || round == Kills - 1)
            {
                await CheckAsync((life + 1) * LimitPerLife);
            }

            if (life == LivesPerJournal - 1 || round == Kills - 1)
            {
                (signed, settled, released) = (signed + _signed.Count, settled + _settled.Count, released + _released.Count);
                output.WriteLine($"{killed} kills at {died.Count} of {points.Count} fail points and at random moments; {signed} payments signed, {settled} settled, {released} released");
                Forget();
            }
        }

        Assert.True(killed > Kills / 3, "hardly anything was killed");
        Assert.NotEqual(0, signed);
    }

    private void Forget()
    {
        Dispose();
        _reserved.Clear();
        _released.Clear();
        _settled.Clear();
        _signed.Clear();
    }

    // Kills from outside after so many lines, in the middle of whatever the program is then doing.
    private async Task<bool> LiveAsync(int firstKey, int limit, string[] death, int lines)
    {
        var name = "CryptoMcp.Ledger.CrashVictim";
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", name, configuration, name));
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[_directory, $"{limit}", "8", $"{firstKey}", $"{firstKey + KeysPerLife}", .. death])
        {
            start.ArgumentList.Add(argument);
        }

        using var victim = Process.Start(start)!;
        var errors = victim.StandardError.ReadToEndAsync();
        for (var heard = 0; await victim.StandardOutput.ReadLineAsync() is { } line; heard++)
        {
            Hear(line);
            if (heard == lines)
            {
                victim.Kill();
            }
        }

        await victim.WaitForExitAsync();
        Assert.True(victim.ExitCode is 0 or 137, await errors);
        return victim.ExitCode == 137;
    }

    private void Hear(string line)
    {
        var words = line.Split(' ');
        switch (words[0])
        {
            case "R":
                _reserved.Add(words[1]);
                break;
            case "L":
                _released.Add(words[1]);
                break;
            case "T":
                _settled.Add(words[1]);
                break;
            case "S":
                _signed.TryAdd(words[1], (words[2], []));
                _signed[words[1]].Digests.Add(words[3]);
                break;
            default:
                Assert.Fail(line);
                break;
        }
    }

    private async Task CheckAsync(int limit)
    {
        await using var ledger = await JournalLedger.OpenAsync(new() { Directory = _directory });
        Assert.All(_reserved, id => Assert.NotNull(ledger.Find(id)));
        Assert.All(_settled, id => Assert.Equal(PaymentState.Settled, ledger.Find(id)!.State));
        Assert.All(_released, id => Assert.Equal(PaymentState.Released, ledger.Find(id)!.State));
        foreach (var (id, (_, digests)) in _signed)
        {
            var payment = ledger.Find(id)!;
            Assert.True(PaymentRules.Holds(payment.State) || payment.State == PaymentState.Settled, $"{id} is {payment.State}");
            Assert.Subset(payment.Variants.Select(v => v.Digest).ToHashSet(), digests);
        }

        Assert.Empty(_released.Intersect(_signed.Keys));
        Assert.True(_signed.Count <= limit, $"{_signed.Count} payments of 1 were signed under a cap of {limit}");
        Assert.Equal(_signed.Count, _signed.Values.Select(s => s.Key).Distinct().Count());
        var nonces = ledger.List(new(), limit: 1000).Payments.Where(p => p.Nonce is not null).Select(p => p.Nonce).ToArray();
        Assert.Equal(nonces.Length, nonces.Distinct().Count());
        Assert.True(JournalVerifier.Verify(_directory).IsWhole);
    }
}
