using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using CryptoMcp.Evm;
using CryptoMcp.Money;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Payments.AspNetCore.Selling;

/// <summary>
/// Takes payments, whatever transport they came over. A payment is judged by our own offers alone: what it repeats of them only
/// tells which one is meant. Nothing is delivered before the money has moved, and no payment buys twice.
/// </summary>
internal sealed partial class Cashier(
    SellerOptions options, IFacilitator facilitator, OfferList offers, PaymentBook book, SettlementProof proof, TimeProvider clock, ILogger<Cashier> log)
{
    /// <summary>Id of the extension by which a payer names its purchase.</summary>
    public const string IdentifierExtension = "payment-identifier";

    // What facilitators want a signature to live on for at least, so that it still does when it is settled.
    private const ulong LeastSecondsLeft = 6;

    /// <summary>The terms for a price tag.</summary>
    /// <param name="tag">The price.</param>
    /// <param name="resource">What is sold.</param>
    /// <param name="error">Why payment is asked for.</param>
    /// <param name="extensions">Further extensions, such as the description for the catalogue.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="FacilitatorException">What the offers need to know of the facilitator cannot be had now.</exception>
    public async ValueTask<(PaymentRequired Version2, PaymentRequired? Version1)> TermsAsync(
        PriceTag tag, ResourceInfo resource, string error, IReadOnlyDictionary<string, JsonElement>? extensions, CancellationToken ct)
    {
        var made = await offers.ForAsync(tag, resource, ct);
        var version2 = new PaymentRequired
        {
            Version = 2,
            Error = error,
            Resource = resource,
            Accepts = [.. made.Version2.Select(offer => offer.Requirements)],
            Extensions = TermsExtensions.Of(tag, made.SponsorsPermits, extensions),
        };
        var version1 = made.Version1.Count == 0
            ? null
            : new PaymentRequired { Version = 1, Error = error, Accepts = [.. made.Version1.Select(offer => offer.Requirements)] };
        return (version2, version1);
    }

    /// <summary>Judges a payment and, if it is good, takes it for the caller alone. Nothing is settled.</summary>
    public async ValueTask<Admission> AdmitAsync(PriceTag tag, ResourceInfo resource, PaymentPayload payment, CancellationToken ct)
    {
        Offers made;
        try
        {
            made = await offers.ForAsync(tag, resource, ct);
        }
        catch (FacilitatorException error)
        {
            FacilitatorFailed(log, error.Code, error.Message);
            return new Admission.Refused(502, error.Code, error.Message);
        }

        if (MeantBy(payment, made) is not { } offer)
        {
            return new Admission.Refused(402, "no_matching_offer", "The payment is for none of the offers that are made here.");
        }

        if (!IsFor(resource, payment))
        {
            return new Admission.Refused(402, "resource_mismatch", "The payment is for another resource.");
        }

        SignedTransfer transfer;
        try
        {
            transfer = SignedTransfer.Read(payment, offer.Requirements, offer.Token.Asset.Chain);
        }
        catch (X402FormatException error)
        {
            return new Admission.Refused(400, "invalid_payload", error.Message);
        }

        if (FaultOf(transfer, offer) is { } fault)
        {
            return new Admission.Refused(402, fault);
        }

        if (!TryReadIdentifier(tag, payment, transfer, out var purchase, out var refusal))
        {
            return refusal;
        }

        return await TakeAsync(new(offer, payment, transfer, EntryOf(payment, transfer, resource, purchase)), ct);
    }

    /// <summary>Gives a payment back: the work failed, so nothing is charged.</summary>
    public void Cancel(Ticket ticket) => book.Release(ticket.Entry);

    /// <summary>Settles a payment that was taken. Not cancelled with the request: once asked for, a settlement is seen through.</summary>
    /// <param name="ticket">The payment.</param>
    /// <param name="charge">Atomic units to charge, for <c>upto</c>; null: all.</param>
    /// <param name="answer">The answer that is held back.</param>
    public async ValueTask<Outcome> SettleAsync(Ticket ticket, BigInteger? charge, KeptAnswer? answer)
    {
        var entry = ticket.Entry;
        var charged = entry.Charge ??= charge ?? ticket.Transfer.Amount;
        SettlementResponse response;
        try
        {
            response = await facilitator.SettleAsync(new(ticket.Payment, Charging(ticket.Offer.Requirements, charged)), CancellationToken.None);
        }
        catch (FacilitatorException error)
        {
            book.LeaveUnsettled(entry, answer);
            FacilitatorFailed(log, error.Code, error.Message);
            return Unknown(ticket, 502, error.Message);
        }

        if (!response.Success)
        {
            return Failed(ticket, response, answer);
        }

        if (await WrongAboutAsync(ticket, charged, response) is { } wrong)
        {
            book.LeaveUnsettled(entry, answer);
            NotBelieved(log, ticket.Transfer.Identity, response.Transaction, wrong);
            return Unknown(ticket, 502, $"The settlement that the facilitator reports is not believed: {wrong}.");
        }

        var settled = response with
        {
            Payer = ticket.Transfer.From.ToString(),
            Network = ticket.Offer.Requirements.Network,
            Amount = ticket.Offer.Requirements.Scheme == "upto" ? charged : response.Amount,
        };
        if (!book.TrySpend(entry, settled, answer))
        {
            book.LeaveUnsettled(entry, answer);
            NotBelieved(log, ticket.Transfer.Identity, response.Transaction, "the transaction settled another payment");
            return Unknown(ticket, 502, "The facilitator reports a transaction that settled another payment.");
        }

        return new Outcome.Settled(settled);
    }

    private async ValueTask<Admission> TakeAsync(Ticket ticket, CancellationToken ct)
    {
        var claim = book.Claim(ticket.Entry);
        if (claim.Entry is not { } entry)
        {
            return new Admission.Refused(503, "too_many_payments", "Too many payments are being remembered.");
        }

        if (!claim.Fresh)
        {
            return Known(ticket with { Entry = entry }, claim.NameTaken, ticket.Entry);
        }

        try
        {
            var verified = await facilitator.VerifyAsync(new(ticket.Payment, ticket.Offer.Requirements), ct);
            if (verified.IsValid)
            {
                return new Admission.Taken(ticket);
            }

            book.Release(entry);
            var reason = UntrustedText.Clean(verified.InvalidReason ?? "invalid_payment", 128);
            return new Admission.Refused(reason == "permit2_allowance_required" ? 412 : 402, reason);
        }
        catch (FacilitatorException error)
        {
            book.Release(entry);
            FacilitatorFailed(log, error.Code, error.Message);
            return new Admission.Refused(502, error.Code, error.Message);
        }
        catch
        {
            book.Release(entry);
            throw;
        }
    }

    /// <summary>A payment that is in the book already: under the same name and bytes it is the same purchase, else it buys nothing.</summary>
    private Admission Known(Ticket ticket, bool nameTaken, BookEntry shown)
    {
        var entry = ticket.Entry;
        if (nameTaken || !entry.IsRepeatedBy(shown.Digest, shown.Resource) || entry.Purchase != shown.Purchase)
        {
            return nameTaken
                ? new Admission.Refused(409, "payment_identifier_conflict", "This payment identifier belongs to another payment.")
                : new Admission.Refused(402, AlreadyUsed(ticket.Transfer), "This authorization has been shown here for another purchase.");
        }

        return entry.Standing switch
        {
            Standing.Spent when entry is { Answer: { } answer, Settlement: { } settlement } => new Admission.Repeated(answer, settlement),
            Standing.Unsettled when entry.Answer is { } answer && book.TryResume(entry) => new Admission.Resumed(ticket, answer),
            Standing.Spent or Standing.Unsettled => new Admission.Refused(402, AlreadyUsed(ticket.Transfer), "This payment has been used here."),
            _ => new Admission.Refused(409, "payment_in_progress", "This payment is being served right now."),
        };
    }

    private Outcome.Unsettled Failed(Ticket ticket, SettlementResponse response, KeptAnswer? answer)
    {
        var reason = UntrustedText.Clean(response.ErrorReason ?? "settlement_failed", 128);
        var told = response with { ErrorReason = reason, Payer = ticket.Transfer.From.ToString(), Network = ticket.Offer.Requirements.Network, Extensions = null };

        // A nonce that is used, or a settlement under way, may well be this payment's own: it stays taken, and may be settled again.
        if (response.IsPending || response.Transaction.Length > 0 || reason.Contains("nonce_already_used", StringComparison.Ordinal) || reason == "duplicate_settlement")
        {
            book.LeaveUnsettled(ticket.Entry, answer);
        }
        else
        {
            book.Release(ticket.Entry);
        }

        return new(reason == "permit2_allowance_required" ? 412 : 402, told, $"The facilitator did not settle: {reason}.");
    }

    private async ValueTask<string?> WrongAboutAsync(Ticket ticket, BigInteger charged, SettlementResponse response)
    {
        if (response.Payer is { } payer && !(EvmAddress.TryParse(payer, out var address, out _) && address == ticket.Transfer.From))
        {
            return "it names another payer";
        }

        if (response.Network is { } network && network != ticket.Offer.Requirements.Network)
        {
            return "it names another network";
        }

        if (response.Transaction.Length == 0 && !charged.IsZero)
        {
            return "it names no transaction";
        }

        using var limit = new CancellationTokenSource(options.SettleTimeout);
        return await proof.FindFaultAsync(ticket.Transfer, charged, response, limit.Token);
    }

    private static Outcome.Unsettled Unknown(Ticket ticket, int status, string problem) => new(
        status,
        new SettlementResponse
        {
            Success = false,
            ErrorReason = "settlement_pending",
            ErrorMessage = "Whether the payment was settled is not known. Send the same payment again, or look at the chain; do not sign another.",
            Network = ticket.Offer.Requirements.Network,
            Payer = ticket.Transfer.From.ToString(),
        },
        problem);

    private static Offer? MeantBy(PaymentPayload payment, Offers made) => payment.Version == 2
        ? made.Version2.FirstOrDefault(offer => offer.Requirements.IsEchoedBy(payment.Accepted!))
        : made.Version1.FirstOrDefault(offer => offer.Requirements.Scheme == payment.Scheme && offer.Requirements.Network == payment.Network);

    /// <summary>A payment that names a resource must name this one. Queries differ between honest requests for one thing.</summary>
    private static bool IsFor(ResourceInfo resource, PaymentPayload payment)
    {
        if (payment.Resource is not { } named)
        {
            return true;
        }

        return named.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String
            && string.Equals(WithoutQuery(url.GetString()!), WithoutQuery(resource.Url), StringComparison.Ordinal);
    }

    private static string WithoutQuery(string url) => url.IndexOfAny(['?', '#']) is >= 0 and var at ? url[..at] : url;

    /// <summary>What the facilitator would find too, found without asking it: our own offer against what was signed.</summary>
    private string? FaultOf(SignedTransfer transfer, Offer offer)
    {
        var now = (ulong)clock.GetUtcNow().ToUnixTimeSeconds();
        var permit2 = transfer.Permit2;
        return transfer switch
        {
            _ when transfer.To.ToString() != offer.Requirements.PayTo => permit2 is null ? "invalid_exact_evm_recipient_mismatch" : "invalid_permit2_recipient_mismatch",
            _ when transfer.Amount != offer.Requirements.Amount => permit2 is null ? "invalid_exact_evm_payload_authorization_value_mismatch" : "permit2_amount_mismatch",
            _ when permit2 is not null && permit2.Token != transfer.Token => "permit2_token_mismatch",
            _ when permit2?.Facilitator is { } named && named.ToString() != offer.Requirements.Extra("facilitatorAddress") => "upto_facilitator_mismatch",
            _ when transfer.LastSecond < now + LeastSecondsLeft => permit2 is null ? "invalid_exact_evm_payload_authorization_valid_before" : "permit2_deadline_expired",
            _ when transfer.FirstSecond > now + 1 => permit2 is null ? "invalid_exact_evm_payload_authorization_valid_after" : "permit2_not_yet_valid",
            _ when transfer.From == transfer.To => "invalid_payer",
            _ => null,
        };
    }

    private static bool TryReadIdentifier(
        PriceTag tag, PaymentPayload payment, SignedTransfer transfer, out string? purchase, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Admission.Refused? refusal)
    {
        purchase = null;
        refusal = null;
        if (tag.Identifier == IdentifierUse.None)
        {
            return true;
        }

        string? id = null;
        if (payment.Extensions is { } extensions && extensions.TryGetProperty(IdentifierExtension, out var extension)
            && extension.ValueKind == JsonValueKind.Object && extension.TryGetProperty("info", out var info)
            && info.ValueKind == JsonValueKind.Object && info.TryGetProperty("id", out var text))
        {
            id = text.ValueKind == JsonValueKind.String ? text.GetString() : "";
        }

        if (id is null ? tag.Identifier == IdentifierUse.Required : id.Length is < 16 or > 128 || id.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
        {
            refusal = new(400, "payment_identifier_required", "The payment needs an identifier of 16 to 128 letters, digits, '-' or '_'.");
            return false;
        }

        // Two payers may choose the same name; neither may read the other's answer.
        purchase = id is null ? null : $"{transfer.From}|{id}";
        return true;
    }

    private static BookEntry EntryOf(PaymentPayload payment, SignedTransfer transfer, ResourceInfo resource, string? purchase) => new()
    {
        Identity = transfer.Identity,
        Digest = SHA256.HashData(payment.ToJson()),
        Purchase = purchase,
        Resource = resource.Url,
        Until = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(transfer.LastSecond, (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() / 2)),
    };

    /// <summary>The offer with the amount to charge: <c>upto</c> states it where the ceiling stood.</summary>
    private static PaymentRequirements Charging(PaymentRequirements offer, BigInteger charged)
    {
        if (offer.Amount == charged)
        {
            return offer;
        }

        return PaymentRequirements.Read(
            WireJson.Parse(WireJson.Write(writer =>
            {
                writer.WriteStartObject();
                foreach (var member in offer.Json.EnumerateObject())
                {
                    if (member.NameEquals("amount"))
                    {
                        writer.WriteString("amount", charged.ToString(CultureInfo.InvariantCulture));
                    }
                    else
                    {
                        member.WriteTo(writer);
                    }
                }

                writer.WriteEndObject();
            })),
            offer.Version);
    }

    private static string AlreadyUsed(SignedTransfer transfer) => transfer.Permit2 is null ? "invalid_exact_evm_nonce_already_used" : "permit2_nonce_already_used";

    [LoggerMessage(LogLevel.Warning, "Facilitator: {Code}: {Problem}")]
    private static partial void FacilitatorFailed(ILogger logger, string code, string problem);

    [LoggerMessage(LogLevel.Error, "Settlement of {Payment} by {Transaction} is not believed: {Problem}. Nothing was delivered.")]
    private static partial void NotBelieved(ILogger logger, string payment, string transaction, string problem);
}
