using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using CryptoMcp.Cryptography;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Payments;
using CryptoMcp.Testing;

namespace CryptoMcp.Guard.Tests;

/// <summary>A stranger's payment that the guard settles: its gas is ours to spend, its money is not.</summary>
public sealed class SettlementRoadTests
{
    private static readonly (string Address, string PrivateKey) Stranger = Anvil.DevelopmentAccounts[1];

    private static readonly EvmAddress s_seller = EvmAddress.Parse("0x8617E340B3D01FA5F11F306F4090FD50E238070D");

    [Fact]
    public async Task Settles_once_and_nothing_but_the_fee_is_ours()
    {
        await using var ground = await OpenAsync();
        var intent = Intent(ground, Authorize()) with { IdempotencyKey = "settle-1" };
        var settled = await SubmitAsync(ground, intent);
        Assert.Equal("exposed", settled.State);
        await ground.Chain.ReceiptAsync(settled.TransactionId!);
        Assert.Equal("settled", (await ground.LookWhenFinalAsync(settled)).State);
        Assert.Equal(250_000, await ground.Token.BalanceAsync(s_seller.ToString()));
        Assert.Equal("0.00 USD", ground.Budget("day").Used);
        Assert.NotEqual("0.00 USD", ground.Budget("fees").Used);

        var again = await SubmitAsync(ground, intent);
        Assert.True(again.Repeated);
        Assert.Equal(settled.TransactionId, again.TransactionId);
        Assert.Equal(1, await ground.Chain.NonceAsync(ground.Wallet));
    }

    [Fact]
    public async Task Payment_of_a_wallet_of_the_own_policy_is_refused()
    {
        await using var ground = await OpenAsync($"\"other\": \"{Stranger.Address}\",");
        var refusal = await Assert.ThrowsAsync<GuardException>(() => SubmitAsync(ground, Intent(ground, Authorize()) with { Wallet = "main" }));
        Assert.Equal("own_money", refusal.Problem.Code);

        var self = await Assert.ThrowsAsync<GuardException>(
            () => SubmitAsync(ground, Intent(ground, Authorize() with { From = EvmAddress.Parse(ground.Wallet) }) with { Wallet = "main" }));
        Assert.Equal("invalid_payer", self.Problem.Code);
        Assert.Equal(0, await ground.Chain.NonceAsync(ground.Wallet));
    }

    [Fact]
    public async Task Without_a_rule_it_is_denied()
    {
        await using var ground = await GuardGround.StartAsync();
        await ground.Token.MintAsync(Stranger.Address, 1_000_000);
        Assert.Equal("denied", (await SubmitAsync(ground, Intent(ground, Authorize()))).State);
        Assert.Equal(0, await ground.Chain.NonceAsync(ground.Wallet));
    }

    [Fact]
    public async Task Forged_signature_costs_no_gas()
    {
        await using var ground = await OpenAsync();
        var intent = Intent(ground, Authorize(), change: authorization => authorization with { Value = 250_001 });
        var refusal = await Assert.ThrowsAsync<GuardException>(() => SubmitAsync(ground, intent));
        Assert.Equal("invalid_exact_evm_payload_authorization_value_mismatch", refusal.Problem.Code);

        var forged = Intent(ground, Authorize(), change: authorization => authorization with { Nonce = new Hash32(RandomNumberGenerator.GetBytes(32)) });
        Assert.Equal("would_fail", (await Assert.ThrowsAsync<GuardException>(() => SubmitAsync(ground, forged))).Problem.Code);
        Assert.Equal(0, await ground.Chain.NonceAsync(ground.Wallet));
    }

    [Fact]
    public async Task Token_that_nobody_pinned_is_not_called()
    {
        await using var ground = await OpenAsync();
        var refusal = await Assert.ThrowsAsync<GuardException>(() => SubmitAsync(ground, Intent(ground, Authorize(), token: s_seller.ToString())));
        Assert.Equal("asset_not_supported", refusal.Problem.Code);
    }

    [Fact]
    public async Task Crash_after_the_signature_settles_once()
    {
        await using var ground = await OpenAsync();
        var intent = Intent(ground, Authorize()) with { IdempotencyKey = "settle-1" };
        await ground.RestartAsync(new BreakAt("road.signed"));
        await Assert.ThrowsAsync<BrokenOffException>(() => SubmitAsync(ground, intent));
        await ground.RestartAsync();
        var settled = await SubmitAsync(ground, intent);
        await ground.Chain.ReceiptAsync(settled.TransactionId!);
        Assert.Equal("settled", (await ground.LookWhenFinalAsync(settled)).State);
        Assert.Equal(250_000, await ground.Token.BalanceAsync(s_seller.ToString()));
        Assert.Equal(1, await ground.Chain.NonceAsync(ground.Wallet));
    }

    private static async Task<GuardGround> OpenAsync(string wallets = "")
    {
        var ground = await GuardGround.StartAsync(edit: policy => policy
            .Replace("\"rules\": [", "\"rules\": [ { \"id\": \"settle\", \"allow\": \"facilitator.settle\", \"if\": { \"chain\": \"eip155:31337\" } },", StringComparison.Ordinal)
            .Replace("\"wallets\": {", $"\"wallets\": {{ {wallets}", StringComparison.Ordinal));
        await ground.Token.MintAsync(Stranger.Address, 1_000_000);
        return ground;
    }

    private static TransferAuthorization Authorize() => new()
    {
        From = EvmAddress.Parse(Stranger.Address),
        To = s_seller,
        Value = 250_000,
        ValidAfter = 0,
        ValidBefore = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60,
        Nonce = new Hash32(RandomNumberGenerator.GetBytes(32)),
    };

    /// <param name="ground">The ground.</param>
    /// <param name="authorization">What is signed.</param>
    /// <param name="change">What is shown in its place.</param>
    /// <param name="token">The asset that the seller states.</param>
    private static FacilitatorSettleIntent Intent(
        GuardGround ground, TransferAuthorization authorization, Func<TransferAuthorization, TransferAuthorization>? change = null, string? token = null)
    {
        var domain = new Eip712Domain
        {
            Name = "USD Coin", Version = "2", ChainId = new BigInteger(ground.Chain.ChainId), VerifyingContract = EvmAddress.Parse(GuardGround.Usdc),
        };
        var signature = new byte[65];
        Secp256k1.Sign(Hex.ParseData(Stranger.PrivateKey), authorization.ToTypedData(domain).Digest().ToArray(), signature);
        var requirements = PaymentRequirements.Create(
            2, "exact", $"eip155:{ground.Chain.ChainId}", 250_000, token ?? GuardGround.Usdc, s_seller.ToString(), 60);
        var payment = new PaymentPayload
        {
            Version = 2,
            Scheme = "exact",
            Network = requirements.Network,
            Accepted = requirements,
            Payload = WireJson.Parse((change?.Invoke(authorization) ?? authorization).ToPayload(EvmSignature.Format(signature))),
        };
        return new() { Chain = "play", Payment = JsonElement.Parse(payment.ToJson()), Requirements = requirements.Json };
    }

    private static Task<PaymentView> SubmitAsync(GuardGround ground, Intent intent) =>
        ground.Guard.Spending.SubmitAsync(intent, "facilitator", CancellationToken.None).AsTask();
}
