namespace CryptoMcp.Ledger.Tests;

public abstract class IdempotencyTests<TPlace> : LedgerContract<TPlace>
    where TPlace : ILedgerPlace, new()
{
    private static Func<ILedgerView, Ruling> Never => _ => throw new InvalidOperationException("an existing payment is not judged again");

    [Fact]
    public async Task The_same_key_gives_the_same_payment_for_ever_and_across_restarts()
    {
        await using var bench = await OpenAsync();
        var first = (await bench.Ledger.ReserveAsync(Bench.Request("k", "intent"), Bench.Within(10, 5))).Payment;
        bench.Time.Pass(TimeSpan.FromDays(3));
        bench.Ledger.ObserveChainTime(bench.Time.Wall);
        await bench.RestartAsync();
        var again = await bench.Ledger.ReserveAsync(Bench.Request("k", "intent"), Never);
        Assert.True(again.Existing);
        Assert.Equal(first.Id, again.Payment.Id);
        Assert.Equal(first.Id, bench.Ledger.FindByKey("agent", "k")!.Id);
    }

    [Fact]
    public async Task A_key_for_another_intent_is_a_conflict_and_another_clients_key_is_another_key()
    {
        await using var bench = await OpenAsync();
        var first = (await bench.Ledger.ReserveAsync(Bench.Request("k", "a"), Bench.Within(10, 5))).Payment;
        var conflict = await Assert.ThrowsAsync<IdempotencyConflictException>(async () => await bench.Ledger.ReserveAsync(Bench.Request("k", "b"), Never));
        Assert.Equal(first.Id, conflict.PaymentId);
        Assert.False((await bench.Ledger.ReserveAsync(Bench.Request("k", "b", "other"), Bench.Within(10, 5))).Existing);
    }

    [Fact]
    public async Task Without_a_key_an_identical_intent_is_a_repetition_for_ten_minutes()
    {
        await using var bench = await OpenAsync();
        var first = (await bench.Ledger.ReserveAsync(Bench.Request(null, "a"), Bench.Within(10, 5))).Payment;
        await bench.Ledger.BeginSigningAsync(first.Id, null, Bench.Material);
        await bench.Ledger.SettleAsync(first.Id, Bench.Settled(bench.Time.Wall, new Charge("day", 5)));
        bench.Time.Pass(TimeSpan.FromSeconds(599));
        Assert.Equal(first.Id, (await bench.Ledger.ReserveAsync(Bench.Request(null, "a"), Never)).Payment.Id);
        bench.Time.Pass(TimeSpan.FromSeconds(1));
        Assert.False((await bench.Ledger.ReserveAsync(Bench.Request(null, "a"), Bench.Within(10, 5))).Existing);
    }

    [Fact]
    public async Task Without_a_key_an_identical_intent_is_a_repetition_while_the_first_may_still_settle()
    {
        await using var bench = await OpenAsync();
        var first = (await bench.Ledger.ReserveAsync(Bench.Request(null, "a"), Bench.Within(10, 5))).Payment;
        await bench.Ledger.BeginSigningAsync(first.Id, null, Bench.Material);
        bench.Time.Pass(TimeSpan.FromHours(2));
        Assert.Equal(first.Id, (await bench.Ledger.ReserveAsync(Bench.Request(null, "a"), Never)).Payment.Id);
    }

    [Fact]
    public async Task Paying_twice_on_purpose_takes_a_new_key()
    {
        await using var bench = await OpenAsync();
        await bench.Ledger.ReserveAsync(Bench.Request("one", "a"), Bench.Within(10, 5));
        Assert.False((await bench.Ledger.ReserveAsync(Bench.Request("two", "a"), Bench.Within(10, 5))).Existing);
        Assert.Equal(10, bench.Usage().Held);
    }

    [Fact]
    public async Task A_key_is_free_again_after_a_denial_or_a_proven_release_and_not_before()
    {
        await using var bench = await OpenAsync();
        var denied = (await bench.Ledger.ReserveAsync(Bench.Request("k", "a"), Bench.Within(1, 5))).Payment;
        Assert.Equal(PaymentState.Denied, denied.State);
        var reserved = (await bench.Ledger.ReserveAsync(Bench.Request("k", "a"), Bench.Within(10, 5))).Payment;
        Assert.Equal(reserved.Id, (await bench.Ledger.ReserveAsync(Bench.Request("k", "a"), Never)).Payment.Id);
        await bench.Ledger.ReleaseAsync(reserved.Id, new() { Reason = ReleaseReason.NeverSigned });
        var third = await bench.Ledger.ReserveAsync(Bench.Request("k", "a"), Bench.Within(10, 5));
        Assert.False(third.Existing);
        Assert.NotEqual(reserved.Id, third.Payment.Id);
    }

    [Fact]
    public async Task Many_callers_with_one_key_make_one_payment()
    {
        await using var bench = await OpenAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(
            async () => await bench.Ledger.ReserveAsync(Bench.Request("k", "a"), Bench.Within(1000, 5)))));
        Assert.Single(outcomes.Select(o => o.Payment.Id).Distinct());
        Assert.Single(outcomes, o => !o.Existing);
        Assert.Equal(5, bench.Usage().Total);
    }
}
