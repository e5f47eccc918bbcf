using System.Globalization;
using CryptoMcp.Ledger;

namespace CryptoMcp.Model;

/// <summary>
/// Explores all interleavings of up to three payments with a crash at any step, a reorganisation, and an adversary who
/// settles any escaped signature whenever it is valid, over the ledger's own rules. Promised: the cap holds in every
/// window of chain time; one payment per key; nothing released is ever paid; nothing final or dead stays unresolved.
/// CI explores up to 1,000,000 states of each design; <c>CRYPTOMCP_MODEL_STATES=50000000</c> explores up to that many of each.
/// </summary>
public sealed class StateSpaceTests(ITestOutputHelper output)
{
    private static readonly PaymentRules s_exact = new NoSkewAllowed();

    private static readonly Scenario[] s_designs =
    [
        new() { Name = "three authorizations" },
        new() { Name = "amounts 1, 2, 2 under a cap of 3", Amounts = [1, 2, 2], Cap = 3 },
        new() { Name = "one transaction, two authorizations", Transactions = 1 },
        new() { Name = "two requests share a key", Keys = [0, 0, 1] },
        new() { Name = "clock one tick ahead, within the skew allowed", ClockAheadTicks = 1, Cap = 1 },
        new() { Name = "clock of the chain, no skew allowed for", Rules = s_exact, Cap = 1 },
        new() { Name = "long-lived authorizations, small cap", LifetimeTicks = 2, Cap = 1 },
    ];

    // Each wrong variant with the scenario that shows it. The same scenario with the right rules must hold.
    private static readonly (Scenario Scenario, string Breaks)[] s_shortcuts =
    [
        (new() { Name = "check then record", ChecksThenRecords = true, Amounts = [1, 1], Keys = [0, 1], Cap = 1 }, "cap broken"),
        (new() { Name = "window ages from reservation", Rules = new AgesFromReservation(), Amounts = [1, 1], Keys = [0, 1], Cap = 1 }, "cap broken"),
        (new() { Name = "release on HTTP timeout", Rules = new ReleasesOnTimeout() }, "paid and released"),
        (new() { Name = "release on local clock", ReleasesByLocalClock = true, ClockAheadTicks = 1, Amounts = [1, 1], Keys = [0, 1], Cap = 1 }, "paid and released"),
        (new() { Name = "settled before finality", SettlesBeforeFinality = true, LifetimeTicks = 4, Amounts = [1, 1], Keys = [0, 1], Cap = 1 }, "cap broken"),
        (new() { Name = "no durable signing mark", Rules = new SignsBeforeTheRecord() }, "paid and released"),
        (new() { Name = "released when not found", Rules = new ReleasesWhatIsNotFound(), Transactions = 1 }, "paid and released"),
        (new() { Name = "retry makes a new authorization", Rules = new RetriesAnew(), Keys = [0, 0, 1] }, "paid twice under one key"),
        (new() { Name = "calendar window", Rules = new CalendarWindow(), Amounts = [1, 1], Keys = [0, 1], Cap = 1 }, "cap broken"),
        (new() { Name = "clock ahead, no skew allowed for", Rules = s_exact, ClockAheadTicks = 1, Amounts = [1, 1], Keys = [0, 1], Cap = 1 }, "cap broken"),
    ];

    public static TheoryData<string> Designs => [.. s_designs.Select(d => d.Name)];

    public static TheoryData<string> Shortcuts => [.. s_shortcuts.Select(s => s.Scenario.Name)];

    private static int StatesPerDesign =>
        Environment.GetEnvironmentVariable("CRYPTOMCP_MODEL_STATES") is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : 1_000_000;

    [Theory]
    [MemberData(nameof(Designs))]
    public void The_ledgers_rules_keep_every_promise(string name)
    {
        var result = Explorer.Explore(s_designs.Single(d => d.Name == name), StatesPerDesign);
        output.WriteLine($"{name}: {result.States:N0} states{(result.Exhausted ? ", all there are" : "")}");
        Assert.Null(result.Violation);
    }

    [Theory]
    [MemberData(nameof(Shortcuts))]
    public void A_known_shortcut_is_caught(string name)
    {
        var (scenario, breaks) = s_shortcuts.Single(s => s.Scenario.Name == name);
        var result = Explorer.Explore(scenario, 3_000_000);
        output.WriteLine($"{name}: {result.States:N0} states\n{result.Violation}");
        Assert.StartsWith(breaks, result.Violation);
    }

    [Theory]
    [MemberData(nameof(Shortcuts))]
    public void Without_the_shortcut_the_same_scenario_holds(string name)
    {
        var (wrong, _) = s_shortcuts.Single(s => s.Scenario.Name == name);
        var right = wrong with { Rules = PaymentRules.Standard, ChecksThenRecords = false, ReleasesByLocalClock = false, SettlesBeforeFinality = false };
        Assert.Null(Explorer.Explore(right, 100_000).Violation);
    }
}
