using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Evm;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.Payments.AspNetCore.Tests;

/// <summary>Whoever does not pay, or pays something else, gets nothing, and nothing is taken from anybody.</summary>
[Collection(nameof(LocalX402))]
public sealed class HostilePayerTests(LocalX402 local)
{
    private static readonly EvmAddress s_stranger = EvmAddress.Parse("0x8617E340B3D01FA5F11F306F4090FD50E238070D");

    private X402Ground X402 => local.Ground;

    /// <summary>Payments that are wrong in one thing each, and what is found.</summary>
    public static TheoryData<string, string> Wrongs { get; } = new()
    {
        { "signature tampered with", "invalid_exact_evm_signature" },
        { "signature of another key", "invalid_exact_evm_signature" },
        { "signature for another chain", "invalid_exact_evm_signature" },
        { "signature with high s", "invalid_exact_evm_transaction_simulation_failed" },
        { "signature empty", "invalid_exact_evm_signature" },
        { "signature of 64 bytes", "invalid_exact_evm_signature" },
        { "amount less than the price", "invalid_exact_evm_payload_authorization_value_mismatch" },
        { "amount more than the price", "invalid_exact_evm_payload_authorization_value_mismatch" },
        { "amount signed lower than stated", "invalid_exact_evm_signature" },
        { "paid to somebody else", "invalid_exact_evm_recipient_mismatch" },
        { "expired", "invalid_exact_evm_payload_authorization_valid_before" },
        { "expires in a second", "invalid_exact_evm_payload_authorization_valid_before" },
        { "not valid yet", "invalid_exact_evm_payload_authorization_valid_after" },
        { "another network accepted", "no_matching_offer" },
        { "network spelled differently", "no_matching_offer" },
        { "price in the echo lowered", "no_matching_offer" },
        { "payee in the echo changed", "no_matching_offer" },
        { "asset in the echo changed", "no_matching_offer" },
        { "extra of the echo changed", "no_matching_offer" },
        { "scheme upto for an exact price", "no_matching_offer" },
        { "method permit2 for eip3009", "invalid_payload" },
        { "unknown scheme", "no_matching_offer" },
        { "version 3", "invalid_payment" },
        { "version 1 in the header of version 2", "invalid_payment" },
        { "no accepted offer", "invalid_payment" },
        { "another resource", "resource_mismatch" },
        { "resource on another host", "resource_mismatch" },
        { "payload missing", "invalid_payment" },
        { "payload of text", "invalid_payment" },
        { "duplicate keys", "invalid_payment" },
        { "negative value", "invalid_payload" },
        { "value with exponent", "invalid_payload" },
    };

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task Delivers_nothing_and_takes_nothing(string wrong, string code)
    {
        await using var shop = await Shop.OpenAsync(X402.Facilitator.Url);
        var terms = await shop.TermsAsync("/exact");
        var (seller, payer) = (await X402.ReceivedAsync(), await X402.Usdc.BalanceAsync(X402Ground.Payer.Address));
        using var response = await shop.AskAsync("/exact", Spoil(wrong, terms, await shop.TermsAsync("/dearer")));
        Assert.Equal(code.StartsWith("invalid_pay", StringComparison.Ordinal) ? HttpStatusCode.BadRequest : HttpStatusCode.PaymentRequired, response.StatusCode);
        Assert.Equal(code, Shop.TermsOf(response).Error);
        Assert.Equal(0, shop.Served);
        Assert.Equal(seller, await X402.ReceivedAsync());
        Assert.Equal(payer, await X402.Usdc.BalanceAsync(X402Ground.Payer.Address));
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("not base64!", 400)]
    [InlineData("bm90IGpzb24=", 400)]
    [InlineData("e30=", 400)]
    [InlineData("bnVsbA==", 400)]
    [InlineData("W10=", 400)]
    public async Task Header_that_is_no_payment_is_a_bad_request(string header, int status)
    {
        await using var shop = await Shop.OpenAsync(X402.Facilitator.Url);
        using var response = await shop.AskAsync("/exact", header);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(0, shop.Served);
    }

    [Fact]
    public async Task Huge_header_is_refused()
    {
        await using var shop = await Shop.OpenAsync(X402.Facilitator.Url);
        using var large = await shop.AskAsync("/exact", new string('A', 30_000));
        Assert.Equal(400, (int)large.StatusCode);
        using var huge = await shop.AskAsync("/exact", new string('A', 200_000));
        Assert.Equal(431, (int)huge.StatusCode);
        Assert.Equal(0, shop.Served);
    }

    [Fact]
    public async Task Two_payments_in_one_request_are_ambiguous()
    {
        await using var shop = await Shop.OpenAsync(X402.Facilitator.Url);
        var header = Purse.Header(Purse.Pay(await shop.TermsAsync("/exact")));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(shop.Url, "/exact"));
        request.Headers.TryAddWithoutValidation(PaymentHeader.Payment, header);
        request.Headers.TryAddWithoutValidation(PaymentHeader.PaymentV1, header);
        using var response = await shop.Http.SendAsync(request);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(0, shop.Served);
    }

    [Fact]
    public async Task Large_body_of_a_paid_request_is_refused()
    {
        await using var shop = await Shop.OpenAsync(X402.Facilitator.Url, seller => seller.MaxRequestBytes = 1000);
        using var unpaid = await shop.Http.PostAsync(new Uri(shop.Url, "/echo"), null);
        var before = await X402.ReceivedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(shop.Url, "/echo")) { Content = new ByteArrayContent(new byte[2000]) };
        request.Headers.TryAddWithoutValidation(PaymentHeader.Payment, Purse.Header(Purse.Pay(Shop.TermsOf(unpaid))));
        using var response = await shop.Http.SendAsync(request);
        Assert.Equal(413, (int)response.StatusCode);
        Assert.Equal(before, await X402.ReceivedAsync());
    }

    [Fact]
    public async Task Payment_for_one_resource_does_not_buy_another_at_the_same_price()
    {
        await using var shop = await Shop.OpenAsync(X402.Facilitator.Url);
        using var response = await shop.AskAsync("/other", Purse.Header(Purse.Pay(await shop.TermsAsync("/exact"))));
        Assert.Equal("resource_mismatch", Shop.TermsOf(response).Error);
        Assert.Equal(0, shop.Served);
    }

    [Fact]
    public async Task One_identifier_for_two_payments_is_a_conflict()
    {
        await using var shop = await Shop.OpenAsync(X402.Facilitator.Url);
        var terms = await shop.TermsAsync("/named");
        using var first = await shop.AskAsync("/named", Purse.Header(Purse.Pay(terms, id: "0123456789abcdef")));
        Assert.Equal(200, (int)first.StatusCode);
        using var second = await shop.AskAsync("/named", Purse.Header(Purse.Pay(terms, id: "0123456789abcdef")));
        Assert.Equal(409, (int)second.StatusCode);
        Assert.Equal(1, shop.Served);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("short")]
    [InlineData("with spaces in it and long")]
    public async Task Required_identifier_must_be_there_and_well_formed(string? id)
    {
        await using var shop = await Shop.OpenAsync(X402.Facilitator.Url);
        using var response = await shop.AskAsync("/named", Purse.Header(Purse.Pay(await shop.TermsAsync("/named"), id: id)));
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(0, shop.Served);
    }

    [Fact]
    public async Task Payment_taken_from_the_chain_does_not_fetch_the_kept_answer()
    {
        await using var shop = await Shop.OpenAsync(X402.Facilitator.Url);
        var paid = Purse.Pay(await shop.TermsAsync("/named"), id: "0123456789abcdef");
        using var first = await shop.AskAsync("/named", Purse.Header(paid));
        Assert.Equal(200, (int)first.StatusCode);

        // Signature and authorization are public once they are settled; the identifier is not.
        var stolen = paid.DeepClone().AsObject();
        stolen["extensions"]!["payment-identifier"]!["info"]!["id"] = "another-identifier";
        using var second = await shop.AskAsync("/named", Purse.Header(stolen));
        Assert.Equal(402, (int)second.StatusCode);
        Assert.Equal(1, shop.Served);
    }

    [Fact]
    public async Task Payment_that_is_settled_elsewhere_first_delivers_nothing()
    {
        await using var shop = await Shop.OpenAsync(X402.Facilitator.Url);
        var payment = Purse.Pay(await shop.TermsAsync("/unnamed"));
        using var facilitator = new HttpFacilitator(X402.Facilitator.Url, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
        var read = PaymentPayload.Read(WireJson.Parse(Encoding.UTF8.GetBytes(payment.ToJsonString())));
        Assert.True((await facilitator.SettleAsync(new(read, read.Accepted!), CancellationToken.None)).Success);
        using var response = await shop.AskAsync("/unnamed", Purse.Header(payment));
        Assert.Equal(402, (int)response.StatusCode);
        Assert.Equal(0, shop.Served);
    }

    private static string Spoil(string wrong, PaymentRequired terms, PaymentRequired dearer)
    {
        var payment = Purse.Pay(terms, authorization => wrong switch
        {
            "amount less than the price" => authorization with { Value = authorization.Value - 1 },
            "amount more than the price" => authorization with { Value = authorization.Value + 1 },
            "paid to somebody else" => authorization with { To = s_stranger },
            "expired" => authorization with { ValidBefore = 1_700_000_000 },
            "expires in a second" => authorization with { ValidBefore = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1 },
            "not valid yet" => authorization with { ValidAfter = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 30 },
            _ => authorization,
        });
        var payload = payment["payload"]!.AsObject();
        var accepted = payment["accepted"]!.AsObject();
        switch (wrong)
        {
            case "signature tampered with":
                var signature = payload["signature"]!.GetValue<string>();
                payload["signature"] = signature[..10] + (signature[10] == '0' ? '1' : '0') + signature[11..];
                break;
            case "signature of another key":
                payload["authorization"]!["from"] = s_stranger.ToString();
                break;
            case "signature for another chain":
                payload["signature"] = Purse.Sign(TransferAuthorization.ReadPayload(WireJson.Parse(Encoding.UTF8.GetBytes(payload.ToJsonString()))).Authorization, chain: 8453);
                break;
            case "signature with high s":
                payload["signature"] = HighS(payload["signature"]!.GetValue<string>());
                break;
            case "signature empty":
                payload["signature"] = "0x";
                break;
            case "signature of 64 bytes":
                payload["signature"] = payload["signature"]!.GetValue<string>()[..^2];
                break;
            case "amount signed lower than stated":
                var stated = TransferAuthorization.ReadPayload(WireJson.Parse(Encoding.UTF8.GetBytes(payload.ToJsonString()))).Authorization;
                payload["signature"] = Purse.Sign(stated with { Value = 1 });
                break;
            case "another network accepted":
                accepted["network"] = "eip155:8453";
                break;
            case "network spelled differently":
                accepted["network"] = "EIP155:84532";
                break;
            case "price in the echo lowered":
                accepted["amount"] = "1";
                break;
            case "payee in the echo changed":
                accepted["payTo"] = s_stranger.ToString();
                break;
            case "asset in the echo changed":
                accepted["asset"] = s_stranger.ToString();
                break;
            case "extra of the echo changed":
                accepted["extra"]!["name"] = "USD Coin";
                break;
            case "scheme upto for an exact price":
                accepted["scheme"] = "upto";
                break;
            case "method permit2 for eip3009":
                payload.Remove("authorization");
                payload["permit2Authorization"] = new JsonObject();
                break;
            case "unknown scheme":
                accepted["scheme"] = "free";
                break;
            case "version 3":
                payment["x402Version"] = 3;
                break;
            case "version 1 in the header of version 2":
                payment = new JsonObject { ["x402Version"] = 1, ["scheme"] = "exact", ["network"] = "base-sepolia", ["payload"] = payload.DeepClone() };
                break;
            case "no accepted offer":
                payment.Remove("accepted");
                break;
            case "another resource":
                payment["resource"] = JsonNode.Parse(dearer.Resource!.Json.GetRawText());
                break;
            case "resource on another host":
                payment["resource"]!["url"] = "https://elsewhere.example/exact";
                break;
            case "payload missing":
                payment.Remove("payload");
                break;
            case "payload of text":
                payment["payload"] = "0x";
                break;
            case "duplicate keys":
                var text = payment.ToJsonString();
                return Convert.ToBase64String(Encoding.UTF8.GetBytes("{\"x402Version\":2," + text[1..]));
            case "negative value":
                payload["authorization"]!["value"] = "-10000";
                break;
            case "value with exponent":
                payload["authorization"]!["value"] = "1e4";
                break;
        }

        return Purse.Header(payment);
    }

    private static string HighS(string signature)
    {
        var order = System.Numerics.BigInteger.Parse("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", System.Globalization.NumberStyles.HexNumber, null);
        var s = System.Numerics.BigInteger.Parse("0" + signature[66..130], System.Globalization.NumberStyles.HexNumber, null);
        return signature[..66] + (order - s).ToString("x64", null)[^64..] + (signature[130..] == "1b" ? "1c" : "1b");
    }
}
