using System.Numerics;
using CryptoMcp.Testing;

namespace CryptoMcp.Evm.Tests;

public sealed class FeeTests
{
    private static readonly EvmChain s_chain = LocalChain.At(new Uri("http://127.0.0.1:1"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_estimate_leaves_room_for_a_doubled_base_fee()
    {
        var quote = FeeEstimator.Calculate(History(100, 3, 0, 5, 4), s_chain, null);
        Assert.Equal(new FeeQuote(204, 4, 100, false), quote);
        Assert.Equal(21_000 * (BigInteger)204, quote.HighestFee(21_000));
    }

    [Fact]
    public void Networks_with_a_least_priority_fee_get_it() =>
        Assert.Equal(25, FeeEstimator.Calculate(History(100, 3), s_chain with { MinPriorityFeePerGas = 25 }, null).MaxPriorityFeePerGas);

    [Fact]
    public void The_cap_is_hard()
    {
        Assert.Equal(new FeeQuote(150, 4, 100, false), FeeEstimator.Calculate(History(100, 4), s_chain, 150));
        Assert.Equal(new FeeQuote(102, 2, 100, false), FeeEstimator.Calculate(History(100, 4), s_chain, 102));
        Assert.Equal(new FeeQuote(101, 1, 100, false), FeeEstimator.Calculate(History(100, 4), s_chain, 101));
        var error = Assert.Throws<FeeAboveCapException>(() => FeeEstimator.Calculate(History(100, 4), s_chain, 100));
        Assert.Equal((101, 100), (error.Needed, error.Cap));
    }

    [Theory]
    [InlineData(100, 10, 110, 11)]
    [InlineData(101, 11, 112, 13)]
    [InlineData(1, 1, 20, 3)]
    public void A_replacement_pays_ten_percent_more_rounded_up(int maxFee, int priority, int expectedMax, int expectedPriority)
    {
        var market = new FeeQuote(20, 3, 8, false);
        var replacement = market.ToReplace(maxFee, priority);
        Assert.Equal((expectedMax, expectedPriority), (replacement.MaxFeePerGas, replacement.MaxPriorityFeePerGas));
        Assert.True(replacement.MaxFeePerGas >= replacement.MaxPriorityFeePerGas);
    }

    [Fact]
    public async Task An_estimate_is_asked_once_per_block_by_all_together()
    {
        await using var anvil = await Anvil.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(anvil.Url);
        var clock = new ManualClock();
        using var rpc = new EvmRpc(LocalChain.At(proxy.Url), LocalChain.Hasty, clock);
        using var fees = new FeeEstimator(rpc);
        var quotes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => fees.EstimateAsync(Cancel)));
        Assert.All(quotes, quote => Assert.Same(quotes[0], quote));
        Assert.Equal(1, proxy.CountOf("eth_feeHistory"));
        await anvil.SetNextBaseFeeAsync(5_000_000_000);
        clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Same(quotes[0], await fees.EstimateAsync(Cancel));
        clock.Advance(TimeSpan.FromSeconds(0.2));
        await fees.EstimateAsync(Cancel);
        Assert.Equal(2, proxy.CountOf("eth_feeHistory"));
    }

    [Fact]
    public async Task A_transaction_with_the_estimate_is_mined_for_at_most_its_fee()
    {
        await using var anvil = await Anvil.StartAsync();
        using var rpc = new EvmRpc(LocalChain.At(anvil.Url), LocalChain.Hasty);
        using var fees = new FeeEstimator(rpc);
        var transaction = LocalChain.Transfer(0, LocalChain.Account(1), await fees.EstimateAsync(Cancel), 12345);
        var before = await rpc.GetBalanceAsync(LocalChain.Account(0), cancellationToken: Cancel);
        var raw = transaction.Sign(LocalChain.Key(0));
        Assert.True((await rpc.SendRawTransactionAsync(raw, Cancel)).IsOnItsWay);
        await anvil.ReceiptAsync(Hash32.Keccak(raw).ToString());
        var receipt = await rpc.GetReceiptAsync(Hash32.Keccak(raw), Cancel);
        Assert.True(receipt!.Succeeded);
        Assert.InRange(receipt.Fee, 1, transaction.HighestFee);
        Assert.Equal(before - 12345 - receipt.Fee, await rpc.GetBalanceAsync(LocalChain.Account(0), cancellationToken: Cancel));
    }

    [Fact]
    public async Task The_cap_holds_against_a_real_node()
    {
        await using var anvil = await Anvil.StartAsync();
        using var rpc = new EvmRpc(LocalChain.At(anvil.Url), LocalChain.Hasty);
        using var fees = new FeeEstimator(rpc, capPerGas: 1000);
        await Assert.ThrowsAsync<FeeAboveCapException>(() => fees.EstimateAsync(Cancel));
    }

    [Fact]
    public async Task Op_stack_chains_cost_what_the_oracle_says_and_half_more()
    {
        var fees = new Dictionary<string, ulong>
        {
            [Selector("getL1FeeUpperBound(uint256)")] = 1000,
            [Selector("getL1Fee(bytes)")] = 900,
            [Selector("getOperatorFee(uint256)")] = 100,
        };
        await using var anvil = await Anvil.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(anvil.Url);
        proxy.Set(new RpcFault.Lie(
            (request, _) => fees.TryGetValue(request["params"]![0]!["data"]!.GetValue<string>()[..10], out var fee)
                ? Word(fee)
                : "0x",
            "eth_call"));
        var transaction = LocalChain.Transfer(0, LocalChain.Account(1), new(1, 1, 1, false));
        using (var rpc = new EvmRpc(LocalChain.At(proxy.Url) with { IsOpStack = true }, LocalChain.Hasty))
        {
            Assert.Equal(1651, await OpStackFee.UpperBoundAsync(rpc, transaction, Cancel));
            fees.Remove(Selector("getL1FeeUpperBound(uint256)"));
            fees.Remove(Selector("getOperatorFee(uint256)"));
            Assert.Equal(1351, await OpStackFee.UpperBoundAsync(rpc, transaction, Cancel));
        }

        // Not an OP-stack chain, or a local one without the oracle: nothing on top of gas.
        using (var rpc = new EvmRpc(LocalChain.At(proxy.Url), LocalChain.Hasty))
        {
            Assert.Equal(0, await OpStackFee.UpperBoundAsync(rpc, transaction, Cancel));
        }

        using (var rpc = new EvmRpc(LocalChain.At(anvil.Url) with { IsOpStack = true }, LocalChain.Hasty))
        {
            Assert.Equal(0, await OpStackFee.UpperBoundAsync(rpc, transaction, Cancel));
        }
    }

    private static FeeHistory History(int baseFee, params int[] rewards) =>
        new(1, [1, baseFee], [.. rewards.Select(reward => (IReadOnlyList<BigInteger>)[reward])]);

    private static string Selector(string signature) => Hex.Format(AbiFunction.Parse(signature).Selector);

    private static string Word(ulong value) => Hex.Format(AbiEncoder.Encode([new("x", AbiType.Parse("uint256"))], value));
}
