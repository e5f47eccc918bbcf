using System.Text.Json;
using CryptoMcp.Evm;
using CryptoMcp.Money;

namespace CryptoMcp.Payments.Tests;

/// <summary>The same bytes as the reference SDK: hashes, signatures, wire JSON, headers.</summary>
public sealed class VectorTests
{
    private static readonly Eip712Domain s_usdc = Eip712Domain.Of(Usdc())!;

    [Fact]
    public void Transfer_with_authorization_in_version_2()
    {
        var vector = Vector.Of("exact_eip3009_v2");
        var (authorization, signature) = TransferAuthorization.ReadPayload(vector.GetProperty("paymentPayload").GetProperty("payload"));

        Vector.AssertSame(vector, authorization.ToTypedData(s_usdc));
        AssertSameHeader(vector, authorization.ToPayload(signature));
    }

    [Fact]
    public void Transfer_with_authorization_in_version_1()
    {
        var vector = Vector.Of("exact_eip3009_v1");
        var (authorization, signature) = TransferAuthorization.ReadPayload(vector.GetProperty("paymentPayload").GetProperty("payload"));

        AssertSameHeader(vector, authorization.ToPayload(signature));
    }

    [Fact]
    public void Permit2_transfer_up_to_a_ceiling()
    {
        var vector = Vector.Of("upto_permit2");
        var (transfer, signature) = Permit2Transfer.ReadPayload(vector.GetProperty("paymentPayload").GetProperty("payload"));

        Assert.Equal(vector.Text("message", "spender"), transfer.Spender.ToString());
        Vector.AssertSame(vector, transfer.ToTypedData(84532));
        AssertSameHeader(vector, transfer.ToPayload(signature));
    }

    [Fact]
    public void Permit_of_a_token_for_permit2()
    {
        var vector = Vector.Of("eip2612_permit_to_permit2");
        var info = vector.GetProperty("extension").GetProperty(TokenPermit.Extension).GetProperty("info");
        var (permit, token, signature) = TokenPermit.ReadExtensionInfo(info);

        Vector.AssertSame(vector, permit.ToTypedData(s_usdc));
        Assert.Equal(JsonSerializer.Serialize(info), System.Text.Encoding.UTF8.GetString(permit.ToExtensionInfo(token, signature)));
    }

    [Fact]
    public void Signed_offers_and_receipts()
    {
        var offer = Vector.Of("offer_eip712");
        var receipt = Vector.Of("receipt_eip712");

        Vector.AssertSame(offer, OfferReceipt.OfferMessage(offer.GetProperty("wire").GetProperty("payload")));
        Vector.AssertSame(receipt, OfferReceipt.ReceiptMessage(receipt.GetProperty("wire").GetProperty("payload")));
    }

    [Fact]
    public void Receipt_counts_when_the_payee_signed_it_for_this_payer()
    {
        var vector = Vector.Of("receipt_eip712");
        var payee = EvmAddress.Parse(vector.Text("signer"));
        var payer = EvmAddress.Parse(vector.Text("message", "payer"));
        var extensions = JsonDocument.Parse($$$"""{"offer-receipt":{"info":{"receipt":{{{vector.GetProperty("wire").GetRawText()}}} } } }""").RootElement;

        Assert.True(OfferReceipt.IsReceiptOf(extensions, payee, payer, "eip155:84532"));
        Assert.False(OfferReceipt.IsReceiptOf(extensions, payer, payer, "eip155:84532"));
        Assert.False(OfferReceipt.IsReceiptOf(extensions, payee, payee, "eip155:84532"));
        Assert.False(OfferReceipt.IsReceiptOf(extensions, payee, payer, "eip155:8453"));
        Assert.Null(OfferReceipt.IsReceiptOf(null, payee, payer, "eip155:84532"));
    }

    private static void AssertSameHeader(JsonElement vector, byte[] schemePayload)
    {
        // The payload as our own code writes it, in an envelope of our own code, is the reference SDK's header to the byte.
        var read = PaymentPayload.Read(PaymentHeader.Decode(vector.Text("header", "value")));
        var written = read with { Payload = WireJson.Parse(schemePayload) };

        Assert.Equal(vector.Text("header", "value"), PaymentHeader.Encode(written.ToJson()));
    }

    private static EvmToken Usdc()
    {
        Assert.True(EvmChains.BuiltIn.TryFind(ChainId.Evm(84532), out var chain));
        Assert.True(chain.TryFindToken("USDC", out var token));
        return token;
    }
}
