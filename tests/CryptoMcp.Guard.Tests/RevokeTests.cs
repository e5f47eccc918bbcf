using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;

namespace CryptoMcp.Guard.Tests;

/// <summary>Allowances are found on chain, and ended.</summary>
public sealed class RevokeTests : IAsyncLifetime
{
    private const string Spender = "0xc1912fEE45d61C87Cc5EA59DaE31190FFFFf232d";

    private GuardGround _ground = null!;

    public async ValueTask InitializeAsync() => _ground = await GuardGround.StartAsync(
        rules: $$"""
        { "id": "revoke", "allow": "approve-token", "if": { "amount": "<= 0 USD" } },
        { "id": "open", "allow": "contract.call", "if": { "contract": "eip155:31337/{{GuardGround.Usdc}}", "function": "approve(address spender, uint256 amount)",
          "args": { "spender": "payee:shop", "amount": "<= 50 USDC" } } },
        """,
        payees: $$"""{ "shop": { "on": { "eip155:31337": "{{Spender}}" } } }""");

    public ValueTask DisposeAsync() => _ground.DisposeAsync();

    [Fact]
    public async Task An_allowance_is_found_by_its_event_and_gone_after_it_was_revoked()
    {
        await SubmitAsync(new ContractCallIntent
        {
            Chain = "play", Contract = GuardGround.Usdc, Function = "approve(address spender, uint256 amount)", Arguments = """["payee:shop", "40 USDC"]""",
        });
        await _ground.Chain.MineAsync();
        var found = Assert.Single((await ScanAsync()).Allowances);
        Assert.Equal((EvmAddress.Parse(GuardGround.Usdc), EvmAddress.Parse(Spender)), (found.Token, found.Spender));
        Assert.Equal(40_000_000, found.Units);
        Assert.Equal(40_000_000, found.CouldTake);

        var revoked = await SubmitAsync(Revoke());
        Assert.NotEqual("denied", revoked.State);
        Assert.Equal("revoke", revoked.Decision!.Rule);
        Assert.Equal("settled", (await _ground.LookWhenFinalAsync(revoked)).State);
        Assert.Empty((await ScanAsync()).Allowances);
        Assert.True(DecisionReplay.Run(_ground.Home).Agrees);
    }

    [Fact]
    public async Task What_is_no_live_allowance_is_not_revoked()
    {
        var refusal = await Assert.ThrowsAsync<GuardException>(async () => await SubmitAsync(Revoke()));
        Assert.Equal("nothing_to_revoke", refusal.Problem.Code);
        refusal = await Assert.ThrowsAsync<GuardException>(async () => await SubmitAsync(Revoke() with { ViaPermit2 = true }));
        Assert.Equal("nothing_to_revoke", refusal.Problem.Code);
        Assert.Equal(0, _ground.Endpoint.CountOf("eth_sendRawTransaction"));
    }

    private static AllowanceRevokeIntent Revoke() => new() { Chain = "play", Token = "USDC", Spender = Spender };

    private ValueTask<PaymentView> SubmitAsync(Intent intent) => _ground.Guard.Spending.SubmitAsync(intent, "test", CancellationToken.None);

    private async Task<AllowanceScan> ScanAsync()
    {
        using var rpc = new EvmRpc(new()
        {
            Id = ChainId.Evm(31337), Name = "play", Title = "Play", IsTestNetwork = true, RpcUrls = [_ground.Chain.Url],
            Native = new(AssetId.Native(ChainId.Evm(31337)), "ETH", 18),
        });
        return await AllowanceReader.ReadAsync(rpc, EvmAddress.Parse(_ground.Wallet), [], [], 100, TestContext.Current.CancellationToken);
    }
}
