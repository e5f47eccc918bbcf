using System.Text.Json.Nodes;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Testing;

namespace CryptoMcp.Guard.Tests.Solana;

/// <summary>One payment on Solana, from the intent to what the chain proves.</summary>
public sealed class SolanaRoadTests
{
    [Fact]
    public async Task Sol_is_paid_settles_at_finality_and_gives_the_unused_fee_back()
    {
        await using var ground = await SolanaGround.StartAsync();
        var sent = await ground.SendAsync("1.5 SOL");
        Assert.Equal("exposed", sent.State);
        Assert.Null(sent.Nonce);
        var seen = await ground.LookAfterAsync(1, sent);
        Assert.Equal("seen", seen.State);
        Assert.Equal("90.00 USD", ground.Budget("day").Held);
        Assert.Equal("seen", (await ground.LookAfterAsync(30, sent)).State);
        var settled = await ground.LookAfterAsync(1, sent);
        Assert.Equal("settled", settled.State);
        Assert.Equal(1_500_000_000, await ground.Vm.LamportsAsync(SolanaGround.Recipient));
        Assert.Equal("90.00 USD", ground.Budget("day").Used);
        Assert.Equal("0.00 USD", ground.Budget("fees").Held);
        Assert.EndsWith(" SOL", settled.FeePaid, StringComparison.Ordinal);
        Assert.Equal(5_000_000_000 - 1_500_000_000 - Lamports(settled.FeePaid!), await ground.Vm.LamportsAsync(ground.Wallet));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tokens_go_to_an_account_that_is_made_on_the_way_and_its_rent_is_counted(bool token2022)
    {
        await using var ground = await SolanaGround.StartAsync();
        await ground.PlayMintAsync(new JsonObject { ["token2022"] = token2022 });
        await ground.Vm.SetTokensAsync(ground.Wallet, SolanaGround.Play, 50_000_000);
        var quote = await ground.QuoteAsync("2.50 PLAY");
        Assert.Equal("50 PLAY", quote.Balance);
        Assert.Contains(quote.Notes!, note => note.Contains("rent", StringComparison.Ordinal));
        var first = await ground.LookAfterAsync(33, await ground.SendAsync("2.50 PLAY", key: "one"));
        Assert.Equal("settled", first.State);
        Assert.Equal(2_500_000, await ground.Vm.TokensAsync(SolanaGround.Recipient, SolanaGround.Play));
        Assert.InRange(Lamports(first.FeePaid!), 2_039_280 + 5_000, 2_200_000);

        var second = await ground.LookAfterAsync(33, await ground.SendAsync("2.50 PLAY", key: "two"));
        Assert.Equal("settled", second.State);
        Assert.Equal(5_000_000, await ground.Vm.TokensAsync(SolanaGround.Recipient, SolanaGround.Play));
        Assert.InRange(Lamports(second.FeePaid!), 5_000, 10_000);
    }

    [Fact]
    public async Task Two_equal_payments_on_purpose_are_two_payments_though_the_block_hash_is_the_same()
    {
        await using var ground = await SolanaGround.StartAsync();
        var first = await ground.SendAsync("0.1 SOL", key: "one");
        var second = await ground.SendAsync("0.1 SOL", key: "two");
        Assert.NotEqual(first.TransactionId, second.TransactionId);
        Assert.Equal("settled", (await ground.LookAfterAsync(33, first)).State);
        Assert.Equal("settled", (await ground.LookAsync(second)).State);
        Assert.Equal(200_000_000, await ground.Vm.LamportsAsync(SolanaGround.Recipient));
    }

    [Fact]
    public async Task What_was_lost_is_handed_out_again_and_what_landed_after_a_timeout_is_found_and_settled()
    {
        await using var ground = await SolanaGround.StartAsync();
        ground.BothFail(new RpcFault.DropAnswer("sendTransaction"));
        var sent = await ground.SendAsync("0.1 SOL");
        Assert.Equal("exposed", sent.State);
        ground.BothFail();
        Assert.Equal("settled", (await ground.LookAfterAsync(33, sent)).State);
        Assert.Equal(100_000_000, await ground.Vm.LamportsAsync(SolanaGround.Recipient));
        Assert.Single(ground.HandedOut());
    }

    [Fact]
    public async Task A_payment_that_was_never_included_is_released_with_proof_once_its_last_height_is_final()
    {
        await using var ground = await SolanaGround.StartAsync();
        ground.BothFail(new RpcFault.Drop("sendTransaction"));
        var sent = await ground.SendAsync();
        Assert.Equal("exposed", (await ground.LookAfterAsync(151, sent)).State);
        Assert.Equal("2.50 USD", ground.Budget("day").Held);
        var released = await ground.LookAfterAsync(50, sent);
        Assert.Equal("released", released.State);
        Assert.Contains("Never landed", released.Proof, StringComparison.Ordinal);
        Assert.Contains("2 endpoints", released.Proof, StringComparison.Ordinal);
        Assert.Equal("0.00 USD", ground.Budget("day").Held);
        Assert.Equal("0.00 USD", ground.Budget("day").Used);
    }

    [Fact]
    public async Task A_payment_that_lands_late_is_one_payment()
    {
        await using var ground = await SolanaGround.StartAsync();
        await ground.Vm.SetFaultsAsync(landAfterSlots: 100);
        var sent = await ground.SendAsync();
        Assert.Equal("exposed", (await ground.LookAfterAsync(90, sent)).State);
        Assert.Equal("seen", (await ground.LookAfterAsync(12, sent)).State);
        Assert.Equal("settled", (await ground.LookAfterAsync(33, sent)).State);
        Assert.Equal(2_500_000, await ground.Vm.TokensAsync(SolanaGround.Recipient, SolanaGround.Usdc));
        Assert.Single(ground.HandedOut());
    }

    [Theory]
    [InlineData("road.signed")]
    [InlineData("road.exposing")]
    [InlineData("road.exposed")]
    public async Task After_a_crash_the_same_bytes_go_out_and_it_is_one_payment(string place)
    {
        await using var ground = await SolanaGround.StartAsync();
        await ground.RestartAsync(new BreakAt(place));
        await Assert.ThrowsAsync<BrokenOffException>(() => ground.SendAsync(key: "k").AsTask());
        await ground.RestartAsync();
        var again = await ground.SendAsync(key: "k");
        Assert.True(again.Repeated);

        // The guard hands out what a crash interrupted beside its start, so it may land a little later.
        await ground.LookAfterAsync(1, again);
        Assert.Equal("settled", (await ground.LookAfterAsync(33, await ground.LookAfterAsync(33, again))).State);
        Assert.Equal(2_500_000, await ground.Vm.TokensAsync(SolanaGround.Recipient, SolanaGround.Usdc));
        Assert.Single(ground.HandedOut());
    }

    [Fact]
    public async Task A_transaction_that_fails_on_chain_costs_its_fee_and_nothing_else()
    {
        await using var ground = await SolanaGround.StartAsync();
        await ground.Vm.SetFaultsAsync(landAfterSlots: 5);
        var sent = await ground.SendAsync("60 USDC");
        await ground.Vm.SetTokensAsync(ground.Wallet, SolanaGround.Usdc, 1_000_000);
        var settled = await ground.LookAfterAsync(40, sent);
        Assert.Equal("settled", settled.State);
        Assert.Contains("reverted", settled.StateMeans, StringComparison.Ordinal);
        Assert.Equal("0.00 USD", ground.Budget("day").Used);
        Assert.NotEqual("0.00 USD", ground.Budget("fees").Used);
    }

    [Fact]
    public async Task It_cannot_be_called_back_and_says_that_it_ends_by_itself()
    {
        await using var ground = await SolanaGround.StartAsync();
        await ground.Vm.SetFaultsAsync(dropNext: 9);
        var sent = await ground.SendAsync();
        var refusal = await Assert.ThrowsAsync<GuardException>(() => ground.Guard.Spending.CancelAsync(sent.PaymentId, "test", CancellationToken.None).AsTask());
        Assert.Equal("cannot_cancel", refusal.Problem.Code);
        Assert.Contains("ends by itself", refusal.Problem.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_budget_holds_for_many_callers_at_once()
    {
        await using var ground = await SolanaGround.StartAsync(agree: 1, endpoints: 1, day: "20 USD");
        await ground.Vm.SetTokensAsync(SolanaGround.Recipient, SolanaGround.Usdc, 0);
        var sent = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => ground.SendAsync("2.50 USDC", key: $"k{i}").AsTask()));
        Assert.Equal(8, sent.Count(p => p.State == "exposed"));
        Assert.Equal(8, sent.Count(p => p.State == "denied"));
        await ground.Vm.AdvanceAsync(33);
        Assert.Equal(20_000_000, await ground.Vm.TokensAsync(SolanaGround.Recipient, SolanaGround.Usdc));
    }

    [Fact]
    public async Task The_wallet_shows_its_cluster_and_can_sign()
    {
        await using var ground = await SolanaGround.StartAsync();
        var wallet = Assert.Single(ground.Guard.Wallets().Wallets);
        Assert.Equal(("solana", true, "solana:devnet"), (wallet.Family, wallet.CanSign, Assert.Single(wallet.Chains).Name));
        Assert.Equal(["PLAY", "SOL", "USDC"], wallet.Chains[0].Assets.Select(asset => asset.Symbol));
    }

    private static long Lamports(string sol) =>
        (long)(decimal.Parse(sol[..^4], System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture) * 1_000_000_000);
}
