using CryptoMcp.Money;

namespace CryptoMcp.Ledger.Tests;

public abstract class NonceAndFreezeTests<TPlace> : LedgerContract<TPlace>
    where TPlace : ILedgerPlace, new()
{
    [Fact]
    public async Task I9_Fifty_signatures_at_once_have_fifty_consecutive_nonces_whatever_the_chain_says()
    {
        await using var bench = await OpenAsync();
        var first = await bench.ReserveAsync(1, 100);
        await bench.Ledger.BeginSigningAsync(first.Id, new(Bench.Alice, 41), Bench.Material);
        var hints = new ulong[] { 0, 41, 42, 3 };
        var nonces = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            var (_, authorization) = await bench.Ledger.ReserveAndBeginSigningAsync(
                Bench.Request(), Bench.Within(100, 1), new(Bench.Alice, hints[i % hints.Length]), Bench.Material);
            return authorization!.Payment.Nonce!.Value;
        })));
        Assert.Equal(Enumerable.Range(42, 50).Select(n => (ulong)n), nonces.Order());
    }

    [Fact]
    public async Task A_chain_that_is_ahead_freezes_that_account_and_no_other()
    {
        await using var bench = await OpenAsync();
        var first = await bench.ReserveAsync(1, 100);
        await bench.Ledger.BeginSigningAsync(first.Id, new(Bench.Alice, 5), Bench.Material);
        var second = await bench.ReserveAsync(1, 100);
        await Assert.ThrowsAsync<LedgerFrozenException>(async () => await bench.Ledger.BeginSigningAsync(second.Id, new(Bench.Alice, 9), Bench.Material));
        await bench.RestartAsync();
        Assert.NotNull(bench.Ledger.View.FrozenBecauseOf(Bench.Alice));
        Assert.NotNull(bench.Ledger.View.FrozenBecauseOf(AccountId.Parse(Bench.Alice.ToString().Replace("E7", "e7", StringComparison.Ordinal))));
        Assert.Null(bench.Ledger.View.FrozenBecauseOf(AccountId.Parse("eip155:1:0x52908400098527886E0F7030069857D2E4169EE7")));
        Assert.Null(bench.Ledger.View.FrozenBecause);
        await Assert.ThrowsAsync<LedgerFrozenException>(async () => await bench.ReserveAsync(1, 100));
        await bench.Ledger.UnfreezeAsync("owner looked", Bench.Alice);
        await bench.ReserveAsync(1, 100);
    }

    [Fact]
    public async Task A_restored_backup_is_noticed_by_the_chains_nonce()
    {
        await using var bench = await OpenAsync();
        await bench.ExposedAsync(1, chainNonce: 0);
        await bench.Ledger.ObserveChainNonceAsync(new(Bench.Alice, 1));
        Assert.Null(bench.Ledger.View.FrozenBecauseOf(Bench.Alice));
        await bench.Ledger.ObserveChainNonceAsync(new(Bench.Alice, 2));
        Assert.NotNull(bench.Ledger.View.FrozenBecauseOf(Bench.Alice));
    }

    [Fact]
    public async Task I16_After_a_freeze_no_signing_record_follows_while_callers_race()
    {
        await using var bench = await OpenAsync();
        var callers = Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                try
                {
                    await bench.Ledger.ReserveAndBeginSigningAsync(Bench.Request(), Bench.Within(1_000_000, 1), new(Bench.Alice, 0), Bench.Material);
                }
                catch (LedgerFrozenException)
                {
                    return;
                }
            }
        })).ToArray();
        while (bench.Ledger.Records < 200)
        {
            await Task.Yield();
        }

        await bench.Ledger.FreezeAsync("test");
        await Task.WhenAll(callers);
        await Assert.ThrowsAsync<LedgerFrozenException>(async () => await bench.Ledger.ResumeSigningAsync(bench.Ledger.Open()[0].Id));
        var types = (await bench.Place.LinesAsync()).Select(l => l.Contains("\"type\":\"frozen\"", StringComparison.Ordinal) ? 'f' : l.Contains("\"type\":\"signing\"", StringComparison.Ordinal) ? 's' : '-').ToArray();
        Assert.True(Array.IndexOf(types, 's') < Array.IndexOf(types, 'f'));
        Assert.DoesNotContain('s', types[Array.IndexOf(types, 'f')..]);

        await bench.RestartAsync();
        await Assert.ThrowsAsync<LedgerFrozenException>(async () => await bench.ReserveAsync(1, 1_000_000));
        await bench.Ledger.UnfreezeAsync("owner");
        await bench.ReserveAsync(1, 1_000_000);
    }

    [Fact]
    public async Task Lists_are_paged_newest_first_and_filtered()
    {
        await using var bench = await OpenAsync();
        var ids = new List<string>();
        for (var i = 0; i < 25; i++)
        {
            ids.Add((await bench.ReserveAsync(1, i < 20 ? 100 : 0)).Id);
        }

        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = bench.Ledger.List(new() { States = [PaymentState.Reserved], Account = Bench.Alice, Client = "agent" }, cursor, 7);
            Assert.Equal(20, page.Total);
            found.AddRange(page.Payments.Select(p => p.Id));
            cursor = page.NextCursor;
            await bench.Ledger.RecordAsync("note", default);
        }
        while (cursor is not null);
        Assert.Equal(ids.Take(20).Reverse(), found);
        Assert.Equal(0, bench.Ledger.List(new() { Client = "other" }).Total);
        Assert.Throws<ArgumentException>(() => bench.Ledger.List(new(), "99999"));
    }
}
