using System.ComponentModel;

namespace CryptoMcp.Server.Tools.Shapes;

/// <summary>What the policy says of a spend.</summary>
public sealed record DecisionShape
{
    /// <summary><c>allow</c>, <c>ask</c> or <c>deny</c>.</summary>
    [Description("allow, ask (owner must approve) or deny.")]
    public required string Verdict { get; init; }

    /// <summary>Stable code.</summary>
    public required string Code { get; init; }

    /// <summary>The rule that decided.</summary>
    public string? Rule { get; init; }

    /// <summary>One sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The first condition that did not hold.</summary>
    public string? FirstUnmet { get; init; }

    /// <summary>The budgets that the spend would draw on.</summary>
    public IReadOnlyList<BudgetShape>? Budgets { get; init; }

    /// <summary>What to do next.</summary>
    public string? Next { get; init; }
}

/// <summary>A budget and what is left of it.</summary>
public sealed record BudgetShape
{
    /// <summary>Id in the policy; with its key where it counts each of something: <c>per-host[api.example]</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What is left.</summary>
    public required string Left { get; init; }

    /// <summary>The limit and its window: <c>25 USD per 24h</c>.</summary>
    public required string Limit { get; init; }

    /// <summary>Time at which more frees, ISO 8601.</summary>
    public string? FreesAt { get; init; }
}

/// <summary>Answer of <c>transfer_quote</c> and <c>policy_check</c>.</summary>
public sealed record QuoteResult
{
    /// <summary>What it would do, in words.</summary>
    public required string Summary { get; init; }

    /// <summary>The receiving address, checksummed.</summary>
    public string? To { get; init; }

    /// <summary>The fee that is likely.</summary>
    public string? FeeLikely { get; init; }

    /// <summary>The most that the fee can be.</summary>
    public string? FeeAtMost { get; init; }

    /// <summary>What the paying account holds of the asset.</summary>
    public string? Balance { get; init; }

    /// <summary>What the policy says.</summary>
    public required DecisionShape Decision { get; init; }

    /// <summary>Things worth knowing that do not change the decision.</summary>
    public IReadOnlyList<string>? Notes { get; init; }
}

/// <summary>A payment and where it stands: answer of <c>transfer_send</c> and <c>payment_cancel</c>.</summary>
public record PaymentResult
{
    /// <summary>The id that the payment tools take.</summary>
    public required string PaymentId { get; init; }

    /// <summary>State.</summary>
    [Description("needs_approval, closed, reserved, signing, exposed, seen, settled (final), released (not paid), stuck or denied.")]
    public required string State { get; init; }

    /// <summary>The state in one sentence.</summary>
    public required string Means { get; init; }

    /// <summary>What it does, in words.</summary>
    public required string Summary { get; init; }

    /// <summary>Transaction hash, once signed.</summary>
    public string? TransactionId { get; init; }

    /// <summary>The fee that was paid.</summary>
    public string? FeePaid { get; init; }

    /// <summary>True when the call found an earlier payment and paid nothing.</summary>
    [Description("true: found, not paid again.")]
    public bool? Repeated { get; init; }

    /// <summary>The key under which the same payment is found again.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>When it was asked for, ISO 8601.</summary>
    public required string CreatedAt { get; init; }

    /// <summary>The question to the owner, where approval is needed or was.</summary>
    public ApprovalShape? Approval { get; init; }

    /// <summary>What to do next.</summary>
    public string? Next { get; init; }
}

/// <summary>Answer of <c>payment_get</c>.</summary>
public sealed record PaymentDetailResult : PaymentResult
{
    /// <summary>The rest; only with <c>detail=detailed</c>.</summary>
    public PaymentDetail? Detail { get; init; }
}

/// <summary>What only somebody who looks closer wants to know of a payment.</summary>
public sealed record PaymentDetail
{
    /// <summary>CAIP-2 chain.</summary>
    public required string Chain { get; init; }

    /// <summary>The paying address.</summary>
    public required string From { get; init; }

    /// <summary>The receiving address.</summary>
    public string? To { get; init; }

    /// <summary>The policy's name for the recipient.</summary>
    public string? Payee { get; init; }

    /// <summary>The most that the fee can be.</summary>
    public string? FeeAtMost { get; init; }

    /// <summary>Nonce.</summary>
    public ulong? Nonce { get; init; }

    /// <summary>The block that holds it.</summary>
    public ulong? Block { get; init; }

    /// <summary>How it ended, as proven by the chain.</summary>
    public string? Proof { get; init; }

    /// <summary>When its state last changed, ISO 8601.</summary>
    public required string UpdatedAt { get; init; }

    /// <summary>The policy's decision when it was made.</summary>
    public DecisionShape? Decision { get; init; }

    /// <summary>What was bought with it and what the seller answered.</summary>
    public PurchaseShape? Purchase { get; init; }
}

/// <summary>The receipt of a purchase: what was asked, offered, signed and answered.</summary>
public sealed record PurchaseShape
{
    /// <summary>HTTP method, or <c>MCP</c>.</summary>
    public required string Method { get; init; }

    /// <summary>What was asked, without query.</summary>
    public required string UntrustedResource { get; init; }

    /// <summary>SHA-256 over method, address and body.</summary>
    public required string RequestSha256 { get; init; }

    /// <summary>SHA-256 over the chosen offer.</summary>
    public required string OfferSha256 { get; init; }

    /// <summary>HTTP status of the answer.</summary>
    public int? Status { get; init; }

    /// <summary>SHA-256 of the answer.</summary>
    public string? BodySha256 { get; init; }

    /// <summary>What the seller's receipt says; a claim.</summary>
    public string? SellerSays { get; init; }
}

/// <summary>Answer of <c>payment_list</c>.</summary>
public sealed record PaymentListResult
{
    /// <summary>The payments, newest first.</summary>
    public required IReadOnlyList<PaymentLine> Payments { get; init; }

    /// <summary>How many match in all.</summary>
    public required int Total { get; init; }

    /// <summary>Pass as <c>cursor</c> for the next page; absent on the last.</summary>
    public string? NextCursor { get; init; }
}

/// <summary>One payment of a list.</summary>
public sealed record PaymentLine
{
    /// <summary>The id that the payment tools take.</summary>
    public required string PaymentId { get; init; }

    /// <summary>State, as in <see cref="PaymentResult.State"/>.</summary>
    public required string State { get; init; }

    /// <summary>What it does, in words.</summary>
    public required string Summary { get; init; }

    /// <summary>When it was asked for, ISO 8601.</summary>
    public required string CreatedAt { get; init; }

    /// <summary>Transaction hash; only with <c>detail=detailed</c>.</summary>
    public string? TransactionId { get; init; }

    /// <summary>Its key; only with <c>detail=detailed</c>.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Fee that was paid; only with <c>detail=detailed</c>.</summary>
    public string? FeePaid { get; init; }
}
