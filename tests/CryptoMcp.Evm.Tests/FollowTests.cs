using CryptoMcp.Testing;

namespace CryptoMcp.Evm.Tests;

/// <summary>What became of a transaction: movements, fee, finality, reorganisations.</summary>
public sealed class FollowTests
{
    private const string UsdcAddress = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_transfer_is_explained_from_pool_to_finality()
    {
        await using var anvil = await Anvil.StartAsync(new() { MineOnDemand = true });
        var (from, to) = (LocalChain.Account(0), LocalChain.Account(1));
        var usdc = await UsdcContract.PlaceAsync(anvil, UsdcAddress);
        await usdc.MintAsync(from.ToString(), 5_000_000);
        var token = EvmToken.Create(LocalChain.At(anvil.Url).Id, "USDC", EvmAddress.Parse(UsdcAddress), 6);
        using var rpc = new EvmRpc(LocalChain.At(anvil.Url) with { Tokens = [token] }, LocalChain.Hasty);
        using var fees = new FeeEstimator(rpc);
        var call = Erc20.Transfer(to, 2_500_000);
        var raw = (LocalChain.Transfer(0, token.Address, await fees.EstimateAsync(Cancel), 0) with { Data = call,
            GasLimit = 100_000 }).Sign(LocalChain.Key(0));
        var hash = (await rpc.SendRawTransactionAsync(raw, Cancel)).Hash;

        var pending = await TransactionReader.ReadAsync(rpc, hash, Cancel);
        Assert.Equal((TransactionState.Pending, 0UL), (pending!.State, pending.Confirmations));
        Assert.Equal(new Erc20Transfer(to, 2_500_000), pending.Call);
        Assert.Empty(pending.Movements);
        Assert.Null(pending.Fee);

        await anvil.MineAsync();
        var mined = await TransactionReader.ReadAsync(rpc, hash, Cancel);
        Assert.Equal((TransactionState.Mined, 1UL), (mined!.State, mined.Confirmations));
        Assert.Equal(new TokenMovement(token.Address, token, from, to, 2_500_000, false), Assert.Single(mined.Movements));
        Assert.Equal(mined.Receipt!.GasUsed * mined.Receipt.EffectiveGasPrice, mined.Fee);
        Assert.NotNull(mined.MinedAt);

        // The chain's rule is two blocks deep.
        await anvil.MineAsync();
        Assert.Equal(TransactionState.Mined, (await TransactionReader.ReadAsync(rpc, hash, Cancel))!.State);
        await anvil.MineAsync();
        Assert.Equal(TransactionState.Final, (await TransactionReader.ReadAsync(rpc, hash, Cancel))!.State);
        Assert.Null(await TransactionReader.ReadAsync(rpc, default, Cancel));

        var logs = await rpc.GetLogsAsync(
            new()
            {
                From = BlockTag.Number(mined.Receipt.BlockNumber),
                Addresses = [token.Address],
                Topics = [[Erc20.TransferEvent.Topic], [], [to.ToWord()]],
            },
            Cancel);
        Assert.Equal(hash, Assert.Single(logs).TransactionHash);
    }

    [Fact]
    public async Task A_reverted_transfer_moved_nothing_and_cost_its_fee()
    {
        await using var anvil = await Anvil.StartAsync();
        await UsdcContract.PlaceAsync(anvil, UsdcAddress);
        using var rpc = new EvmRpc(LocalChain.At(anvil.Url), LocalChain.Hasty);
        using var fees = new FeeEstimator(rpc);
        var transaction = LocalChain.Transfer(0, EvmAddress.Parse(UsdcAddress), await fees.EstimateAsync(Cancel), 0) with
        {
            Data = Erc20.Transfer(LocalChain.Account(1), 1),
            GasLimit = 100_000,
        };
        var hash = (await rpc.SendRawTransactionAsync(transaction.Sign(LocalChain.Key(0)), Cancel)).Hash;
        await anvil.ReceiptAsync(hash.ToString());
        var report = await TransactionReader.ReadAsync(rpc, hash, Cancel);
        Assert.False(report!.Receipt!.Succeeded);
        Assert.Empty(report.Movements);
        Assert.True(report.Fee > 0);
    }

    [Fact]
    public async Task A_transaction_that_a_reorganisation_drops_is_not_final()
    {
        await using var anvil = await Anvil.StartAsync();
        using var rpc = new EvmRpc(LocalChain.At(anvil.Url), LocalChain.Hasty);
        using var fees = new FeeEstimator(rpc);
        var raw = LocalChain.Transfer(0, LocalChain.Account(1), await fees.EstimateAsync(Cancel)).Sign(LocalChain.Key(0));
        var hash = (await rpc.SendRawTransactionAsync(raw, Cancel)).Hash;
        await anvil.ReceiptAsync(hash.ToString());
        var receipt = (await rpc.GetReceiptAsync(hash, Cancel))!;
        await anvil.MineAsync(2);
        Assert.True(await Finality.IsFinalAsync(rpc, receipt, Cancel));
        await anvil.ReorgAsync(3);
        await anvil.MineAsync(3);
        Assert.False(await Finality.IsFinalAsync(rpc, receipt, Cancel));
    }

    [Theory]
    [InlineData(FinalityKind.Finalized)]
    [InlineData(FinalityKind.Safe)]
    public async Task Chains_with_finality_tags_use_them(FinalityKind kind)
    {
        await using var anvil = await Anvil.StartAsync();
        await anvil.MineAsync(10);
        using var rpc = new EvmRpc(LocalChain.At(anvil.Url) with { Finality = new(kind) }, LocalChain.Hasty);

        // Anvil with epochs of one slot: safe lags by one block, finalized by two.
        Assert.Equal(kind == FinalityKind.Safe ? 9UL : 8UL, (await Finality.GetFinalBlockAsync(rpc, Cancel))!.Number);
    }

    [Fact]
    public async Task A_young_chain_has_no_final_block()
    {
        await using var anvil = await Anvil.StartAsync();
        using var rpc = new EvmRpc(LocalChain.At(anvil.Url) with { Finality = FinalityRule.AtDepth(5) }, LocalChain.Hasty);
        Assert.Null(await Finality.GetFinalBlockAsync(rpc, Cancel));
    }

    [Fact]
    public async Task A_final_block_needs_the_agreement_of_the_endpoints()
    {
        await using var anvil = await Anvil.StartAsync();
        await anvil.MineAsync(10);
        await using var liar = await FaultProxy.StartAsync(anvil.Url);
        liar.Set(new RpcFault.Lie(
            (_, block) =>
            {
                var copy = block!.DeepClone();
                copy["hash"] = Hash32.Keccak([1]).ToString();
                return copy;
            },
            "eth_getBlockByNumber"));
        var two = LocalChain.At(anvil.Url, liar.Url) with { Finality = FinalityRule.Finalized };
        using var rpc = new EvmRpc(two, LocalChain.Hasty with { Agree = 2 });
        var error = await Assert.ThrowsAsync<EvmRpcException>(() => Finality.GetFinalBlockAsync(rpc, Cancel));
        Assert.Equal(EvmRpcFailure.Disagreement, error.Kind);
    }

    [Theory]
    [InlineData(FinalityKind.Finalized)]
    [InlineData(FinalityKind.Depth)]
    public async Task Endpoints_at_different_heights_agree_on_the_lower(FinalityKind kind)
    {
        await using var anvil = await Anvil.StartAsync();
        await anvil.MineAsync(10);
        var (behind, ahead) = (await FaultProxy.StartAsync(anvil.Url), await FaultProxy.StartAsync(anvil.Url));
        await using var first = behind;
        await using var second = ahead;
        var old = await anvil.CallAsync("eth_getBlockByNumber", "0x3", false);
        behind.Set(
            new RpcFault.Lie((request, block) => (request["params"]![0]!.GetValue<string>() == "finalized" ? old : block)?.DeepClone(),
                "eth_getBlockByNumber"),
            new RpcFault.Lie((_, _) => "0x5", "eth_blockNumber"));
        var two = LocalChain.At(ahead.Url, behind.Url) with { Finality = new(kind, kind == FinalityKind.Depth ? 2UL : 0) };
        using var rpc = new EvmRpc(two, LocalChain.Hasty with { Agree = 2 });
        Assert.Equal(3UL, (await Finality.GetFinalBlockAsync(rpc, Cancel))!.Number);

        // A third that claims to be far ahead changes nothing: one voice is not enough.
        await using var boaster = await FaultProxy.StartAsync(anvil.Url);
        boaster.Set(new RpcFault.Lie((_, _) => "0xffff", "eth_blockNumber"));
        using var three = new EvmRpc(two with { RpcUrls = [.. two.RpcUrls, boaster.Url] }, LocalChain.Hasty with { Agree = 2 });
        Assert.Equal(8UL, (await Finality.GetFinalBlockAsync(three, Cancel))!.Number);
    }

    [Fact]
    public async Task Fees_of_an_op_stack_chain_count_the_l1_and_operator_fee()
    {
        await using var anvil = await Anvil.StartAsync();
        using var direct = new EvmRpc(LocalChain.At(anvil.Url), LocalChain.Hasty);
        using var fees = new FeeEstimator(direct);
        var raw = LocalChain.Transfer(0, LocalChain.Account(1), await fees.EstimateAsync(Cancel)).Sign(LocalChain.Key(0));
        var hash = (await direct.SendRawTransactionAsync(raw, Cancel)).Hash;
        await anvil.ReceiptAsync(hash.ToString());
        await using var proxy = await FaultProxy.StartAsync(anvil.Url);
        proxy.Set(
            new RpcFault.Lie(
                (_, receipt) =>
                {
                    var copy = receipt!.DeepClone();
                    copy["l1Fee"] = "0x3e8";
                    copy["operatorFeeScalar"] = "0x1";
                    return copy;
                },
                "eth_getTransactionReceipt"),
            new RpcFault.Lie((_, _) => "0x" + new string('0', 62) + "07", "eth_call"));
        using var rpc = new EvmRpc(LocalChain.At(proxy.Url), LocalChain.Hasty);
        var report = await TransactionReader.ReadAsync(rpc, hash, Cancel);
        Assert.Equal((report!.Receipt!.GasUsed * report.Receipt.EffectiveGasPrice) + 1007, report.Fee);
    }

    [Fact]
    public async Task A_node_that_tells_of_another_transaction_is_refused()
    {
        await using var anvil = await Anvil.StartAsync();
        using var rpc = new EvmRpc(LocalChain.At(anvil.Url), LocalChain.Hasty);
        using var fees = new FeeEstimator(rpc);
        var raw = LocalChain.Transfer(0, LocalChain.Account(1), await fees.EstimateAsync(Cancel)).Sign(LocalChain.Key(0));
        var hash = (await rpc.SendRawTransactionAsync(raw, Cancel)).Hash;
        var receipt = await anvil.ReceiptAsync(hash.ToString());
        var transaction = await anvil.CallAsync("eth_getTransactionByHash", hash.ToString());
        await using var liar = await FaultProxy.StartAsync(anvil.Url);
        liar.Set(
            new RpcFault.Lie((_, _) => receipt.DeepClone(), "eth_getTransactionReceipt"),
            new RpcFault.Lie((_, _) => transaction!.DeepClone(), "eth_getTransactionByHash"));
        using var misled = new EvmRpc(LocalChain.At(liar.Url), LocalChain.Hasty);
        await Assert.ThrowsAsync<EvmRpcException>(() => TransactionReader.ReadAsync(misled, Hash32.Keccak([7]), Cancel));
    }
}
