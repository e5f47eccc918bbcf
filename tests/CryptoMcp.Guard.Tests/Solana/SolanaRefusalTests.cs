using System.Text.Json.Nodes;
using CryptoMcp.Testing;

namespace CryptoMcp.Guard.Tests.Solana;

/// <summary>What is not signed on Solana: attacks, mistakes, and endpoints that lie.</summary>
public sealed class SolanaRefusalTests
{
    [Fact]
    public async Task B9_recipients_without_a_key_are_refused_unless_the_owner_named_them()
    {
        await using var ground = await SolanaGround.StartAsync();
        var account = await ground.Vm.SetTokensAsync(SolanaGround.Recipient, SolanaGround.Usdc, 0);
        foreach (var to in (string[])[account, "11111111111111111111111111111111", SolanaGround.Usdc, ground.Wallet])
        {
            Assert.Equal("invalid_recipient", (await ground.RefusedAsync("0.1 SOL", to)).Code);
        }

        // A token account with a key of its own lies on the curve: only the chain tells.
        var data = (await ground.Vm.CallAsync("getAccountInfo", account, new JsonObject { ["encoding"] = "base64" }))!["value"]!["data"]![0]!.GetValue<string>();
        var onCurve = SomeWallet();
        await ground.Vm.CallAsync("svm_setAccount", onCurve, new JsonObject { ["lamports"] = 2_039_280, ["owner"] = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", ["data"] = data });
        var refusal = await ground.RefusedAsync("1 USDC", onCurve);
        Assert.Equal("invalid_recipient", refusal.Code);
        Assert.Contains("a token account, not a wallet", refusal.Problem, StringComparison.Ordinal);
        Assert.Empty(ground.HandedOut());
    }

    [Theory]
    [InlineData("9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWW0", "invalid_address")]
    [InlineData("9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAW", "invalid_address")]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7", "invalid_address")]
    [InlineData("bob.sol", "name_not_accepted")]
    [InlineData("payee:nobody", "unknown_payee")]
    public async Task B9_bad_addresses_are_refused(string to, string code)
    {
        await using var ground = await SolanaGround.StartAsync();
        Assert.Equal(code, (await ground.RefusedAsync(to: to)).Code);
    }

    [Fact]
    public async Task E7_a_mint_with_a_transfer_fee_reserves_the_gross_amount_and_names_the_fee()
    {
        await using var ground = await SolanaGround.StartAsync();
        await ground.PlayMintAsync(new JsonObject { ["token2022"] = true, ["transferFee"] = new JsonObject { ["basisPoints"] = 100, ["maximum"] = 5_000_000 } });
        await ground.Vm.SetTokensAsync(ground.Wallet, SolanaGround.Play, 50_000_000);
        Assert.Contains((await ground.QuoteAsync("10 PLAY")).Notes!, note => note.Contains("9.90 PLAY arrive", StringComparison.Ordinal) || note.Contains("9.9 PLAY arrive", StringComparison.Ordinal));
        var sent = await ground.SendAsync("10 PLAY");
        Assert.Equal("10.00 USD", ground.Budget("day").Held);
        Assert.Equal("settled", (await ground.LookAfterAsync(33, sent)).State);
        Assert.Equal(9_900_000, await ground.Vm.TokensAsync(SolanaGround.Recipient, SolanaGround.Play));
        Assert.Equal(40_000_000, await ground.Vm.TokensAsync(ground.Wallet, SolanaGround.Play));
    }

    [Theory]
    [InlineData("""{"token2022": true, "transferHook": "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM"}""")]
    [InlineData("""{"token2022": true, "nonTransferable": true}""")]
    [InlineData("""{"token2022": true, "paused": true}""")]
    [InlineData("""{"token2022": true, "raw": [[4321, "00"]]}""")]
    public async Task E7_tokens_that_nobody_can_foresee_are_refused(string mint)
    {
        await using var ground = await SolanaGround.StartAsync();
        await ground.PlayMintAsync(JsonNode.Parse(mint)!.AsObject());
        await ground.Vm.SetTokensAsync(ground.Wallet, SolanaGround.Play, 50_000_000);
        Assert.Equal("token_not_supported", (await ground.RefusedAsync("1 PLAY")).Code);
        Assert.Empty(ground.HandedOut());
    }

    [Fact]
    public async Task E7_a_permanent_delegate_is_told_of()
    {
        await using var ground = await SolanaGround.StartAsync();
        await ground.PlayMintAsync(new JsonObject { ["token2022"] = true, ["permanentDelegate"] = SolanaGround.Recipient });
        await ground.Vm.SetTokensAsync(ground.Wallet, SolanaGround.Play, 50_000_000);
        Assert.Contains((await ground.QuoteAsync("1 PLAY")).Notes!, note => note.Contains("can take these tokens", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wrong_decimals_or_a_mint_that_is_none_are_refused()
    {
        await using var ground = await SolanaGround.StartAsync();
        Assert.Equal("token_mismatch", (await ground.RefusedAsync("1 PLAY")).Code);
        await ground.PlayMintAsync(new JsonObject { ["decimals"] = 9 });
        Assert.Equal("token_mismatch", (await ground.RefusedAsync("1 PLAY")).Code);
    }

    [Fact]
    public async Task A_recipients_token_account_that_belongs_to_somebody_else_by_now_is_refused()
    {
        await using var ground = await SolanaGround.StartAsync();
        var account = await ground.Vm.SetTokensAsync(SolanaGround.Recipient, SolanaGround.Usdc, 0);
        var info = (await ground.Vm.CallAsync("getAccountInfo", account, new JsonObject { ["encoding"] = "base64" }))!["value"]!;
        var data = Convert.FromBase64String(info["data"]![0]!.GetValue<string>());
        CryptoMcp.Solana.Pubkey.Parse(SolanaGround.Play).WriteTo(data.AsSpan(32));
        await ground.Vm.CallAsync("svm_setAccount", account, new JsonObject
        {
            ["lamports"] = 2_039_280, ["owner"] = info["owner"]!.GetValue<string>(), ["data"] = Convert.ToBase64String(data),
        });
        var refusal = await ground.RefusedAsync();
        Assert.Equal("invalid_recipient", refusal.Code);
        Assert.Contains("somebody else", refusal.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_paid_is_refused_before_it_is_signed()
    {
        await using var ground = await SolanaGround.StartAsync();
        Assert.Equal("insufficient_funds", (await ground.RefusedAsync("200 USDC")).Code);
        Assert.Equal("insufficient_funds", (await ground.RefusedAsync("5 SOL")).Code);
        Assert.Equal("below_minimum", (await ground.RefusedAsync("0.0001 SOL")).Code);
        await ground.Vm.SetTokensAsync(ground.Wallet, SolanaGround.Usdc, 100_000_000, frozen: true);
        Assert.Equal("would_fail", (await ground.RefusedAsync()).Code);
        Assert.Empty(ground.HandedOut());
    }

    [Fact]
    public async Task C1_another_cluster_behind_the_endpoint_stops_everything()
    {
        await using var ground = await SolanaGround.StartAsync();
        ground.BothFail(new RpcFault.Lie((_, _) => "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d", "getGenesisHash"));
        await ground.RestartAsync();
        Assert.Contains((await ground.RefusedAsync()).Code, (string[])["wrong_chain", "endpoints_disagree"]);
        Assert.Empty(ground.HandedOut());
    }

    [Fact]
    public async Task T10_an_endpoint_that_claims_dear_priority_fees_or_rent_gets_no_more_than_the_cap()
    {
        await using var ground = await SolanaGround.StartAsync(agree: 1, endpoints: 1);
        await ground.Vm.CallAsync("svm_setPriorityFees", 900_000_000_000);
        var sent = await ground.LookAfterAsync(33, await ground.SendAsync("0.5 SOL"));
        Assert.Equal("settled", sent.State);
        Assert.True(await ground.Vm.LamportsAsync(ground.Wallet) >= 5_000_000_000 - 500_000_000 - 3_000_000);
        ground.First.Set(new RpcFault.Lie((_, _) => 900_000_000, "getMinimumBalanceForRentExemption"));
        Assert.Equal("rent_too_high", (await ground.RefusedAsync("1 USDC", SomeWallet())).Code);
    }

    [Fact]
    public async Task K5_a_lying_endpoint_alone_cannot_have_a_paid_payment_released()
    {
        await using var ground = await SolanaGround.StartAsync();
        var sent = await ground.SendAsync();
        ground.First.Set(
            new RpcFault.Lie((_, result) => { result!["value"]![0] = null; return result.DeepClone(); }, "getSignatureStatuses"),
            new RpcFault.Lie((_, _) => 9_000_000, "getBlockHeight"));
        Assert.NotEqual("released", (await ground.LookAfterAsync(33, sent)).State);
        Assert.NotEqual("released", (await ground.LookAfterAsync(200, sent)).State);
        ground.First.Clear();
        Assert.Equal("settled", (await ground.LookAsync(sent)).State);
    }

    [Fact]
    public async Task K5_an_understated_lifetime_does_not_release_what_can_still_land()
    {
        await using var ground = await SolanaGround.StartAsync();
        ground.First.Set(
            new RpcFault.Lie((_, result) => { result!["value"]!["lastValidBlockHeight"] = 1; return result.DeepClone(); }, "getLatestBlockhash"));
        await ground.Vm.SetFaultsAsync(landAfterSlots: 140);
        var sent = await ground.SendAsync();
        Assert.Equal("exposed", (await ground.LookAfterAsync(100, sent)).State);
        Assert.Equal("seen", (await ground.LookAfterAsync(42, sent)).State);
    }

    [Fact]
    public async Task G23_K7_one_endpoint_down_means_held_not_released_and_nothing_new_is_signed()
    {
        await using var ground = await SolanaGround.StartAsync();
        ground.BothFail(new RpcFault.Drop("sendTransaction"));
        var sent = await ground.SendAsync();
        await ground.Second.GoDownAsync();
        Assert.NotEqual("released", (await ground.LookAfterAsync(250, sent)).State);
        Assert.Equal("endpoints_disagree", (await ground.RefusedAsync("0.1 SOL")).Code);
        await ground.Second.ComeBackAsync();
        Assert.Equal("released", (await ground.LookAsync(sent)).State);
    }

    [Fact]
    public async Task A_false_receipt_frees_no_money()
    {
        await using var ground = await SolanaGround.StartAsync();
        var sent = await ground.SendAsync();
        ground.First.Set(new RpcFault.Lie(
            (_, result) =>
            {
                if (result is not null)
                {
                    result["meta"]!["err"] = "AccountNotFound";
                }

                return result?.DeepClone();
            },
            "getTransaction"));
        Assert.NotEqual("settled", (await ground.LookAfterAsync(33, sent)).State);
        Assert.Equal("2.50 USD", ground.Budget("day").Held);
        ground.First.Clear();
        Assert.Equal("settled", (await ground.LookAsync(sent)).State);
        Assert.Equal("2.50 USD", ground.Budget("day").Used);
    }

    [Fact]
    public async Task A_payee_without_a_key_is_paid_where_the_owner_named_it()
    {
        await using var ground = await SolanaGround.StartAsync();
        Assert.False(CryptoMcp.Solana.Pubkey.Parse(SolanaGround.Vault).IsOnCurve);
        Assert.Equal("settled", (await ground.LookAfterAsync(33, await ground.SendAsync("0.1 SOL", "payee:vault"))).State);
        Assert.Equal("settled", (await ground.LookAfterAsync(33, await ground.SendAsync("1 USDC", SolanaGround.Vault))).State);
        Assert.Equal(1_000_000, await ground.Vm.TokensAsync(SolanaGround.Vault, SolanaGround.Usdc));
    }

    private static string SomeWallet()
    {
        Span<byte> key = stackalloc byte[32];
        CryptoMcp.Cryptography.Ed25519.DerivePublicKey([.. Enumerable.Repeat((byte)77, 32)], key);
        return new CryptoMcp.Solana.Pubkey(key).ToString();
    }
}
