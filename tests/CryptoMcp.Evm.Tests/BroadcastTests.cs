using CryptoMcp.Testing;

namespace CryptoMcp.Evm.Tests;

/// <summary>Handing transactions to a real node.</summary>
public sealed class BroadcastTests(LocalChain chain) : IClassFixture<LocalChain>
{
    private static readonly EvmAddress s_to = EvmAddress.Parse("0x00000000000000000000000000000000DeaDBeef");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_answer_leaves_the_outcome_unknown_and_is_never_repeated()
    {
        await using var proxy = await FaultProxy.StartAsync(chain.Anvil.Url);
        using var rpc = new EvmRpc(LocalChain.At(proxy.Url), LocalChain.Hasty);
        var raw = await SignedAsync(rpc, 0);
        proxy.Set(new RpcFault.DropAnswer("eth_sendRawTransaction"));
        var error = await Assert.ThrowsAsync<EvmRpcException>(() => rpc.SendRawTransactionAsync(raw, Cancel));
        Assert.True(error.MayHaveBeenSent);
        Assert.Equal(1, proxy.ForwardedCountOf("eth_sendRawTransaction"));
        Assert.Equal("0x1", (await chain.Anvil.ReceiptAsync(Hash32.Keccak(raw).ToString()))["status"]!.GetValue<string>());

        // The same bytes again are no second payment.
        proxy.Clear();
        Assert.Equal(BroadcastOutcome.NonceTooLow, (await rpc.SendRawTransactionAsync(raw, Cancel)).Outcome);
    }

    [Fact]
    public async Task A_closed_port_proves_that_nothing_was_sent()
    {
        await using var proxy = await FaultProxy.StartAsync(chain.Anvil.Url);
        using var rpc = new EvmRpc(LocalChain.At(proxy.Url), LocalChain.Hasty);
        var raw = await SignedAsync(rpc, 0);
        await proxy.GoDownAsync();
        var error = await Assert.ThrowsAsync<EvmRpcException>(() => rpc.SendRawTransactionAsync(raw, Cancel));
        Assert.Equal(EvmRpcFailure.Unreachable, error.Kind);
        Assert.False(error.MayHaveBeenSent);
        Assert.Equal(0, proxy.CountOf("eth_sendRawTransaction"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(200)]
    public async Task A_broken_answer_may_hide_a_sent_transaction(int status)
    {
        await using var proxy = await FaultProxy.StartAsync(chain.Anvil.Url);
        using var rpc = new EvmRpc(LocalChain.At(proxy.Url), LocalChain.Hasty);
        var raw = await SignedAsync(rpc, 0);
        proxy.Set(status == 200
            ? new RpcFault.Garbage("<html>", "eth_sendRawTransaction")
            : new RpcFault.HttpError(status, "eth_sendRawTransaction"));
        Assert.True((await Assert.ThrowsAsync<EvmRpcException>(() => rpc.SendRawTransactionAsync(raw, Cancel))).MayHaveBeenSent);
        Assert.Equal(1, proxy.CountOf("eth_sendRawTransaction"));
    }

    [Fact]
    public async Task A_node_that_names_another_hash_is_not_believed()
    {
        await using var proxy = await FaultProxy.StartAsync(chain.Anvil.Url);
        using var rpc = new EvmRpc(LocalChain.At(proxy.Url), LocalChain.Hasty);
        var raw = await SignedAsync(rpc, 1);
        proxy.Set(new RpcFault.Lie((_, _) => default(Hash32).ToString(), "eth_sendRawTransaction"));
        Assert.True((await Assert.ThrowsAsync<EvmRpcException>(() => rpc.SendRawTransactionAsync(raw, Cancel))).MayHaveBeenSent);
    }

    [Fact]
    public async Task Refusals_of_a_real_node_are_understood()
    {
        await using var anvil = await Anvil.StartAsync(new() { MineOnDemand = true });
        using var rpc = new EvmRpc(LocalChain.At(anvil.Url), LocalChain.Hasty);
        using var fees = new FeeEstimator(rpc);
        var quote = await fees.EstimateAsync(Cancel);
        var transaction = LocalChain.Transfer(0, s_to, quote);
        var raw = transaction.Sign(LocalChain.Key(0));
        Assert.Equal(BroadcastOutcome.Accepted, (await rpc.SendRawTransactionAsync(raw, Cancel)).Outcome);
        var again = await rpc.SendRawTransactionAsync(raw, Cancel);
        Assert.Equal(BroadcastOutcome.AlreadyKnown, again.Outcome);
        Assert.True(again.IsOnItsWay);
        Assert.Equal(new NonceHint(0, 1), await rpc.GetNonceHintAsync(LocalChain.Account(0), Cancel));

        var cheap = transaction with { Value = 2 };
        Assert.Equal(BroadcastOutcome.ReplacementUnderpriced,
            (await rpc.SendRawTransactionAsync(cheap.Sign(LocalChain.Key(0)), Cancel)).Outcome);
        var dearer = quote.ToReplace(transaction.MaxFeePerGas, transaction.MaxPriorityFeePerGas);
        var replacement = transaction with { Value = 2, MaxFeePerGas = dearer.MaxFeePerGas,
            MaxPriorityFeePerGas = dearer.MaxPriorityFeePerGas };
        Assert.Equal(BroadcastOutcome.Accepted, (await rpc.SendRawTransactionAsync(replacement.Sign(LocalChain.Key(0)), Cancel)).Outcome);
        await anvil.MineAsync();
        Assert.Equal(2, (await rpc.GetBalanceAsync(s_to, cancellationToken: Cancel)));

        var old = await rpc.SendRawTransactionAsync(raw, Cancel);
        Assert.Equal(BroadcastOutcome.NonceTooLow, old.Outcome);
        Assert.NotNull(old.UntrustedMessage);
        var poor = LocalChain.Transfer(0, s_to, quote).Sign(Hash32.Keccak([9]).ToArray());
        Assert.Equal(BroadcastOutcome.InsufficientFunds, (await rpc.SendRawTransactionAsync(poor, Cancel)).Outcome);
        Assert.Equal(BroadcastOutcome.Rejected, (await rpc.SendRawTransactionAsync(new byte[] { 2, 0xc0 }, Cancel)).Outcome);
    }

    [Theory]
    [InlineData("already known", BroadcastOutcome.AlreadyKnown)]
    [InlineData("AlreadyKnown, tx exists", BroadcastOutcome.AlreadyKnown)]
    [InlineData("nonce too low: next nonce 5, tx nonce 4", BroadcastOutcome.NonceTooLow)]
    [InlineData("OldNonce", BroadcastOutcome.NonceTooLow)]
    [InlineData("replacement transaction underpriced", BroadcastOutcome.ReplacementUnderpriced)]
    [InlineData("transaction underpriced", BroadcastOutcome.Underpriced)]
    [InlineData("max fee per gas less than block base fee: address 0x…", BroadcastOutcome.Underpriced)]
    [InlineData("insufficient funds for gas * price + value", BroadcastOutcome.InsufficientFunds)]
    [InlineData("rate limit", BroadcastOutcome.Rejected)]
    [InlineData(null, BroadcastOutcome.Rejected)]
    public void Words_of_other_nodes_are_understood(string? words, BroadcastOutcome expected) =>
        Assert.Equal(expected, Broadcast.Refused(default, words).Outcome);

    private static async Task<byte[]> SignedAsync(EvmRpc rpc, int account)
    {
        using var fees = new FeeEstimator(rpc);
        var nonce = await rpc.GetTransactionCountAsync(LocalChain.Account(account), cancellationToken: Cancel);
        return LocalChain.Transfer(nonce, s_to, await fees.EstimateAsync(Cancel)).Sign(LocalChain.Key(account));
    }
}
