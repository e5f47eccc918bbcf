using FsCheck;
using FsCheck.Fluent;

namespace CryptoMcp.Ledger.Tests;

/// <summary>
/// Random runs of the whole ledger against a simulated chain on which an adversary settles whatever signature is out:
/// commands in any order, crashes and power cuts between them. The chain, not the ledger, says what was paid.
/// </summary>
public abstract class RandomRunTests<TPlace> : LedgerContract<TPlace>
    where TPlace : ILedgerPlace, new()
{
    private const int Cap = 10;
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(20);

    [Fact]
    public void I1_to_I9_hold_in_random_runs()
    {
        var command = Gen.Zip(Gen.Choose(0, 99), Gen.Choose(0, 1000));
        var runs = Gen.Choose(20, 120).SelectMany(n => command.ListOf(n));
        var config = Config.QuickThrowOnFailure.WithMaxTest(RunsWanted);
        Prop.ForAll(runs.ToArbitrary(), run => RunAsync(run).GetAwaiter().GetResult()).Check(config);
    }

    private static int RunsWanted =>
        Environment.GetEnvironmentVariable("CRYPTOMCP_LEDGER_RUNS") is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : new TPlace().RandomRuns;

    private static async Task RunAsync(IEnumerable<(int Kind, int Pick)> run)
    {
        await using var simulation = await ChainSimulation.StartAsync(new TPlace(), Cap, s_window);
        foreach (var (kind, pick) in run)
        {
            await simulation.StepAsync(kind, pick);
            simulation.Check();
        }

        await simulation.ResolveAllAsync();
        simulation.Check();
    }
}
