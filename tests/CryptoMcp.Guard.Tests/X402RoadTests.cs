using System.Numerics;
using System.Text;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Payments;
using CryptoMcp.Testing;

namespace CryptoMcp.Guard.Tests;

/// <summary>A payment that a stranger takes to the chain, or does not.</summary>
public sealed class X402RoadTests
{
    private const string Payee = GuardGround.Recipient;

    [Fact]
    public async Task An_authorization_is_handed_over_and_settles_once_it_is_final()
    {
        await using var ground = await GuardGround.StartAsync();
        var paid = await PayAsync(ground);
        Assert.Equal("exposed", paid.State);
        Assert.Equal("0.25 USD", ground.Budget("day").Held);

        await TakeAsync(ground, paid);
        Assert.Equal("seen", (await ground.LookAsync(paid)).State);
        Assert.Equal("0.25 USD", ground.Budget("day").Held);

        var settled = await ground.LookWhenFinalAsync(paid);
        Assert.Equal("settled", settled.State);
        Assert.NotNull(settled.TransactionId);
        Assert.Equal(250_000, await ground.Token.BalanceAsync(Payee));
        Assert.Equal("0.25 USD", ground.Budget("day").Used);
        Assert.Equal("0.00 USD", ground.Budget("day").Held);
        Assert.Equal("GET", settled.Purchase?.Method);
        Assert.Null(settled.SignedPayload);
    }

    [Fact]
    public async Task The_same_request_gets_the_same_bytes_whatever_the_seller_asks_for_it_now()
    {
        await using var ground = await GuardGround.StartAsync();
        var first = await PayAsync(ground);

        var again = await PayAsync(ground);
        var dearer = await PayAsync(ground, intent => intent with { Amount = "900000", PayTo = "0x90F79bf6EB2c4f870365E785982E1f101E93b906" });

        Assert.True(again.Repeated && dearer.Repeated);
        Assert.Equal(first.SignedPayload, again.SignedPayload);
        Assert.Equal(first.SignedPayload, dearer.SignedPayload);
        Assert.Equal("0.25 USD", ground.Budget("day").Held);
    }

    [Fact]
    public async Task A_key_that_names_another_request_is_refused()
    {
        await using var ground = await GuardGround.StartAsync();
        await PayAsync(ground, intent => intent with { IdempotencyKey = "k1" });

        var refusal = await Assert.ThrowsAsync<GuardException>(
            () => PayAsync(ground, intent => intent with { IdempotencyKey = "k1", Purchase = Bought("b") }).AsTask());

        Assert.Equal("idempotency_conflict", refusal.Problem.Code);
    }

    [Fact]
    public async Task Open_authorizations_of_a_host_are_counted_and_one_in_a_block_is_open_no_more()
    {
        await using var ground = await GuardGround.StartAsync();
        var first = await PayAsync(ground);
        await PayAsync(ground, intent => intent with { Purchase = Bought("b") });
        var third = await PayAsync(ground, intent => intent with { Purchase = Bought("c"), Host = "API.shop.example." });
        Assert.Equal("too_many_open", third.Decision?.Code);

        await TakeAsync(ground, first);
        await ground.LookAsync(first);

        Assert.Equal("exposed", (await PayAsync(ground, intent => intent with { Purchase = Bought("d") })).State);
    }

    [Fact]
    public async Task Nothing_but_a_final_block_past_its_end_gives_the_money_back()
    {
        await using var ground = await GuardGround.StartAsync();
        var paid = await PayAsync(ground);

        await ground.Chain.MineAsync(10);
        Assert.Equal("exposed", (await ground.LookAsync(paid)).State);

        // The newest block is past its end, the final one is not.
        await ground.Chain.CallAsync("evm_setNextBlockTimestamp", paid.ExpiresAt!.Value.ToUnixTimeSeconds());
        await ground.Chain.MineAsync();
        Assert.Equal("exposed", (await ground.LookAsync(paid)).State);
        Assert.Equal("0.25 USD", ground.Budget("day").Held);

        var released = await ground.LookWhenFinalAsync(paid);
        Assert.Equal("released", released.State);
        Assert.Equal("0.00 USD", ground.Budget("day").Held);
        await Assert.ThrowsAnyAsync<Exception>(() => TakeAsync(ground, paid));
        Assert.Equal(0, await ground.Token.BalanceAsync(Payee));
    }

    [Fact]
    public async Task Taken_in_the_last_block_before_its_end_is_settled_however_late_we_look()
    {
        await using var ground = await GuardGround.StartAsync();
        var paid = await PayAsync(ground);
        await ground.Chain.CallAsync("evm_setNextBlockTimestamp", paid.ExpiresAt!.Value.ToUnixTimeSeconds() - 1);
        await TakeAsync(ground, paid);
        await ground.Chain.MineAsync(20);

        await ground.LookAsync(paid);

        Assert.Equal("settled", (await ground.LookAsync(paid)).State);
    }

    [Fact]
    public async Task A_block_that_is_dropped_takes_it_back_to_exposed()
    {
        await using var ground = await GuardGround.StartAsync();
        var paid = await PayAsync(ground);
        await TakeAsync(ground, paid);
        Assert.Equal("seen", (await ground.LookAsync(paid)).State);

        await ground.Chain.ReorgAsync(1);

        Assert.Equal("exposed", (await ground.LookAsync(paid)).State);
        Assert.Equal("0.25 USD", ground.Budget("day").Held);
    }

    [Fact]
    public async Task Cancelled_on_chain_is_given_back_once_that_is_final()
    {
        await using var ground = await GuardGround.StartAsync();
        var paid = await PayAsync(ground);
        var (authorization, _) = Payload(paid);

        // Another holder of the key cancels; the token wants its signature.
        var cancel = TypedData.Create(
            new() { Name = "USD Coin", Version = "2", ChainId = ground.Chain.ChainId, VerifyingContract = EvmAddress.Parse(GuardGround.Usdc) },
            "CancelAuthorization(address authorizer,bytes32 nonce)", authorization.From, authorization.Nonce);
        var signature = new byte[65];
        Cryptography.Secp256k1.Sign(Convert.FromHexString(Anvil.DevelopmentAccounts[2].PrivateKey[2..]), cancel.Digest().ToArray(), signature);
        var function = AbiFunction.Parse("function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)");
        await ground.Chain.SendAsAsync(
            Anvil.DevelopmentAccounts[0].Address, GuardGround.Usdc,
            Hex.Format(function.Encode(authorization.From, authorization.Nonce, signature[64] + 27, new Hash32(signature.AsSpan(0, 32)), new Hash32(signature.AsSpan(32, 32)))));
        await ground.LookAsync(paid);

        var released = await ground.LookWhenFinalAsync(paid);

        Assert.Equal("released", released.State);
        Assert.Equal("0.00 USD", ground.Budget("day").Held);
    }

    [Theory]
    [InlineData("unknown_asset")]
    [InlineData("domain_mismatch")]
    [InlineData("invalid_recipient", "0x0000000000000000000000000000000000000000")]
    [InlineData("invalid_recipient", GuardGround.Usdc)]
    [InlineData("invalid_recipient", "0x000000000022D473030F116dDEE9F6B43aC78BA3")]
    [InlineData("invalid_recipient", "0x402085c248EeA27D92E8b30b2C58ed07f9E20001")]
    [InlineData("invalid_recipient", "self")]
    [InlineData("invalid_address", "0x70997970c51812dc3A010C7d01b50e0d17dc79C8")]
    [InlineData("price_above_bound")]
    [InlineData("invalid_amount", "0")]
    [InlineData("invalid_amount", "-1")]
    [InlineData("invalid_amount", "1e3")]
    [InlineData("lifetime_too_short")]
    [InlineData("unsupported_scheme")]
    [InlineData("insufficient_funds")]
    [InlineData("chain_not_allowed")]
    [InlineData("needs_allowance")]
    public async Task What_may_not_be_signed_is_refused_before_anything_is_counted(string code, string? value = null)
    {
        await using var ground = await GuardGround.StartAsync(funds: code == "insufficient_funds" ? 249_999 : 100_000_000);
        var refusal = await Assert.ThrowsAsync<GuardException>(() => PayAsync(ground, intent => code switch
        {
            "unknown_asset" => intent with { Asset = Payee },
            "domain_mismatch" => intent with { DomainName = "USDC" },
            "invalid_recipient" or "invalid_address" => intent with { PayTo = value == "self" ? ground.Wallet : value! },
            "price_above_bound" => intent with { AtMost = "0.249999 USDC" },
            "invalid_amount" => intent with { Amount = value! },
            "lifetime_too_short" => intent with { MaxTimeoutSeconds = 9 },
            "unsupported_scheme" => intent with { TransferMethod = "erc7710" },
            "chain_not_allowed" => intent with { Chain = "eip155:8453" },
            "needs_allowance" => intent with { TransferMethod = "permit2" },
            _ => intent,
        }).AsTask());

        Assert.Equal(code, refusal.Problem.Code);
        Assert.DoesNotContain(ground.Guard.Payments.List("", "", 10).Payments, payment => payment.Operation == "x402.pay");
    }

    [Fact]
    public async Task A_lifetime_of_years_is_cut_to_the_policys()
    {
        await using var ground = await GuardGround.StartAsync();
        var paid = await PayAsync(ground, intent => intent with { MaxTimeoutSeconds = 315_360_000 });

        var (authorization, _) = Payload(paid);
        Assert.InRange(authorization.ValidBefore, 0ul, (ulong)DateTimeOffset.UtcNow.AddSeconds(121).ToUnixTimeSeconds());
    }

    [Fact]
    public async Task What_policy_denies_is_never_signed()
    {
        await using var ground = await GuardGround.StartAsync();

        var denied = await PayAsync(ground, intent => intent with { Amount = "1000001" });

        Assert.Equal("denied", denied.State);
        Assert.Null(denied.SignedPayload);
    }

    [Theory]
    [InlineData("road.planned", false)]
    [InlineData("road.authorized", true)]
    [InlineData("road.signed", true)]
    [InlineData("road.exposing", true)]
    [InlineData("road.exposed", true)]
    [InlineData("road.handing-over", true)]
    public async Task A_crash_anywhere_leaves_one_payment_with_one_set_of_bytes_or_none(string place, bool counted)
    {
        await using var ground = await GuardGround.StartAsync();
        await ground.RestartAsync(new BreakAt(place));
        await Assert.ThrowsAsync<BrokenOffException>(() => PayAsync(ground, intent => intent with { IdempotencyKey = "crash" }).AsTask());

        await ground.RestartAsync();
        Assert.Equal(counted ? 1 : 0, ground.Guard.Payments.List("open", "", 10).Total);
        var first = await PayAsync(ground, intent => intent with { IdempotencyKey = "crash" });
        var second = await PayAsync(ground, intent => intent with { IdempotencyKey = "crash" });

        Assert.Equal(counted, first.Repeated);
        Assert.Equal(first.SignedPayload, second.SignedPayload);
        Assert.NotNull(first.SignedPayload);
        Assert.Equal("0.25 USD", ground.Budget("day").Held);
    }

    [Fact]
    public async Task A_token_with_another_domain_than_pinned_is_not_signed_for()
    {
        await using var ground = await GuardGround.StartAsync(tokenName: "USDC");

        var refusal = await Assert.ThrowsAsync<GuardException>(() => PayAsync(ground).AsTask());

        Assert.Equal("token_mismatch", refusal.Problem.Code);
    }

    internal static PurchaseFacts Bought(string what) => new()
    {
        Method = "GET",
        UntrustedResource = "https://api.shop.example/" + what,
        RequestSha256 = what.PadLeft(64, '0'),
        OfferSha256 = new string('1', 64),
        Version = 2,
    };

    internal static ValueTask<PaymentView> PayAsync(GuardGround ground, Func<X402PayIntent, X402PayIntent>? change = null)
    {
        var intent = new X402PayIntent
        {
            Chain = "play",
            Scheme = "exact",
            TransferMethod = "eip3009",
            Asset = GuardGround.Usdc,
            Amount = "250000",
            PayTo = Payee,
            MaxTimeoutSeconds = 60,
            Host = "api.shop.example",
            Purchase = Bought("a"),
        };
        return ground.Guard.Spending.SubmitAsync(change?.Invoke(intent) ?? intent, "test", CancellationToken.None);
    }

    private static (TransferAuthorization Authorization, string Signature) Payload(PaymentView paid) =>
        TransferAuthorization.ReadPayload(WireJson.Parse(Encoding.UTF8.GetBytes(paid.SignedPayload!)));

    /// <summary>Does what a facilitator does.</summary>
    private static async Task TakeAsync(GuardGround ground, PaymentView paid)
    {
        var (authorization, text) = Payload(paid);
        var signature = Hex.ParseData(text);
        var function = AbiFunction.Parse(
            "function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)");
        await ground.Chain.SendAsAsync(
            Anvil.DevelopmentAccounts[0].Address, GuardGround.Usdc,
            Hex.Format(function.Encode(
                authorization.From, authorization.To, authorization.Value, authorization.ValidAfter, authorization.ValidBefore, authorization.Nonce,
                (BigInteger)signature[64], new Hash32(signature.AsSpan(0, 32)), new Hash32(signature.AsSpan(32, 32)))));
    }
}
