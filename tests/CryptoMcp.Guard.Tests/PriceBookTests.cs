using System.Text.Json.Nodes;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Testing;

namespace CryptoMcp.Guard.Tests;

/// <summary>What a price feed does to decisions: it can make a spend dearer than the policy's floor, and nothing cheaper.</summary>
public sealed class PriceBookTests : IAsyncLifetime
{
    private static readonly PriceFeed s_feed = PriceFeeds.Find(AssetId.Native(ChainId.Evm(42161)))!;

    private GuardGround _ground = null!;
    private PriceFeedContract _feed = null!;
    private PriceFeedContract _sequencer = null!;

    public async ValueTask InitializeAsync()
    {
        _ground = await GuardGround.StartAsync(day: "20 USD", chainId: 42161);
        _feed = await PriceFeedContract.PlaceAsync(_ground.Chain, s_feed.Address.ToString());
        _sequencer = await PriceFeedContract.PlaceAsync(_ground.Chain, s_feed.Sequencer!.Value.ToString());
        await _feed.AnswerAsync(350_000_000_000, TimeSpan.FromMinutes(5));
        await _sequencer.AnswerAsync(0, TimeSpan.FromHours(2), decimals: 0);
    }

    public ValueTask DisposeAsync() => _ground.DisposeAsync();

    [Fact]
    public async Task A_price_above_the_floor_counts_and_is_on_record_with_the_decision()
    {
        // 0.004 ETH are 14 USD at the feed's 3500; the same again would be 12 USD in all at the floor of 1500.
        var paid = await _ground.SendAsync("0.004 ETH", key: "a");
        var denied = await _ground.SendAsync("0.004 ETH", key: "b");

        Assert.Equal("14.00 USD", Assert.Single(paid.Decision!.Budgets, b => b.Id == "day").Charge);
        Assert.Equal("over_budget", denied.Decision!.Code);
        var price = Facts(denied)["prices"]![0]!;
        Assert.Equal("3500", (string?)price["usd"]);
        Assert.Equal(s_feed.Source, (string?)price["source"]);
        Assert.True(DecisionReplay.Run(_ground.Home).Agrees);
    }

    [Fact]
    public async Task A_price_below_the_floor_does_not_count()
    {
        await _feed.AnswerAsync(1_000_000, TimeSpan.FromMinutes(5));
        var paid = await _ground.SendAsync("0.004 ETH");
        Assert.Equal("6.00 USD", Assert.Single(paid.Decision!.Budgets, b => b.Id == "day").Charge);
    }

    [Theory]
    [InlineData("stale")]
    [InlineData("reverts")]
    [InlineData("sequencer down")]
    [InlineData("endpoint cannot call")]
    public async Task A_feed_that_falls_silent_makes_nothing_cheaper_not_even_after_a_restart(string how)
    {
        await _ground.SendAsync("0.004 ETH", key: "a");
        await (how switch
        {
            "stale" => _feed.SetAsync(3, await _feed.NowAsync() - (long)TimeSpan.FromDays(2).TotalSeconds),
            "reverts" => _feed.SetAsync(6, 1),
            "sequencer down" => _sequencer.SetAsync(1, 1),
            _ => Task.CompletedTask,
        });
        if (how == "endpoint cannot call")
        {
            _ground.Endpoint.Set(new RpcFault.RpcError(-32000, "no", "eth_call"));
        }

        await _ground.RestartAsync();
        var quote = await _ground.Guard.Spending.QuoteAsync(GuardGround.Transfer("0.004 ETH"), "test", CancellationToken.None);
        var denied = await _ground.SendAsync("0.004 ETH", key: "b");

        Assert.Equal("over_budget", denied.Decision!.Code);
        Assert.Equal("14.00 USD", Assert.Single(denied.Decision.Budgets, b => b.Id == "day").Charge);
        Assert.Contains(quote.Notes!, note => note.Contains("The last one, 3500 USD, counts", StringComparison.Ordinal));
        Assert.True(DecisionReplay.Run(_ground.Home).Agrees);
    }

    [Fact]
    public async Task Without_any_price_ever_the_floor_counts_and_the_quote_says_so()
    {
        await _feed.SetAsync(1, 0);
        var quote = await _ground.Guard.Spending.QuoteAsync(GuardGround.Transfer("0.004 ETH"), "test", CancellationToken.None);
        Assert.Equal("6.00 USD", Assert.Single(quote.Decision.Budgets, b => b.Id == "day").Charge);
        Assert.Contains(quote.Notes!, note => note.Contains("not positive. The policy's floor counts.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_payments_ask_the_feed_once()
    {
        await _ground.SendAsync("0.001 ETH", key: "a");
        var asked = _ground.Endpoint.CountOf("eth_call");
        await _ground.SendAsync("0.001 ETH", key: "b");
        await _ground.SendAsync("0.001 ETH", key: "c");
        Assert.True(asked > 0);
        Assert.Equal(asked, _ground.Endpoint.CountOf("eth_call"));
    }

    private JsonNode Facts(PaymentView payment) => File.ReadLines(_ground.Home.JournalFile)
        .Select(line => JsonNode.Parse(line)!)
        .First(record => (string?)record["payment"] == payment.PaymentId && record["facts"] is not null)["facts"]!;
}
