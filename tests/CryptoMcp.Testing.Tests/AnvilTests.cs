using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace CryptoMcp.Testing.Tests;

public sealed class AnvilTests
{
    private const string Stranger = "0x00000000000000000000000000000000000a11ce";

    [Fact]
    public async Task Starts_with_the_chain_id_asked_for_and_leaves_no_process_behind()
    {
        int id;
        await using (var anvil = await Anvil.StartAsync(new AnvilOptions { ChainId = 84532 }))
        {
            id = anvil.Process.Id;
            Assert.Equal(84532, await anvil.Node.QuantityAsync("eth_chainId"));
            Assert.True(Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}")));
        }

        Assert.False(Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}")));
    }

    [Fact]
    public async Task Two_chains_run_side_by_side_on_ports_of_their_own()
    {
        await using var first = await Anvil.StartAsync(new AnvilOptions { ChainId = 1 });
        await using var second = await Anvil.StartAsync(new AnvilOptions { ChainId = 8453 });

        Assert.NotEqual(first.Url, second.Url);
        Assert.Equal(8453, await second.Node.QuantityAsync("eth_chainId"));
    }

    [Fact]
    public async Task Balance_nonce_code_and_storage_are_what_a_test_sets()
    {
        await using var anvil = await Anvil.StartAsync();
        await anvil.SetBalanceAsync(Stranger, BigInteger.Pow(10, 19));
        await anvil.SetNonceAsync(Stranger, 7);
        await anvil.SetCodeAsync(Multicall3Contract.Address, "0x60016000526001601ff3");
        await anvil.SetStorageAtAsync(Multicall3Contract.Address, 3, 255);

        Assert.Equal(BigInteger.Pow(10, 19), await anvil.BalanceAsync(Stranger));
        Assert.Equal(7, await anvil.NonceAsync(Stranger));
        Assert.Equal("0x60016000526001601ff3", (await anvil.CallAsync("eth_getCode", Multicall3Contract.Address, "latest"))!.GetValue<string>());
        Assert.Equal(255, await anvil.Node.QuantityAsync("eth_getStorageAt", Multicall3Contract.Address, "0x3", "latest"));
    }

    [Fact]
    public async Task Finality_lags_the_head_by_the_epochs_asked_for()
    {
        await using var anvil = await Anvil.StartAsync(new AnvilOptions { SlotsInAnEpoch = 4 });
        await anvil.MineAsync(20);

        var finalized = await anvil.CallAsync("eth_getBlockByNumber", "finalized", false);
        Assert.Equal(12, JsonRpcNode.Quantity(finalized!["number"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_reorganisation_takes_a_mined_transaction_away()
    {
        await using var anvil = await Anvil.StartAsync();
        var receipt = await anvil.SendAsAsync(Anvil.DevelopmentAccounts[0].Address, Stranger, value: 5);
        var hash = receipt["transactionHash"]!.GetValue<string>();
        Assert.Equal(5, await anvil.BalanceAsync(Stranger));

        await anvil.ReorgAsync(1);

        Assert.Equal(0, await anvil.BalanceAsync(Stranger));
        Assert.Null(await anvil.CallAsync("eth_getTransactionReceipt", hash));
    }

    [Fact]
    public async Task A_snapshot_brings_the_state_back()
    {
        await using var anvil = await Anvil.StartAsync();
        var snapshot = await anvil.SnapshotAsync();
        await anvil.SetBalanceAsync(Stranger, 1);
        await anvil.RevertAsync(snapshot);

        Assert.Equal(0, await anvil.BalanceAsync(Stranger));
    }

    [Fact]
    public async Task Mining_on_demand_leaves_transactions_pending()
    {
        await using var anvil = await Anvil.StartAsync(new AnvilOptions { MineOnDemand = true });
        var hash = (await anvil.CallAsync("eth_sendTransaction", new JsonObject
        {
            ["from"] = Anvil.DevelopmentAccounts[0].Address,
            ["to"] = Stranger,
            ["value"] = "0x1",
        }))!.GetValue<string>();
        Assert.Null(await anvil.CallAsync("eth_getTransactionReceipt", hash));

        await anvil.MineAsync();

        Assert.NotNull(await anvil.CallAsync("eth_getTransactionReceipt", hash));
    }

    [Fact]
    public async Task An_error_of_the_node_names_the_method()
    {
        await using var anvil = await Anvil.StartAsync();
        var problem = await Assert.ThrowsAsync<JsonRpcNodeException>(() => anvil.CallAsync("eth_noSuchThing"));

        Assert.StartsWith("eth_noSuchThing:", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Multicall3_answers_at_its_canonical_address()
    {
        await using var anvil = await Anvil.StartAsync();
        await anvil.MineAsync(3);
        await Multicall3Contract.PlaceAsync(anvil);

        Assert.Equal(3, JsonRpcNode.Quantity(await anvil.Node.EthCallAsync(Multicall3Contract.Address, "0x42cbb15c"))); // getBlockNumber()
    }
}
