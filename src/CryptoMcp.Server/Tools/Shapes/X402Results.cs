using System.ComponentModel;

namespace CryptoMcp.Server.Tools.Shapes;

/// <summary>Answer of <c>x402_quote</c>.</summary>
public sealed record X402QuoteResult
{
    /// <summary>False when the resource is there without payment.</summary>
    public required bool Charges { get; init; }

    /// <summary>HTTP status of the unpaid request.</summary>
    public required int Status { get; init; }

    /// <summary>Pass it to <c>x402_pay</c>.</summary>
    public string? QuoteId { get; init; }

    /// <summary>The price that would be paid.</summary>
    public string? Price { get; init; }

    /// <summary>The offers, the best first.</summary>
    public IReadOnlyList<X402OfferShape>? Offers { get; init; }

    /// <summary>What the seller calls it.</summary>
    public string? UntrustedDescription { get; init; }

    /// <summary>What else the seller says.</summary>
    public string? UntrustedError { get; init; }

    /// <summary>Other payment protocols in the same answer.</summary>
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>What to do next.</summary>
    public string? Next { get; init; }
}

/// <summary>One way to pay that the seller offers.</summary>
public sealed record X402OfferShape
{
    /// <summary>Whether the policy allows it.</summary>
    public required bool Allowed { get; init; }

    /// <summary>Amount with unit where the policy knows the asset; a ceiling for <c>upto</c>.</summary>
    public string? Amount { get; init; }

    /// <summary><c>exact</c> or <c>upto</c>.</summary>
    public required string UntrustedScheme { get; init; }

    /// <summary>Network as the seller writes it.</summary>
    public required string UntrustedNetwork { get; init; }

    /// <summary>Who would be paid.</summary>
    public required string UntrustedPayTo { get; init; }

    /// <summary>True when failed work is charged too.</summary>
    public bool? ChargedFirst { get; init; }

    /// <summary>Why it cannot be taken.</summary>
    public string? WhyNot { get; init; }
}

/// <summary>Answer of <c>x402_pay</c> and <c>x402_call_tool</c>.</summary>
public sealed record X402PayResult
{
    /// <summary>What came of it.</summary>
    [Description("not_charged, needs_approval, paid, delivered_unconfirmed, paid_not_delivered, unknown (may still be charged until known_at) or not_paid.")]
    public required string Outcome { get; init; }

    /// <summary>The payment, for the payment tools.</summary>
    public string? PaymentId { get; init; }

    /// <summary>State of the payment.</summary>
    public string? State { get; init; }

    /// <summary>The question to the owner, where approval is needed or was.</summary>
    public ApprovalShape? Approval { get; init; }

    /// <summary>What was signed, in words.</summary>
    public string? Summary { get; init; }

    /// <summary>The transaction that paid.</summary>
    public string? TransactionId { get; init; }

    /// <summary>Until when it may still be charged, ISO 8601.</summary>
    public string? KnownAt { get; init; }

    /// <summary>True when this request had its payment already: nothing was paid again.</summary>
    public bool? Repeated { get; init; }

    /// <summary>HTTP status of the answer.</summary>
    public int? Status { get; init; }

    /// <summary>Media type as the seller claims it.</summary>
    public string? UntrustedContentType { get; init; }

    /// <summary>The answer's text, cleaned and cut.</summary>
    public string? UntrustedBody { get; init; }

    /// <summary>Bytes of the answer.</summary>
    public int? BodyBytes { get; init; }

    /// <summary>SHA-256 of these bytes, hexadecimal.</summary>
    public string? BodySha256 { get; init; }

    /// <summary>Says when the text above is not all of it, or not text.</summary>
    public string? BodyNote { get; init; }

    /// <summary>What the seller did that it should not have.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>The key under which the same purchase is found again.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>What to do next.</summary>
    public string? Next { get; init; }
}

/// <summary>Answer of <c>x402_discover</c>.</summary>
public sealed record X402DiscoverResult
{
    /// <summary>The services that pass the filter.</summary>
    public required IReadOnlyList<X402ServiceShape> Services { get; init; }

    /// <summary>How many entries of the catalogue were looked at.</summary>
    public required int LookedAt { get; init; }

    /// <summary>Pass as <c>cursor</c> for the next page; absent on the last.</summary>
    public string? NextCursor { get; init; }
}

/// <summary>A service as a catalogue advertises it.</summary>
public sealed record X402ServiceShape
{
    /// <summary>Where it is sold.</summary>
    public required string UntrustedUrl { get; init; }

    /// <summary>What it is said to be.</summary>
    public string? UntrustedDescription { get; init; }

    /// <summary>Advertised prices in assets that are known here.</summary>
    public required IReadOnlyList<string> AdvertisedPrices { get; init; }
}
