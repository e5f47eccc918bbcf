using System.Text.Json;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Payments;

namespace CryptoMcp.Server.X402;

/// <summary>Puts what the guard signed into the message that the seller reads.</summary>
internal static class PaymentEnvelope
{
    private const string Identifier = "payment-identifier";

    /// <summary>The payment for the offer.</summary>
    /// <param name="terms">The seller's terms.</param>
    /// <param name="offer">The offer that was signed for.</param>
    /// <param name="payment">The payment, with its signed payload.</param>
    /// <param name="permit">The signed permit, where one goes along.</param>
    public static PaymentPayload Of(PaymentRequired terms, PaymentRequirements offer, PaymentView payment, PaymentView? permit)
    {
        JsonElement? extensions = null;
        if (offer.Version == 2 && (terms.ExtensionInfo(Identifier) is not null || permit is not null))
        {
            extensions = WireJson.Parse(WireJson.Write(writer =>
            {
                writer.WriteStartObject();
                if (terms.ExtensionInfo(Identifier) is { } identifier)
                {
                    // The same payment has the same identifier, however often it is sent.
                    WriteInfo(writer, Identifier, identifier, WireJson.Parse(WireJson.Write(own =>
                    {
                        own.WriteStartObject();
                        own.WriteString("id", payment.PaymentId);
                        own.WriteEndObject();
                    })));
                }

                if (permit?.SignedPayload is { } signed && terms.ExtensionInfo(TokenPermit.Extension) is { } sponsoring)
                {
                    WriteInfo(writer, TokenPermit.Extension, sponsoring, WireJson.Parse(System.Text.Encoding.UTF8.GetBytes(signed)));
                }

                writer.WriteEndObject();
            }));
        }

        return PaymentPayload.For(offer, terms, WireJson.Parse(System.Text.Encoding.UTF8.GetBytes(payment.SignedPayload!)), extensions);
    }

    /// <summary>
    /// Whether the signed bytes are for this offer. They are not when the payment was made earlier and the seller has
    /// changed its terms since: then they are not sent to it.
    /// </summary>
    public static bool Fits(PaymentRequirements offer, PaymentView payment)
    {
        var payload = WireJson.Parse(System.Text.Encoding.UTF8.GetBytes(payment.SignedPayload!));
        if (!X402Networks.TryFind(offer.Network, offer.Version, out var chain) || chain.ToString() != payment.Chain)
        {
            return false;
        }

        if (payload.TryGetProperty("authorization", out _))
        {
            var (authorization, _) = TransferAuthorization.ReadPayload(payload);
            return offer.Scheme == "exact" && offer.TransferMethod is null or "eip3009" && authorization.Value == offer.Amount
                && Same(authorization.To.ToString(), offer.PayTo);
        }

        var (transfer, _) = Permit2Transfer.ReadPayload(payload);
        return (transfer.Facilitator is null ? offer.Scheme == "exact" && offer.TransferMethod == "permit2"
                : offer.Scheme == "upto" && offer.Extra("facilitatorAddress") is { } facilitator && Same(transfer.Facilitator.Value.ToString(), facilitator))
            && transfer.Amount == offer.Amount && Same(transfer.To.ToString(), offer.PayTo) && Same(transfer.Token.ToString(), offer.Asset);
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The seller's own members stay, ours are added; the seller compares what it put there.</summary>
    private static void WriteInfo(Utf8JsonWriter writer, string id, JsonElement theirs, JsonElement ours)
    {
        writer.WriteStartObject(id);
        writer.WriteStartObject("info");
        foreach (var member in theirs.EnumerateObject())
        {
            if (!ours.TryGetProperty(member.Name, out _))
            {
                member.WriteTo(writer);
            }
        }

        foreach (var member in ours.EnumerateObject())
        {
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
