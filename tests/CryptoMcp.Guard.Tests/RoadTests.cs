using System.Numerics;
using System.Text.Json.Nodes;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Testing;

namespace CryptoMcp.Guard.Tests;

/// <summary>One payment, from the intent to what the chain proves.</summary>
public sealed class RoadTests
{
    [Fact]
    public async Task A_transfer_is_paid_settles_and_gives_the_unused_fee_back()
    {
        await using var ground = await GuardGround.StartAsync();
        var sent = await ground.SendAsync("2.50 USDC");
        Assert.Equal("exposed", sent.State);
        Assert.Equal(0ul, sent.Nonce);
        var heldFees = ground.Budget("fees").Held;
        var settled = await ground.LookWhenFinalAsync(sent);
        Assert.Equal("settled", settled.State);
        Assert.Equal(2_500_000, await ground.ReceivedAsync());
        Assert.Equal("2.50 USD", ground.Budget("day").Used);
        Assert.Equal("0.00 USD", ground.Budget("day").Held);
        Assert.Equal("0.00 USD", ground.Budget("fees").Held);
        Assert.NotEqual(heldFees, ground.Budget("fees").Used);
        Assert.EndsWith(" ETH", settled.FeePaid, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_own_coin_can_be_sent_too()
    {
        await using var ground = await GuardGround.StartAsync();
        var before = await ground.Chain.BalanceAsync(GuardGround.Recipient);
        var settled = await ground.LookWhenFinalAsync(await ground.SendAsync("0.001 ETH"));
        Assert.Equal("settled", settled.State);
        Assert.Equal(BigInteger.Pow(10, 15), await ground.Chain.BalanceAsync(GuardGround.Recipient) - before);
    }

    [Fact]
    public async Task In_a_block_is_not_final_and_the_money_stays_held()
    {
        await using var ground = await GuardGround.StartAsync();
        var seen = await ground.LookAsync(await ground.SendAsync());
        Assert.Equal("seen", seen.State);
        Assert.Equal("2.50 USD", ground.Budget("day").Held);
    }

    [Fact]
    public async Task A_reorganisation_takes_it_back_to_exposed_and_keeps_the_money_held()
    {
        await using var ground = await GuardGround.StartAsync();
        var sent = await ground.SendAsync();
        Assert.Equal("seen", (await ground.LookAsync(sent)).State);
        await ground.Chain.ReorgAsync(1);
        Assert.Equal("exposed", (await ground.LookAsync(sent)).State);
        Assert.Equal("2.50 USD", ground.Budget("day").Held);
    }

    [Fact]
    public async Task A_reverted_transaction_costs_its_fee_and_nothing_else()
    {
        await using var ground = await GuardGround.StartAsync();
        await ground.Chain.SetAutomineAsync(false);
        var sent = await ground.SendAsync();
        await ground.Chain.SetCodeAsync(GuardGround.Usdc, "0x60006000fd");
        await ground.Chain.MineAsync();
        var settled = await ground.LookWhenFinalAsync(sent);
        Assert.Equal("settled", settled.State);
        Assert.Contains("reverted", settled.StateMeans, StringComparison.Ordinal);
        Assert.Equal("0.00 USD", ground.Budget("day").Used);
        Assert.NotEqual("0.00 USD", ground.Budget("fees").Used);
    }

    [Fact]
    public async Task A_cancelled_payment_never_arrives_and_costs_one_fee()
    {
        await using var ground = await GuardGround.StartAsync();
        await ground.Chain.SetAutomineAsync(false);
        var sent = await ground.SendAsync();
        var cancelling = await ground.Guard.Spending.CancelAsync(sent.PaymentId, "test", CancellationToken.None);
        Assert.Equal(sent.Nonce, cancelling.Nonce);
        Assert.NotEqual(sent.TransactionId, cancelling.TransactionId);
        await ground.Chain.MineAsync();
        var settled = await ground.LookWhenFinalAsync(sent);
        Assert.Equal("settled", settled.State);
        Assert.StartsWith("Cancelled", settled.StateMeans, StringComparison.Ordinal);
        Assert.Equal(0, await ground.ReceivedAsync());
        Assert.Equal("0.00 USD", ground.Budget("day").Used);
    }

    [Fact]
    public async Task A_settled_payment_cannot_be_cancelled()
    {
        await using var ground = await GuardGround.StartAsync();
        var settled = await ground.LookWhenFinalAsync(await ground.SendAsync());
        var refusal = await Assert.ThrowsAsync<GuardException>(
            () => ground.Guard.Spending.CancelAsync(settled.PaymentId, "test", CancellationToken.None).AsTask());
        Assert.Equal("cannot_cancel", refusal.Problem.Code);
    }

    [Fact]
    public async Task A_dropped_transaction_is_held_until_another_one_with_its_nonce_is_final()
    {
        await using var ground = await GuardGround.StartAsync();
        await ground.Chain.SetAutomineAsync(false);
        var sent = await ground.SendAsync();
        await ground.Chain.DropTransactionAsync(sent.TransactionId!);
        await ground.Chain.MineAsync(4);
        Assert.Equal("exposed", (await ground.LookAsync(sent)).State);
        Assert.Equal("2.50 USD", ground.Budget("day").Held);

        await ground.Chain.DropTransactionAsync(sent.TransactionId!);
        await ground.Chain.SetAutomineAsync(true);
        await ground.SpendElsewhereAsync();
        var released = await ground.LookWhenFinalAsync(sent);
        Assert.Equal("released", released.State);
        Assert.Contains("taken by another transaction, 0x", released.Proof, StringComparison.Ordinal);
        Assert.Equal("0.00 USD", ground.Budget("day").Held);
        Assert.Equal(0, await ground.ReceivedAsync());
    }

    [Fact]
    public async Task A_node_that_hides_the_receipt_of_a_paid_payment_does_not_get_it_released()
    {
        await using var ground = await GuardGround.StartAsync();
        ground.Endpoint.Set(RpcFault.NoReceipt());
        var sent = await ground.SendAsync();
        var held = await ground.LookWhenFinalAsync(sent);
        Assert.Equal("exposed", held.State);
        Assert.Equal("2.50 USD", ground.Budget("day").Held);

        ground.Endpoint.Clear();
        Assert.Equal("settled", (await ground.LookAsync(sent)).State);
        Assert.Equal(2_500_000, await ground.ReceivedAsync());
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("forged")]
    public async Task A_nonce_that_no_shown_transaction_explains_holds_the_money(string what)
    {
        await using var ground = await GuardGround.StartAsync();
        ground.Endpoint.Set(RpcFault.NoReceipt(), what switch
        {
            "empty" => new RpcFault.Lie((_, block) => Changed(block, static transactions => transactions.Clear()), "eth_getBlockByNumber"),
            // Another payee under the same signature: the signature is then another account's, or nobody's.
            _ => new RpcFault.Lie(
                (_, block) => Changed(block, static transactions => transactions.OfType<JsonObject>().ToList().ForEach(t => t["value"] = "0x7")), "eth_getBlockByNumber"),
        });
        var sent = await ground.SendAsync();
        var held = await ground.LookWhenFinalAsync(sent);
        Assert.NotEqual("released", held.State);
        Assert.Equal("2.50 USD", ground.Budget("day").Held);
        ground.Endpoint.Clear();
        Assert.Equal("settled", (await ground.LookAsync(sent)).State);

        static JsonNode? Changed(JsonNode? block, Action<JsonArray> change)
        {
            var copy = block?.DeepClone();
            if (copy?["transactions"] is JsonArray transactions)
            {
                change(transactions);
            }

            return copy;
        }
    }

    [Fact]
    public async Task Somebody_else_using_the_key_freezes_the_account()
    {
        await using var ground = await GuardGround.StartAsync();
        var sent = await ground.SendAsync();
        await ground.Chain.SetNonceAsync(ground.Wallet, 7);
        await ground.LookAsync(sent);
        var refusal = await Assert.ThrowsAsync<GuardException>(() => ground.SendAsync("1 USDC").AsTask());
        Assert.Equal("frozen", refusal.Problem.Code);
    }

    [Fact]
    public async Task The_same_key_finds_the_payment_and_another_wish_under_it_is_refused()
    {
        await using var ground = await GuardGround.StartAsync();
        var first = await ground.SendAsync("1 USDC", key: "k");
        var again = await ground.SendAsync("1.00 USDC", key: "k");
        Assert.True(again.Repeated);
        Assert.Equal(first.PaymentId, again.PaymentId);
        var conflict = await Assert.ThrowsAsync<GuardException>(() => ground.SendAsync("2 USDC", key: "k").AsTask());
        Assert.Equal("idempotency_conflict", conflict.Problem.Code);
        Assert.Equal(1_000_000, await ground.ReceivedAsync());
    }

    [Fact]
    public async Task The_same_wish_without_a_key_is_one_payment()
    {
        await using var ground = await GuardGround.StartAsync();
        var first = await ground.SendAsync("1 USDC");
        var again = await ground.SendAsync("1 USDC", GuardGround.Recipient.ToLowerInvariant(), chain: "eip155:31337");
        Assert.True(again.Repeated);
        Assert.Equal(first.PaymentId, again.PaymentId);
        Assert.Equal(1_000_000, await ground.ReceivedAsync());
    }

    [Fact]
    public async Task Over_budget_is_denied_with_the_figures_and_nothing_is_signed()
    {
        await using var ground = await GuardGround.StartAsync(day: "4 USD");
        await ground.SendAsync("3 USDC", key: "a");
        var denied = await ground.SendAsync("2 USDC", key: "b");
        Assert.Equal("denied", denied.State);
        Assert.Equal("over_budget", denied.Decision!.Code);
        Assert.Equal("1.00 USD", denied.Decision.Budgets.Single(b => b.Id == "day").Left);
        Assert.Null(denied.TransactionId);
        Assert.Equal(3_000_000, await ground.ReceivedAsync());
    }

    [Fact]
    public async Task Too_many_refusals_freeze_until_the_owner_thaws()
    {
        await using var ground = await GuardGround.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("denied", (await ground.SendAsync($"{6 + i} USDC")).State);
        }

        Assert.Equal("frozen", (await Assert.ThrowsAsync<GuardException>(() => ground.SendAsync("1 USDC").AsTask())).Problem.Code);
        await ground.RestartAsync();
        Assert.Equal("frozen", (await Assert.ThrowsAsync<GuardException>(() => ground.SendAsync("1 USDC").AsTask())).Problem.Code);

        var running = await Assert.ThrowsAsync<GuardException>(() => Thaw.RunAsync(ground.Home, JournalOfHome.OpenAsync, TimeProvider.System, CancellationToken.None));
        Assert.Equal(GuardHost.AlreadyRunning, running.Problem.Code);
        await ground.Guard.DisposeAsync();
        Assert.Single(await Thaw.RunAsync(ground.Home, JournalOfHome.OpenAsync, TimeProvider.System, CancellationToken.None));
        await ground.OpenAsync();
        Assert.Equal("exposed", (await ground.SendAsync("1 USDC")).State);
    }

    [Fact]
    public async Task A_frozen_guard_signs_nothing_that_a_restart_would_carry_on()
    {
        await using var ground = await GuardGround.StartAsync();
        await ground.RestartAsync(new BreakAt("road.authorized"));
        await Assert.ThrowsAsync<BrokenOffException>(() => ground.SendAsync("1 USDC", key: "k").AsTask());
        await File.WriteAllTextAsync(ground.Home.FrozenFile, string.Empty, TestContext.Current.CancellationToken);
        await ground.RestartAsync();
        Assert.Equal("signing", (await ground.SendAsync("1 USDC", key: "k")).State);
        Assert.Equal(0, await ground.ReceivedAsync());
    }

    [Fact]
    public async Task A_file_in_the_home_freezes_everything()
    {
        await using var ground = await GuardGround.StartAsync();
        await File.WriteAllTextAsync(ground.Home.FrozenFile, string.Empty, TestContext.Current.CancellationToken);
        var refusal = await Assert.ThrowsAsync<GuardException>(() => ground.SendAsync().AsTask());
        Assert.Equal("frozen", refusal.Problem.Code);
        File.Delete(ground.Home.FrozenFile);
        Assert.Equal("exposed", (await ground.SendAsync()).State);
    }

    [Theory]
    [InlineData("road.planned")]
    [InlineData("road.authorized")]
    [InlineData("road.signed")]
    [InlineData("road.exposing")]
    [InlineData("road.exposed")]
    public async Task Broken_off_anywhere_and_repeated_with_the_same_key_it_is_one_payment(string place)
    {
        await using var ground = await GuardGround.StartAsync();
        await ground.RestartAsync(new BreakAt(place));
        await Assert.ThrowsAsync<BrokenOffException>(() => ground.SendAsync("1 USDC", key: "k").AsTask());
        await ground.RestartAsync();
        var payment = await ground.SendAsync("1 USDC", key: "k");

        // The new guard carries on what was broken off by itself, at the same time as the call does.
        for (var looks = 0; payment.State != "settled" && looks < 100; looks++)
        {
            payment = await ground.LookWhenFinalAsync(payment);
        }

        Assert.Equal("settled", payment.State);
        Assert.Equal(1_000_000, await ground.ReceivedAsync());
        Assert.Equal(1, await ground.Chain.NonceAsync(ground.Wallet));
    }
}
