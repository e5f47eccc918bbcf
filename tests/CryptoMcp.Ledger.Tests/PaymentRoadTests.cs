namespace CryptoMcp.Ledger.Tests;

public abstract class PaymentRoadTests<TPlace> : LedgerContract<TPlace>
    where TPlace : ILedgerPlace, new()
{
    [Fact]
    public async Task A_payment_goes_the_whole_road_and_survives_a_restart_at_each_step()
    {
        await using var bench = await OpenAsync();
        var id = (await bench.ReserveAsync(5, 10)).Id;
        await bench.RestartAsync();
        Assert.Equal(PaymentState.Reserved, bench.Ledger.Find(id)!.State);

        var authorization = await bench.Ledger.BeginSigningAsync(id, new(Bench.Alice, 7), Bench.Material);
        await bench.RestartAsync();
        Assert.Equal(authorization.Digest, (await bench.Ledger.ResumeSigningAsync(id)).Digest);

        await bench.Ledger.ExposeAsync(id, "0xsigned", "0xtx");
        await bench.RestartAsync();
        await bench.Ledger.SeenAsync(id, new(100, "0xblock", bench.Time.Wall, "0xtx"));
        await bench.RestartAsync();
        Assert.Equal(5, bench.Usage().Held);
        Assert.Equal(0, bench.Ledger.View.OpenAuthorizations);

        var before = await bench.Ledger.SettleAsync(id, Bench.Settled(bench.Time.Wall, new Charge("day", 3)));
        await bench.RestartAsync();
        var after = bench.Ledger.Find(id)!;
        Assert.Equal((3, 0), ((int)bench.Usage().Used, (int)bench.Usage().Held));
        Assert.Equal(before.SettledAt, after.SettledAt);
        Assert.Equal("1 USDC to the test", after.Facts.GetProperty("summary").GetString());
        Assert.Equal("0xé", after.Facts.GetProperty("to").GetString());
        Assert.Equal(8ul, bench.Ledger.View.NextNonce(Bench.Alice));
        Assert.Empty(bench.Ledger.Open());
    }
}
