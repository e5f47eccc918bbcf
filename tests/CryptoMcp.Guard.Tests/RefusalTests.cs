using CryptoMcp.Guard.Contracts;
using CryptoMcp.Testing;

namespace CryptoMcp.Guard.Tests;

/// <summary>What is refused before anything is reserved, and with which code.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private GuardGround _ground = null!;

    public async ValueTask InitializeAsync() => _ground = await GuardGround.StartAsync();

    public ValueTask DisposeAsync() => _ground.DisposeAsync();

    [Theory]
    [InlineData("1", "invalid_amount")]
    [InlineData("-1 USDC", "invalid_amount")]
    [InlineData("0 USDC", "invalid_amount")]
    [InlineData("1e3 USDC", "invalid_amount")]
    [InlineData("NaN USDC", "invalid_amount")]
    [InlineData("1,000 USDC", "invalid_amount")]
    [InlineData("\u0661 USDC", "invalid_amount")]
    [InlineData("0.0000001 USDC", "invalid_amount")]
    [InlineData("999999999999999999999999999999999999999999999999999999999999999999999999999999999 USDC", "invalid_amount")]
    [InlineData("1 DOGE", "unknown_asset")]
    [InlineData("1 usdc", "unknown_asset")]
    public async Task Bad_amounts(string amount, string code) => await RefusedAsync(GuardGround.Transfer(amount), code);

    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000", "invalid_recipient")]
    [InlineData("0x0000000000000000000000000000000000000001", "invalid_recipient")]
    [InlineData("0x00000000000000000000000000000000000000ff", "invalid_recipient")]
    [InlineData(GuardGround.Usdc, "invalid_recipient")]
    [InlineData("0x70997970c51812dc3a010c7d01b50e0d17dc79C8", "invalid_address")]
    [InlineData("0x70997970", "invalid_address")]
    [InlineData("70997970c51812dc3a010c7d01b50e0d17dc79c8", "invalid_address")]
    [InlineData("7Yx3mC4qk2sQvX9uJb5eWz1TnPdRfGhLa8cEoKtVwBsD", "invalid_address")]
    [InlineData("vitalik.eth", "name_not_accepted")]
    [InlineData("payee:nobody", "unknown_payee")]
    public async Task Bad_recipients(string to, string code) => await RefusedAsync(GuardGround.Transfer("1 USDC", to), code);

    [Fact]
    public async Task The_wallet_itself_as_recipient() => await RefusedAsync(GuardGround.Transfer("1 USDC", _ground.Wallet), "invalid_recipient");

    [Theory]
    [InlineData("nowhere", "unknown_chain")]
    [InlineData("eip155:1", "chain_not_allowed")]
    [InlineData("base", "chain_not_allowed")]
    public async Task Bad_chains(string chain, string code) => await RefusedAsync(GuardGround.Transfer("1 USDC", chain: chain), code);

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("caf\u00e9")]
    public async Task Bad_keys(string key) => await RefusedAsync(GuardGround.Transfer("1 USDC", key: key), "invalid_idempotency_key");

    [Fact]
    public async Task More_than_the_wallet_holds()
    {
        await _ground.Chain.SetBalanceAsync(_ground.Wallet, 1000);
        await RefusedAsync(GuardGround.Transfer("0.001 ETH"), "insufficient_funds");
    }

    [Fact]
    public async Task A_recipient_that_the_token_refuses()
    {
        await _ground.Token.BlacklistAsync(GuardGround.Recipient);
        await RefusedAsync(GuardGround.Transfer("1 USDC"), "would_fail");
    }

    [Fact]
    public async Task A_chain_that_is_down()
    {
        await _ground.Endpoint.GoDownAsync();
        await RefusedAsync(GuardGround.Transfer("1 USDC"), "chain_unreachable");
    }

    [Fact]
    public async Task What_policy_denies_is_denied_even_while_the_chain_is_down()
    {
        await _ground.Endpoint.GoDownAsync();
        var denied = await _ground.SendAsync("6 USDC");
        Assert.Equal("denied", denied.State);
        Assert.Equal("no_rule", denied.Decision!.Code);
    }

    [Fact]
    public async Task Another_chain_behind_the_endpoint()
    {
        // An endpoint that was right is asked again after a while; a new guard asks at once.
        _ground.Endpoint.Set(RpcFault.WrongChainId(1));
        await _ground.RestartAsync();
        await RefusedAsync(GuardGround.Transfer("1 USDC"), "wrong_chain");
    }

    [Fact]
    public async Task Other_decimals_than_pinned()
    {
        _ground.Endpoint.Set(RpcFault.WrongDecimals(18));
        await RefusedAsync(GuardGround.Transfer("1 USDC"), "token_mismatch");
    }

    [Fact]
    public async Task K1_A_balance_that_is_a_lie_widens_nothing()
    {
        await using var ground = await GuardGround.StartAsync(day: "4 USD");
        ground.Endpoint.Set(new RpcFault.Lie((_, _) => "0x" + new string('f', 32), "eth_getBalance"));
        Assert.NotEqual("denied", (await ground.SendAsync("3 USDC")).State);
        Assert.Equal("over_budget", (await ground.SendAsync("2 USDC")).Decision!.Code);
    }

    [Fact]
    public async Task K3_A_gas_estimate_of_thirty_million_is_refused()
    {
        await using var ground = await GuardGround.StartAsync();
        ground.Endpoint.Set(new RpcFault.Lie((_, _) => "0x1c9c380", "eth_estimateGas"));
        var refusal = await Assert.ThrowsAsync<GuardException>(async () => await ground.SendAsync("1 USDC"));
        Assert.Equal("gas_too_high", refusal.Problem.Code);
        Assert.Equal(0, ground.Endpoint.CountOf("eth_sendRawTransaction"));
    }

    [Fact]
    public async Task Checks_need_no_chain()
    {
        await _ground.Endpoint.GoDownAsync();
        Assert.Equal("allow", _ground.Guard.Spending.Check(GuardGround.Transfer("5 USDC"), "test").Decision.Verdict);
        Assert.Equal("deny", _ground.Guard.Spending.Check(GuardGround.Transfer("5.000001 USDC"), "test").Decision.Verdict);
    }

    private async Task RefusedAsync(TransferIntent intent, string code)
    {
        var refusal = await Assert.ThrowsAsync<GuardException>(() => _ground.Guard.Spending.SubmitAsync(intent, "test", CancellationToken.None).AsTask());
        Assert.Equal(code, refusal.Problem.Code);
        Assert.NotEmpty(refusal.Problem.Next);
        Assert.Equal(0, _ground.Guard.Payments.List(string.Empty, string.Empty, 10).Total);
        Assert.Equal(0, await _ground.Chain.NonceAsync(_ground.Wallet));
    }
}
