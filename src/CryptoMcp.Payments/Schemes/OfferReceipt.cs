using System.Text.Json;
using CryptoMcp.Evm;

namespace CryptoMcp.Payments;

/// <summary>
/// Terms and receipts that a seller signed: extension <c>offer-receipt</c>. The domains name chain 1 whatever chain is paid
/// on, and no contract. A signature proves something only where its key is the payee's.
/// </summary>
public static class OfferReceipt
{
    /// <summary>Id of the extension.</summary>
    public const string Extension = "offer-receipt";

    private static readonly Eip712Types s_offer = Eip712Types.Parse(
        "Offer(uint256 version,string resourceUrl,string scheme,string network,string asset,string payTo,string amount,uint256 validUntil)");

    private static readonly Eip712Types s_receipt = Eip712Types.Parse(
        "Receipt(uint256 version,string network,string resourceUrl,string payer,uint256 issuedAt,string transaction)");

    private static readonly Eip712Domain s_offerDomain = new() { Name = "x402 offer", Version = "1", ChainId = 1 };
    private static readonly Eip712Domain s_receiptDomain = new() { Name = "x402 receipt", Version = "1", ChainId = 1 };

    /// <summary>What a signed offer signs.</summary>
    /// <exception cref="X402FormatException">A member is missing or malformed.</exception>
    public static TypedData OfferMessage(JsonElement payload)
    {
        var members = new WireObject(payload, "offer.payload");
        return new(s_offerDomain, s_offer, "Offer", AbiValue.List(
            members.WholeNumber("version"), members.Text("resourceUrl"), members.Text("scheme"), members.Text("network"),
            members.Text("asset"), members.Text("payTo"), members.Text("amount"), members.WholeNumber("validUntil")));
    }

    /// <summary>What a signed receipt signs.</summary>
    /// <exception cref="X402FormatException">A member is missing or malformed.</exception>
    public static TypedData ReceiptMessage(JsonElement payload)
    {
        var members = new WireObject(payload, "receipt.payload");
        return new(s_receiptDomain, s_receipt, "Receipt", AbiValue.List(
            members.WholeNumber("version"), members.Text("network"), members.Text("resourceUrl"), members.Text("payer"),
            members.WholeNumber("issuedAt"), members.OptionalText("transaction") ?? ""));
    }

    /// <summary>
    /// Whether the seller's receipt is signed by the payee, names this payer and network; null when there is none that can
    /// be read (JWS receipts are not read).
    /// </summary>
    public static bool? IsReceiptOf(JsonElement? settlementExtensions, EvmAddress payee, EvmAddress payer, string network)
    {
        if (settlementExtensions is not { } extensions || !extensions.TryGetProperty(Extension, out var extension)
            || extension.ValueKind != JsonValueKind.Object || !extension.TryGetProperty("info", out var info)
            || info.ValueKind != JsonValueKind.Object || !info.TryGetProperty("receipt", out var receipt))
        {
            return null;
        }

        try
        {
            var members = new WireObject(receipt, "receipt");
            if (members.Text("format") != "eip712")
            {
                return null;
            }

            var payload = members.Object("payload");
            return EvmSignature.TryRecover(members.Text("signature"), ReceiptMessage(payload.Json).Digest(), out var signer)
                && signer == payee && payload.Address("payer") == payer && payload.Text("network") == network;
        }
        catch (X402FormatException)
        {
            return false;
        }
    }
}
