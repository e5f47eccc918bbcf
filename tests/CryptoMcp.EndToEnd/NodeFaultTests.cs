using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd;

/// <summary>The chain's node fails or lies: the error is clear, and nothing is signed, or nothing is lost.</summary>
public sealed class NodeFaultTests
{
    private const string Broadcast = "eth_sendRawTransaction";

    public static TheoryData<string> Faults =>
    [
        "down", "drops connections", "HTTP 500", "HTTP 429", "garbage", "empty body", "error for everything", "wrong chain id", "hangs",
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_node_that_cannot_be_used_stops_a_payment_before_anything_is_signed(string fault)
    {
        await using var wallet = await TestWallet.CreateAsync(new WalletPlan { WithFaults = true });
        var session = await wallet.ConnectAsync();
        await BreakAsync(wallet, fault);

        var refused = await session.SendUsdcAsync("1", "wish");

        Assert.True(refused.IsError, refused.Text);
        Assert.Contains("Next:", refused.Text, StringComparison.Ordinal);
        Assert.Equal(0, wallet.Faults.CountOf(Broadcast));
        Assert.DoesNotContain("\"raw\"", wallet.GuardFilesText(file => file.EndsWith("journal.jsonl", StringComparison.Ordinal)), StringComparison.Ordinal);

        await MendAsync(wallet);
        var paid = await session.SendUsdcAsync("1", "wish");
        Assert.False(paid.IsError, paid.Text);
        await AssertPaidOnceAsync(wallet);
    }

    [Fact]
    public async Task The_answer_to_the_broadcast_is_lost_and_the_money_moves_once()
    {
        await using var wallet = await TestWallet.CreateAsync(new WalletPlan { WithFaults = true });
        var session = await wallet.ConnectAsync();
        wallet.Faults.Set(new RpcFault.DropAnswer(Broadcast));

        var first = await session.SendUsdcAsync("1", "wish");
        wallet.Faults.Clear();
        var second = await session.SendUsdcAsync("1", "wish");

        Assert.False(second.IsError, second.Text);
        Assert.True(first.IsError || first["payment_id"] == second["payment_id"], first.Text);
        await AssertPaidOnceAsync(wallet);
    }

    [Fact]
    public async Task The_broadcast_never_reaches_the_node_and_the_money_stays_held_until_it_does()
    {
        await using var wallet = await TestWallet.CreateAsync(new WalletPlan
        {
            WithFaults = true,
            Budgets = ["""{ "id": "rate", "limit": "1 payments", "window": "24h" }"""],
        });
        var session = await wallet.ConnectAsync();
        wallet.Faults.Set(new RpcFault.Drop(Broadcast));
        var first = await session.SendUsdcAsync("1", "wish");

        // Signed and handed to a node that may have it: another wish must not get the same money.
        var other = await session.SendUsdcAsync("1", "another-wish");
        Assert.True(other.IsError, other.Text);
        Assert.Contains("rate", other.Text, StringComparison.Ordinal);

        wallet.Faults.Clear();
        for (var patience = DateTime.UtcNow.AddSeconds(40); await wallet.Anvil.NonceAsync(wallet.Address) == 0 && DateTime.UtcNow < patience;)
        {
            await session.SendUsdcAsync("1", "wish");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        }

        await AssertPaidOnceAsync(wallet);
        Assert.True(first.IsError || first["payment_id"].StartsWith("pay_", StringComparison.Ordinal), first.Text);
    }

    [Fact]
    public async Task A_node_that_denies_the_receipt_does_not_get_a_second_payment()
    {
        await using var wallet = await TestWallet.CreateAsync(new WalletPlan { WithFaults = true });
        var session = await wallet.ConnectAsync();
        wallet.Faults.Set(RpcFault.NoReceipt());

        Assert.False((await session.SendUsdcAsync("1", "wish")).IsError);
        await wallet.Anvil.MineAsync(5);
        var again = await session.SendUsdcAsync("1", "wish");

        Assert.False(again.IsError, again.Text);
        Assert.NotEqual("settled", again["state"]);
        await AssertPaidOnceAsync(wallet);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(41)]
    public async Task A_node_that_lies_about_the_nonce_costs_no_money(long claimed)
    {
        await using var wallet = await TestWallet.CreateAsync(new WalletPlan { WithFaults = true });
        var session = await wallet.ConnectAsync();
        Assert.False((await session.SendUsdcAsync("1", "before")).IsError);

        wallet.Faults.Set(RpcFault.WrongNonce(claimed));
        var during = await session.SendUsdcAsync("1", "during");
        wallet.Faults.Clear();
        var after = await session.SendUsdcAsync("1", "after");

        Assert.False(after.IsError, after.Text);
        await wallet.WaitForNonceAsync(during.IsError ? 2 : 3);

        var nonces = await wallet.MinedNoncesAsync();
        Assert.Equal(Enumerable.Range(0, nonces.Count).Select(nonce => (long)nonce), nonces);
        Assert.Equal(nonces.Count * 1_000_000, await wallet.UsdcOfAsync(TestWallet.Payee));
        Assert.Equal(during.IsError ? 2 : 3, nonces.Count);
    }

    [Fact]
    public async Task A_chain_that_contradicts_the_pinned_decimals_cannot_make_an_amount_larger()
    {
        await using var wallet = await TestWallet.CreateAsync(new WalletPlan { TokenDecimals = 18 });
        var session = await wallet.ConnectAsync();

        var token = await session.CallAsync("token_info", new { chain = TestWallet.Chain, token = TestWallet.UsdcAddress });
        var sent = await session.SendUsdcAsync("1", "wish");
        await wallet.WaitForNonceAsync(sent.IsError ? 0 : 1);

        // Either it notices the contradiction and refuses, or it goes by the pinned decimals: never 10^12 times the amount.
        Assert.True(token.IsError || token.Text.Contains("18", StringComparison.Ordinal), token.Text);
        Assert.Equal(sent.IsError ? 0 : 1_000_000, await wallet.UsdcOfAsync(TestWallet.Payee));
    }

    private static async Task BreakAsync(TestWallet wallet, string fault)
    {
        if (fault == "down")
        {
            await wallet.Faults.GoDownAsync();
            return;
        }

        wallet.Faults.Set(fault switch
        {
            "drops connections" => new RpcFault.Drop(),
            "HTTP 500" => new RpcFault.HttpError(500),
            "HTTP 429" => new RpcFault.HttpError(429),
            "garbage" => new RpcFault.Garbage(),
            "empty body" => new RpcFault.Garbage(""),
            "error for everything" => new RpcFault.RpcError(-32603, "internal error"),
            "wrong chain id" => RpcFault.WrongChainId(1),
            "hangs" => new RpcFault.Hang(),
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
        });
    }

    private static async Task MendAsync(TestWallet wallet)
    {
        await wallet.Faults.ComeBackAsync();
        wallet.Faults.Clear();
    }

    private static async Task AssertPaidOnceAsync(TestWallet wallet)
    {
        await wallet.WaitForNonceAsync(1);

        await wallet.Anvil.MineAsync();
        Assert.Equal([0], await wallet.MinedNoncesAsync());
        Assert.Equal(1_000_000, await wallet.UsdcOfAsync(TestWallet.Payee));
    }
}
