using System.Net;
using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json.Nodes;

namespace CryptoMcp.Testing.Tests;

public sealed class FaultProxyTests : IAsyncLifetime
{
    private const string Payee = "0x000000000000000000000000000000000000bEEF";
    private Anvil _anvil = null!;
    private FaultProxy _proxy = null!;
    private JsonRpcNode _node = null!;

    public async ValueTask InitializeAsync()
    {
        _anvil = await Anvil.StartAsync();
        _proxy = await FaultProxy.StartAsync(_anvil.Url);
        _node = new JsonRpcNode(_proxy.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _node.Dispose();
        await _proxy.DisposeAsync();
        await _anvil.DisposeAsync();
    }

    [Fact]
    public async Task Without_faults_it_passes_everything_and_remembers_it()
    {
        Assert.Equal(31337, await _node.QuantityAsync("eth_chainId"));
        Assert.Equal(1, _proxy.CountOf("eth_chainId"));
        Assert.Equal(1, _proxy.ForwardedCountOf("eth_chainId"));
    }

    [Fact]
    public async Task Down_refuses_connections_and_comes_back_on_the_same_port()
    {
        await _proxy.GoDownAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => _node.CallAsync("eth_chainId"));
        await _proxy.ComeBackAsync();

        Assert.Equal(31337, await _node.QuantityAsync("eth_chainId"));
    }

    [Fact]
    public async Task A_dropped_request_never_reaches_the_node()
    {
        _proxy.Set(new RpcFault.Drop("eth_sendTransaction"));
        await Assert.ThrowsAsync<HttpRequestException>(SendAsync);

        Assert.Equal(0, await _anvil.BalanceAsync(Payee));
        Assert.Equal(0, _proxy.ForwardedCountOf("eth_sendTransaction"));
        Assert.Equal(31337, await _node.QuantityAsync("eth_chainId"));
    }

    [Fact]
    public async Task A_dropped_answer_leaves_the_money_moved()
    {
        _proxy.Set(new RpcFault.DropAnswer("eth_sendTransaction"));
        await Assert.ThrowsAsync<HttpRequestException>(SendAsync);
        var block = await _anvil.CallAsync("eth_getBlockByNumber", "latest", false);
        while (block!["transactions"]!.AsArray().Count == 0)
        {
            block = await _anvil.CallAsync("eth_getBlockByNumber", "latest", false);
        }

        Assert.Equal(9, await _anvil.BalanceAsync(Payee));
    }

    [Fact]
    public async Task A_hanging_request_goes_on_when_the_fault_is_cleared()
    {
        _proxy.Set(new RpcFault.Hang());
        var waiting = _node.QuantityAsync("eth_chainId");
        while (_proxy.CountOf("eth_chainId") == 0)
        {
            await Task.Yield();
        }

        Assert.Equal(0, _proxy.ForwardedCountOf("eth_chainId"));
        Assert.False(waiting.IsCompleted);
        _proxy.Clear();

        Assert.Equal(31337, await waiting);
    }

    [Fact]
    public async Task Status_500_and_garbage_come_as_they_are()
    {
        using var http = new HttpClient();
        var request = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "eth_chainId", ["params"] = new JsonArray() };
        _proxy.Set(new RpcFault.HttpError(500));
        using var failed = await http.PostAsJsonAsync(_proxy.Url, request, TestContext.Current.CancellationToken);
        _proxy.Set(new RpcFault.Garbage("<html>"));
        using var garbled = await http.PostAsJsonAsync(_proxy.Url, request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal("<html>", await garbled.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task It_lies_about_chain_nonce_decimals_and_receipts()
    {
        var usdc = await UsdcContract.PlaceAsync(_anvil, "0x036CbD53842c5426634e7929541eC2318f3dCF7e");
        var hash = (await SendAsync())!.GetValue<string>();
        await _anvil.ReceiptAsync(hash);

        _proxy.Set(RpcFault.WrongChainId(1));
        Assert.Equal(1, await _node.QuantityAsync("eth_chainId"));
        _proxy.Set(RpcFault.WrongNonce(41));
        Assert.Equal(41, await _node.QuantityAsync("eth_getTransactionCount", Payee, "latest"));
        _proxy.Set(RpcFault.WrongDecimals(18));
        Assert.Equal(18, JsonRpcNode.Quantity(await _node.EthCallAsync(usdc.Address, "0x313ce567")));
        Assert.Equal(BigInteger.Zero, JsonRpcNode.Quantity(await _node.EthCallAsync(usdc.Address, "0x18160ddd"))); // totalSupply(): true
        _proxy.Set(RpcFault.NoReceipt());
        Assert.Null(await _node.CallAsync("eth_getTransactionReceipt", hash));
        _proxy.Set(RpcFault.WrongReceiptStatus(succeeded: false));
        Assert.Equal("0x0", (await _node.CallAsync("eth_getTransactionReceipt", hash))!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Within_a_batch_only_the_struck_request_is_changed()
    {
        using var http = new HttpClient();
        _proxy.Set(RpcFault.WrongChainId(1), new RpcFault.RpcError(-32005, "limit exceeded", "eth_gasPrice"));
        var batch = new JsonArray(Request(1, "eth_chainId"), Request(2, "eth_blockNumber"), Request(3, "eth_gasPrice"));
        using var response = await http.PostAsJsonAsync(_proxy.Url, batch, TestContext.Current.CancellationToken);
        var answers = (await response.Content.ReadFromJsonAsync<JsonArray>(TestContext.Current.CancellationToken))!
            .ToDictionary(answer => answer!["id"]!.GetValue<int>(), answer => answer!);

        Assert.Equal("0x1", answers[1]["result"]!.GetValue<string>());
        Assert.Equal("0x0", answers[2]["result"]!.GetValue<string>());
        Assert.Equal(-32005, answers[3]["error"]!["code"]!.GetValue<int>());
    }

    private static JsonObject Request(int id, string method) =>
        new() { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = new JsonArray() };

    private Task<JsonNode?> SendAsync() => _node.CallAsync("eth_sendTransaction", new JsonObject
    {
        ["from"] = Anvil.DevelopmentAccounts[0].Address,
        ["to"] = Payee,
        ["value"] = "0x9",
    });
}
