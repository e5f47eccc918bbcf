using System.Text.Json.Nodes;
using CryptoMcp.Testing;

namespace CryptoMcp.Evm.Tests;

/// <summary>Which transaction used a nonce, and that a node's word alone does not make one.</summary>
public sealed class NonceUseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_transaction_of_each_nonce_is_found_whatever_its_type_and_block()
    {
        await using var anvil = await Anvil.StartAsync();
        using var rpc = new EvmRpc(LocalChain.At(anvil.Url), LocalChain.Hasty);
        using var fees = new FeeEstimator(rpc);
        var quote = await fees.EstimateAsync(Cancel);
        var sender = LocalChain.Account(0);
        EvmTransaction[] transactions =
        [
            LocalChain.Transfer(0, LocalChain.Account(1), quote),
            new LegacyTransaction { ChainId = 31337, Nonce = 1, GasLimit = 21_000, To = sender, Value = 7, GasPrice = quote.MaxFeePerGas },
            new Eip2930Transaction
            {
                ChainId = 31337, Nonce = 2, GasLimit = 40_000, To = sender, GasPrice = quote.MaxFeePerGas,
                AccessList = [new(LocalChain.Account(2), [default])], Data = new byte[] { 1, 2, 3 },
            },
            LocalChain.Transfer(3, LocalChain.Account(1), quote) with { AccessList = [new(sender, [])], GasLimit = 40_000 },
        ];
        var sent = new List<Hash32>();
        foreach (var (index, transaction) in transactions.Index())
        {
            await anvil.MineAsync(index * 5);
            sent.Add((await rpc.SendRawTransactionAsync(transaction.Sign(LocalChain.Key(0)), Cancel)).Hash);
            await anvil.ReceiptAsync(sent[^1].ToString());
        }

        await anvil.MineAsync(3);
        var head = await rpc.GetBlockNumberAsync(Cancel);
        foreach (var (nonce, hash) in sent.Index())
        {
            var found = await NonceUse.FindAsync(rpc, sender, (ulong)nonce, head, Cancel);
            Assert.Equal((hash, sender), (found!.Transaction.Hash, found.Transaction.Sender));
            Assert.Equal((await rpc.GetReceiptAsync(hash, Cancel))!.BlockHash, found.BlockHash);
            Assert.Equal(transactions[nonce], found.Transaction.Transaction);
        }
    }

    [Fact]
    public async Task What_the_account_did_not_sign_explains_nothing()
    {
        await using var anvil = await Anvil.StartAsync();
        await using var liar = await FaultProxy.StartAsync(anvil.Url);
        using var rpc = new EvmRpc(LocalChain.At(liar.Url), LocalChain.Hasty);
        var sender = LocalChain.Account(0);

        // A node that executes without a key, as rollups do with system transactions.
        await anvil.SendAsAsync("0x00000000000000000000000000000000000000aa", sender.ToString());
        var stranger = EvmAddress.Parse("0x00000000000000000000000000000000000000aa");
        Assert.Null(await NonceUse.FindAsync(rpc, stranger, 0, await rpc.GetBlockNumberAsync(Cancel), Cancel));

        await anvil.CallAsync("eth_sendTransaction", new JsonObject { ["from"] = sender.ToString(), ["to"] = sender.ToString(), ["value"] = "0x1" });
        await anvil.MineAsync();
        var head = await rpc.GetBlockNumberAsync(Cancel);
        Assert.NotNull(await NonceUse.FindAsync(rpc, sender, 0, head, Cancel));
        foreach (var member in new[] { "value", "r", "hash" })
        {
            liar.Set(new RpcFault.Lie((_, block) => Changed(block, member), "eth_getBlockByNumber"));
            Assert.Null(await NonceUse.FindAsync(rpc, sender, 0, head, Cancel));
        }

        liar.Set(new RpcFault.RpcError(-32000, "missing trie node", "eth_getTransactionCount"));
        Assert.Null(await NonceUse.FindAsync(rpc, sender, 0, head, Cancel));
    }

    private static JsonNode? Changed(JsonNode? block, string member)
    {
        var copy = block?.DeepClone();
        foreach (var transaction in copy?["transactions"]!.AsArray().OfType<JsonObject>() ?? [])
        {
            var text = transaction[member]!.GetValue<string>();
            transaction[member] = member == "value" ? "0x7" : text[..^1] + (text[^1] == '1' ? '2' : '1');
        }

        return copy;
    }
}
