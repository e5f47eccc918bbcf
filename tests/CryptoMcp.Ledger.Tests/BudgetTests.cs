using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoMcp.Ledger.Tests;

/// <summary>Cases of budgets, windows and clocks; their numbers are those of the project's table of attacks.</summary>
public abstract class BudgetTests<TPlace> : LedgerContract<TPlace>
    where TPlace : ILedgerPlace, new()
{
    [Fact]
    public async Task G1_Of_64_callers_that_race_for_the_last_unit_exactly_one_wins()
    {
        await using var bench = await OpenAsync();
        for (var round = 1; round <= 20; round++)
        {
            var limit = round;
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () => await bench.ReserveAsync(1, limit))));
            Assert.Single(outcomes, p => p.State == PaymentState.Reserved);
            Assert.Equal(round, bench.Usage().Held);
        }
    }

    [Fact]
    public async Task G13_A_clock_set_back_moves_no_window_back()
    {
        await using var bench = await OpenAsync();
        var before = bench.Ledger.View.WindowNow;
        bench.Time.SetWall(bench.Time.Wall.AddDays(-2));
        Assert.True(bench.Ledger.View.WindowNow >= before);
        await bench.ReserveAsync(1, 10);
        await bench.RestartAsync();
        Assert.True(bench.Ledger.View.WindowNow >= before);
    }

    [Fact]
    public async Task A_clock_set_forward_empties_no_window_and_stops_spending_until_the_chain_agrees()
    {
        await using var bench = await OpenAsync();
        var payment = await bench.ExposedAsync(10);
        await bench.Ledger.SettleAsync(payment.Id, Bench.Settled(bench.Time.Wall, new Charge("day", 10)));
        var chain = bench.Time.Wall;
        bench.Time.SetWall(chain.AddDays(2));
        await Assert.ThrowsAsync<LedgerFrozenException>(async () => await bench.ReserveAsync(1, 10));
        Assert.Equal(10, bench.Usage().Used);
        bench.Ledger.ObserveChainTime(chain);
        Assert.Null(bench.Ledger.View.FrozenBecause);
        Assert.Equal(PaymentState.Denied, (await bench.ReserveAsync(1, 10)).State);
    }

    [Fact]
    public async Task A_clock_set_forward_while_stopped_empties_no_window_until_the_chain_agrees()
    {
        await using var bench = await OpenAsync();
        var payment = await bench.ExposedAsync(10);
        await bench.Ledger.SettleAsync(payment.Id, Bench.Settled(bench.Time.Wall, new Charge("day", 10)));
        bench.Time.SetWall(bench.Time.Wall.AddDays(2));
        await bench.RestartAsync();
        Assert.Equal(10, bench.Usage().Used);
        bench.Ledger.ObserveChainTime(bench.Time.Wall.AddMinutes(-15));
        Assert.Equal(0, bench.Usage().Used);
    }

    [Fact]
    public async Task One_endpoint_that_lies_about_the_future_empties_no_window()
    {
        await using var bench = await OpenAsync();
        var payment = await bench.ExposedAsync(10);
        await bench.Ledger.SettleAsync(payment.Id, Bench.Settled(bench.Time.Wall, new Charge("day", 10)));
        bench.Ledger.ObserveChainTime(bench.Time.Wall.AddDays(30));
        Assert.Equal(10, bench.Usage().Used);
    }

    [Fact]
    public async Task G15_The_window_rolls_24_before_midnight_and_24_after_do_not_both_fit()
    {
        var time = new ManualTime();
        time.SetWall(new(2026, 11, 20, 23, 59, 0, TimeSpan.Zero));
        await using var bench = await OpenAsync(time: time);
        var payment = await bench.ExposedAsync(24);
        await bench.Ledger.SettleAsync(payment.Id, Bench.Settled(time.Wall, new Charge("day", 24)));
        time.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(PaymentState.Denied, (await bench.ReserveAsync(24, 25)).State);
        var frees = bench.Usage().FreesAt!.Value;
        time.Pass(frees - time.Wall - TimeSpan.FromSeconds(1));
        Assert.Equal(PaymentState.Denied, (await bench.ReserveAsync(24, 25)).State);
        time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(PaymentState.Reserved, (await bench.ReserveAsync(24, 25)).State);
    }

    [Fact]
    public async Task G17_What_an_upto_payment_did_not_take_is_returned()
    {
        await using var bench = await OpenAsync();
        var payment = await bench.ExposedAsync(5_000_000);
        await bench.Ledger.SettleAsync(payment.Id, Bench.Settled(bench.Time.Wall, new Charge("day", 1_200_000)));
        Assert.Equal((1_200_000, 0), ((int)bench.Usage().Used, (int)bench.Usage().Held));
    }

    [Fact]
    public async Task G19_Denials_are_recorded_and_counted()
    {
        await using var bench = await OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            await bench.ReserveAsync(5, 1);
            bench.Time.Pass(TimeSpan.FromSeconds(20));
        }

        await bench.RestartAsync();
        Assert.Equal(20, bench.Ledger.View.DenialsWithin(TimeSpan.FromMinutes(10)));
        Assert.Equal(20, bench.Ledger.View.DenialsWithin(TimeSpan.FromMinutes(10), "agent"));
        Assert.Equal(0, bench.Ledger.View.DenialsWithin(TimeSpan.FromMinutes(10), "other"));
        bench.Time.Pass(TimeSpan.FromMinutes(8));
        Assert.InRange(bench.Ledger.View.DenialsWithin(TimeSpan.FromMinutes(10)), 1, 8);
        Assert.Equal(20, bench.Ledger.View.DenialsWithin(TimeSpan.MaxValue));
    }

    [Fact]
    public async Task G21_Counters_of_a_group_are_counted_so_that_a_policy_can_cap_them()
    {
        await using var bench = await OpenAsync();
        for (var i = 0; i < 7; i++)
        {
            await bench.Ledger.ReserveAsync(Bench.Request(tags: [$"host|h{i % 2}"]), _ => Bench.Allowing(new Charge($"per-host|h{i}", 1), new Charge("day", 1)));
        }

        Assert.Equal((7, 1, 0), (bench.Ledger.View.CountersOf("per-host"), bench.Ledger.View.CountersOf("day"), bench.Ledger.View.CountersOf("x")));
        Assert.Equal((4, 3), (bench.Ledger.View.OpenWith("host|h0"), bench.Ledger.View.OpenWith("host|h1")));
    }

    [Fact]
    public async Task G23_An_hour_without_the_chain_releases_nothing_and_ages_nothing()
    {
        await using var bench = await OpenAsync();
        await bench.ExposedAsync(7, expires: bench.Time.Wall.AddSeconds(60));
        bench.Time.Pass(TimeSpan.FromDays(400));
        Assert.Equal(7, bench.Usage().Held);
        Assert.Equal(7, bench.Usage(window: TimeSpan.FromMinutes(1)).Held);
    }

    [Fact]
    public async Task A_stamp_from_before_the_payment_existed_is_not_believed()
    {
        await using var bench = await OpenAsync();
        var payment = await bench.ExposedAsync(5);
        var settled = await bench.Ledger.SettleAsync(payment.Id, Bench.Settled(bench.Time.Wall.AddDays(-5), new Charge("day", 5)));
        Assert.Equal(payment.Created, settled.SettledAt);
        Assert.Equal(5, bench.Usage().Used);
    }

    [Fact]
    public async Task Charges_that_would_corrupt_the_books_are_refused()
    {
        await using var bench = await OpenAsync();
        foreach (var charges in new Charge[][] { [new("day", -1)], [new("", 1)], [new("day", 1), new("day", 1)] })
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await bench.Ledger.ReserveAsync(Bench.Request(), _ => Bench.Allowing(charges)));
        }

        var huge = BigInteger.Pow(10, 120);
        await bench.ReserveAsync(huge, huge);
        await bench.RestartAsync();
        Assert.Equal(huge, bench.Usage().Held);
    }

    [Fact]
    public void A_counter_agrees_with_adding_everything_up()
    {
        var entries = Gen.Zip(Gen.Choose(0, 200), Gen.Choose(1, 50)).ListOf();
        Prop.ForAll(entries.ToArbitrary(), list =>
        {
            var start = DateTimeOffset.UnixEpoch;
            var skew = TimeSpan.FromSeconds(3);
            var counter = new BudgetCounter();
            foreach (var (at, amount) in list)
            {
                counter.Settle(start.AddSeconds(at), amount);
            }

            for (var now = 0; now <= 260; now += 13)
            {
                foreach (var window in new[] { 1, 10, 100 })
                {
                    var inside = list.Where(e => e.Item1 > now - window - 3).ToArray();
                    var usage = counter.Usage(start.AddSeconds(now), TimeSpan.FromSeconds(window), skew);
                    Assert.Equal(inside.Sum(e => e.Item2), (int)usage.Used);
                    Assert.Equal(inside.Length == 0 ? null : start.AddSeconds(inside.Min(e => e.Item1) + window + 3), usage.FreesAt);
                }
            }

            Assert.Equal(list.Sum(e => e.Item2), (int)counter.Usage(start, null, skew).Used);
        }).QuickCheckThrowOnFailure();
    }
}
