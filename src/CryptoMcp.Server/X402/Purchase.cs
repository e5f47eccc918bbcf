using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Payments;

namespace CryptoMcp.Server.X402;

/// <summary>How a purchase stands after the seller has answered or failed to.</summary>
internal sealed record Purchase
{
    /// <summary>
    /// <c>not_charged</c>, <c>paid</c>, <c>delivered_unconfirmed</c>, <c>paid_not_delivered</c>, <c>unknown</c>,
    /// <c>not_paid</c>.
    /// </summary>
    public required string Outcome { get; init; }

    public PaymentView? Payment { get; init; }

    public SellerAnswer? Answer { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public string? Next { get; init; }

    /// <summary>True when this request had its payment already.</summary>
    public bool Repeated { get; init; }

    /// <summary>The answer that an earlier call paid for.</summary>
    public static Purchase Again(PaymentView payment, SellerAnswer answer) => new()
    {
        Outcome = OutcomeOf(payment, delivered: true),
        Payment = payment,
        Answer = answer,
        Repeated = true,
        Next = "This is the answer that was bought before; nothing was paid again. To buy it anew, pass a new idempotency_key.",
    };

    /// <summary>The seller wanted no payment.</summary>
    public static Purchase Free(SellerAnswer answer) => new() { Outcome = "not_charged", Answer = answer };

    /// <summary>The request has a payment already whose bytes cannot be sent again to what the seller asks for now.</summary>
    public static Purchase Held(PaymentView payment) => new()
    {
        Outcome = OutcomeOf(payment, delivered: false),
        Payment = payment,
        Warnings = ["This request was paid before, and the seller's terms do not fit that payment (any more): nothing was sent to it."],
        Next = NextOf(payment, delivered: false),
    };

    /// <summary>The owner is asked; nothing was signed and nothing was sent to the seller.</summary>
    public static Purchase Asked(PaymentView payment) => new()
    {
        Outcome = "needs_approval",
        Payment = payment,
        Next = "Give the user the approval URL and follow with approval_get. Once it is approved, call x402_pay again with the same idempotency_key at once: the signature does not live long.",
    };

    public static Purchase Of(
        SignedOffer signed, PaymentView payment, SellerAnswer? answer, SettlementClaim? claim, string? failure, WebRequest request, PaymentRequired terms)
    {
        var delivered = answer?.IsSuccess == true;
        return new()
        {
            Outcome = OutcomeOf(payment, delivered),
            Payment = payment,
            Answer = answer,
            Warnings = [.. WarningsOf(signed, payment, answer, claim, failure, request, terms)],
            Next = NextOf(payment, delivered),
        };
    }

    private static string OutcomeOf(PaymentView payment, bool delivered) => (payment.State, delivered) switch
    {
        ("seen" or "settled", true) => "paid",
        ("seen" or "settled", false) => "paid_not_delivered",
        ("released" or "closed", _) => "not_paid",
        (_, true) => "delivered_unconfirmed",
        _ => "unknown",
    };

    private static string? NextOf(PaymentView payment, bool delivered) => (payment.State, delivered) switch
    {
        ("settled", true) => null,
        ("seen", true) => null,
        ("seen" or "settled", false) => "The money is spent. Repeat the same call with the same idempotency_key to ask the seller for the answer again; it is not paid twice.",
        ("released" or "closed", _) => "Nothing was paid. Call again if it is still wanted.",
        (_, true) => "The answer is here; whether it was charged shows payment_get later. Do not pay again for it.",
        _ => $"It may still be charged until {payment.ExpiresAt:yyyy-MM-dd'T'HH:mm:ss'Z'}. Do not buy it elsewhere meanwhile: ask payment_get, or repeat the same call with the same idempotency_key, which sends the same signature and never pays twice.",
    };

    private static IEnumerable<string> WarningsOf(
        SignedOffer signed, PaymentView payment, SellerAnswer? answer, SettlementClaim? claim, string? failure, WebRequest request, PaymentRequired terms)
    {
        if (failure is not null)
        {
            yield return $"No answer to the payment: {failure}";
        }

        if (answer is { Status: 402 or 412 })
        {
            yield return "The seller asked for payment again after it was paid; no second payment was made.";
        }
        else if (answer is { Status: >= 300 and < 400 })
        {
            yield return "The seller answered the payment with a redirect, which was not followed.";
        }

        if (claim?.Problem is { } unreadable)
        {
            yield return unreadable;
        }

        if (claim?.Settlement is { } settlement)
        {
            foreach (var warning in ClaimWarnings(signed, payment, settlement))
            {
                yield return warning;
            }
        }
        else if (answer?.IsSuccess == true && payment.State is "signing" or "exposed")
        {
            yield return "The seller delivered without a receipt, and the chain shows no payment yet.";
        }

        if (signed.Offer?.PaymentFlow == "upfront")
        {
            yield return "This seller charges before the work: a failed answer is charged too.";
        }

        if (terms.Resource is { } resource && Uri.TryCreate(resource.Url, UriKind.Absolute, out var named) && named.Scheme is "http" or "https"
            && !string.Equals(named.Authority, request.Address.Authority, StringComparison.OrdinalIgnoreCase))
        {
            yield return "The terms name a resource of another site than the one that was asked.";
        }
    }

    private static IEnumerable<string> ClaimWarnings(SignedOffer signed, PaymentView payment, SettlementResponse settlement)
    {
        if (settlement.IsPending)
        {
            yield return "The seller says that the settlement is still pending.";
        }

        if (settlement.Success && payment.State is "signing" or "exposed")
        {
            yield return "The seller says that it was paid; the chain does not show it yet.";
        }

        if (!settlement.Success && payment.State is "seen" or "settled")
        {
            yield return "The seller says that it was not paid; the chain shows that it was.";
        }

        if (settlement.Transaction.Length > 0 && payment.TransactionId is { } id && !string.Equals(settlement.Transaction, id, StringComparison.OrdinalIgnoreCase))
        {
            yield return "The seller's receipt names another transaction than the one that paid.";
        }

        if (settlement.Payer is { } payer && !string.Equals(payer, payment.From, StringComparison.OrdinalIgnoreCase))
        {
            yield return "The seller's receipt names another payer.";
        }

        if (settlement.Network is { } network && signed.Offer is { } taken && network != taken.Network)
        {
            yield return "The seller's receipt names another network.";
        }

        if (signed.Offer is { } offer && EvmAddress.TryParse(offer.PayTo, out var payee) && EvmAddress.TryParse(payment.From, out var from)
            && OfferReceipt.IsReceiptOf(settlement.Extensions, payee, from, offer.Network) == false)
        {
            yield return "The seller's signed receipt is not signed by the payee, or not for this payment.";
        }
    }
}
