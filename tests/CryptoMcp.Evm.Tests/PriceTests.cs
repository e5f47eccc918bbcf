using CryptoMcp.Money;
using CryptoMcp.Testing;

namespace CryptoMcp.Evm.Tests;

/// <summary>Price feeds as they should be, and as a broken or hostile one would be, on a real chain under a real chain's id.</summary>
public sealed class PriceTests(PriceTests.Arbitrum ground) : IClassFixture<PriceTests.Arbitrum>
{
    [Fact]
    public async Task A_fresh_answer_is_a_price()
    {
        await ground.ResetAsync();
        var reading = await ground.ReadAsync();
        Assert.Null(reading.Problem);
        Assert.Equal("3500.12 USD", reading.PerWhole.ToString());
    }

    [Theory]
    [InlineData(18, "3500120000000000000001", "3500.12000001 USD")]
    [InlineData(0, "3501", "3501.00 USD")]
    [InlineData(8, "1", "0.00000001 USD")]
    public async Task Decimals_are_read_and_the_rest_is_rounded_up(int decimals, string answer, string price)
    {
        await ground.ResetAsync();
        await ground.Feed.AnswerAsync(System.Numerics.BigInteger.Parse(answer, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromMinutes(1), decimals);
        Assert.Equal(price, (await ground.ReadAsync()).PerWhole.ToString());
    }

    [Theory]
    [InlineData("zero", "not positive")]
    [InlineData("negative", "not positive")]
    [InlineData("from the future", "future")]
    [InlineData("stale", "stale")]
    [InlineData("incomplete", "not complete")]
    [InlineData("of an earlier round", "earlier round")]
    [InlineData("impossible decimals", "impossible decimals")]
    [InlineData("reverts", "does not answer")]
    [InlineData("gone", "does not answer")]
    [InlineData("sequencer down", "sequencer is down")]
    [InlineData("sequencer just up", "less than an hour")]
    [InlineData("sequencer never started", "no answer yet")]
    [InlineData("sequencer feed gone", "uptime feed does not answer")]
    public async Task K11_A_hostile_or_broken_feed_gives_no_price(string how, string problem)
    {
        await ground.ResetAsync();
        var now = await ground.Feed.NowAsync();
        await (how switch
        {
            "zero" => ground.Feed.SetAsync(1, 0),
            "negative" => ground.Feed.AnswerAsync(-350_012_000_000, TimeSpan.Zero),
            "from the future" => ground.Feed.SetAsync(3, now + 1),
            "stale" => ground.Feed.SetAsync(3, now - (long)ground.Found.MaxAge.TotalSeconds - 1),
            "incomplete" => ground.Feed.SetAsync(3, 0),
            "of an earlier round" => ground.Feed.SetAsync(4, 6),
            "impossible decimals" => ground.Feed.SetAsync(5, 77),
            "reverts" => ground.Feed.SetAsync(6, 1),
            "gone" => ground.Anvil.SetCodeAsync(ground.Feed.Address, "0x"),
            "sequencer down" => ground.Sequencer.SetAsync(1, 1),
            "sequencer just up" => ground.Sequencer.SetAsync(2, now - 3600),
            "sequencer never started" => ground.Sequencer.SetAsync(2, 0),
            _ => ground.Anvil.SetCodeAsync(ground.Sequencer.Address, "0x"),
        });
        var reading = await ground.ReadAsync();
        Assert.Null(reading.PerWhole);
        Assert.Contains(problem, reading.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_stands_still_gives_no_price()
    {
        await ground.ResetAsync();
        var clock = new FixedClock(DateTimeOffset.FromUnixTimeSeconds(await ground.Feed.NowAsync()) + TimeSpan.FromHours(2));
        using var rpc = new EvmRpc(ground.Chain, LocalChain.Hasty, clock);
        var reading = Assert.Single(await PriceReader.ReadAsync(rpc, [ground.Found], TestContext.Current.CancellationToken));
        Assert.Contains("not of this hour", reading.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoints_that_must_agree_are_asked_at_one_final_block()
    {
        await ground.ResetAsync();
        await ground.Anvil.MineAsync(3);
        await using var other = await FaultProxy.StartAsync(ground.Anvil.Url);
        using var rpc = new EvmRpc(ground.Chain with { RpcUrls = [ground.Anvil.Url, other.Url] }, LocalChain.Hasty with { Agree = 2 });
        var agreed = Assert.Single(await PriceReader.ReadAsync(rpc, [ground.Found], TestContext.Current.CancellationToken));
        Assert.Equal("3500.12 USD", agreed.PerWhole.ToString());

        other.Set(new RpcFault.Lie((_, result) => result is null ? null : "0x" + new string('0', 63) + "1" + new string('0', 256), "eth_call"));
        await Assert.ThrowsAsync<EvmRpcException>(() => PriceReader.ReadAsync(rpc, [ground.Found], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Only_pinned_assets_of_real_networks_have_feeds_and_no_two_networks_share_one()
    {
        Assert.All(PriceFeeds.All, feed => Assert.False(BuiltInChains.All.Single(chain => chain.Id == feed.Asset.Chain).IsTestNetwork));
        Assert.Equal(
            PriceFeeds.All.Count(feed => !feed.Asset.IsNative && BuiltInChains.All.Single(c => c.Id == feed.Asset.Chain).TryFindToken(EvmAddress.Parse(feed.Asset.Reference), out _)),
            PriceFeeds.All.Count(feed => !feed.Asset.IsNative));
        Assert.Equal(PriceFeeds.All.Select(f => (f.Asset.Chain, f.Address)).Distinct().Count(), PriceFeeds.All.Select(f => f.Address).Distinct().Count());
        Assert.Null(PriceFeeds.Find(AssetId.Token(ChainId.Evm(8453), "0x5FbDB2315678afecb367f032d93F642f64180aa3")));
    }

    /// <summary>A node that is Arbitrum One by its id, with contracts at the addresses of its feeds.</summary>
    public sealed class Arbitrum : IAsyncLifetime
    {
        internal Anvil Anvil { get; private set; } = null!;

        internal PriceFeedContract Feed { get; private set; } = null!;

        internal PriceFeedContract Sequencer { get; private set; } = null!;

        internal PriceFeed Found { get; } = PriceFeeds.Find(AssetId.Native(ChainId.Evm(42161)))!;

        internal EvmChain Chain => LocalChain.At(Anvil.Url) with { Id = ChainId.Evm(42161) };

        public async ValueTask InitializeAsync()
        {
            Anvil = await Anvil.StartAsync(new() { ChainId = 42161 });
            await Multicall3Contract.PlaceAsync(Anvil);
        }

        public async Task ResetAsync()
        {
            await Anvil.MineAsync();
            Feed = await PriceFeedContract.PlaceAsync(Anvil, Found.Address.ToString());
            Sequencer = await PriceFeedContract.PlaceAsync(Anvil, Found.Sequencer!.Value.ToString());
            await Feed.AnswerAsync(350_012_000_000, TimeSpan.FromMinutes(5));
            await Sequencer.AnswerAsync(0, TimeSpan.FromHours(2), decimals: 0);
        }

        internal async Task<PriceReading> ReadAsync()
        {
            using var rpc = new EvmRpc(Chain, LocalChain.Hasty);
            return Assert.Single(await PriceReader.ReadAsync(rpc, [Found], TestContext.Current.CancellationToken));
        }

        public ValueTask DisposeAsync() => Anvil.DisposeAsync();
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
