namespace CryptoMcp.Guard.Contracts;

/// <summary>A payment and where it stands.</summary>
public sealed record PaymentView
{
    /// <summary>The guard's id: <c>pay_…</c>.</summary>
    public required string PaymentId { get; init; }

    /// <summary>
    /// <c>denied</c>, <c>waiting</c> (for the owner), <c>closed</c> (not approved), <c>reserved</c>, <c>signing</c>, <c>exposed</c> (handed out; may settle), <c>seen</c> (in a block),
    /// <c>settled</c> (final), <c>released</c> (proven dead) or <c>stuck</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>The state in one sentence, with what it means for the money.</summary>
    public required string StateMeans { get; init; }

    /// <summary>The kind of spend: <c>transfer</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>What it does, in words: <c>2.5 USDC to 0x… on Base</c>.</summary>
    public required string Summary { get; init; }

    /// <summary>CAIP-2 chain.</summary>
    public required string Chain { get; init; }

    /// <summary>The paying address.</summary>
    public required string From { get; init; }

    /// <summary>The receiving address.</summary>
    public string? To { get; init; }

    /// <summary>The policy's name for the recipient.</summary>
    public string? Payee { get; init; }

    /// <summary>Decimal text with unit.</summary>
    public string? Amount { get; init; }

    /// <summary>The most that the fee can be, decimal text with unit.</summary>
    public string? FeeAtMost { get; init; }

    /// <summary>The fee that was paid, once settled.</summary>
    public string? FeePaid { get; init; }

    /// <summary>Nonce of the transaction, once signed.</summary>
    public ulong? Nonce { get; init; }

    /// <summary>Transaction hash, once signed.</summary>
    public string? TransactionId { get; init; }

    /// <summary>The block that holds it, once seen.</summary>
    public ulong? Block { get; init; }

    /// <summary>Until when it may be taken by whoever holds its signature; absent where only a nonce ends it, and once resolved.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What was bought with it.</summary>
    public PurchaseFacts? Purchase { get; init; }

    /// <summary>What the seller answered, as long as this guard remembers it; the journal keeps it.</summary>
    public PurchaseAnswer? Answer { get; init; }

    /// <summary>
    /// What the caller hands to the counterparty: the signed payload as JSON. Only in the answer to the call that asked
    /// for the payment, and the same bytes whenever that call is repeated. Never for a model's eyes.
    /// </summary>
    public string? SignedPayload { get; init; }

    /// <summary>Why it was released, or how it ended, as proven by the chain.</summary>
    public string? Proof { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its state last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The key under which the same payment is found again.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>True when this call did not make the payment but found it: nothing was paid a second time.</summary>
    public bool Repeated { get; init; }

    /// <summary>The question to the owner, where the policy said <c>ask</c>.</summary>
    public ApprovalNotice? Approval { get; init; }

    /// <summary>The policy's decision when it was made.</summary>
    public DecisionView? Decision { get; init; }

    /// <summary>What to do next.</summary>
    public string? Next { get; init; }
}

/// <summary>A page of payments, newest first.</summary>
public sealed record PaymentPage
{
    /// <summary>The payments of this page.</summary>
    public required IReadOnlyList<PaymentView> Payments { get; init; }

    /// <summary>How many there are in all under the same filter.</summary>
    public required int Total { get; init; }

    /// <summary>Pass it to get the next page; absent on the last.</summary>
    public string? NextCursor { get; init; }
}

/// <summary>What a spend would do and whether policy would allow it. Nothing was reserved or signed.</summary>
public sealed record QuoteView
{
    /// <summary>What it would do, in words.</summary>
    public required string Summary { get; init; }

    /// <summary>CAIP-2 chain.</summary>
    public required string Chain { get; init; }

    /// <summary>The paying address.</summary>
    public required string From { get; init; }

    /// <summary>The receiving address.</summary>
    public string? To { get; init; }

    /// <summary>The policy's name for the recipient.</summary>
    public string? Payee { get; init; }

    /// <summary>Decimal text with unit.</summary>
    public string? Amount { get; init; }

    /// <summary>The most that the fee can be, decimal text with unit; absent when the chain could not be asked.</summary>
    public string? FeeAtMost { get; init; }

    /// <summary>The fee that is likely, decimal text with unit.</summary>
    public string? FeeLikely { get; init; }

    /// <summary>What the paying account holds of the asset, decimal text with unit.</summary>
    public string? Balance { get; init; }

    /// <summary>What the amount is worth, as budgets count it: <c>0.01 USD</c>; absent where the policy gives the asset no value.</summary>
    public string? Value { get; init; }

    /// <summary>What the policy says.</summary>
    public required DecisionView Decision { get; init; }

    /// <summary>Things worth knowing that do not change the decision.</summary>
    public IReadOnlyList<string>? Notes { get; init; }
}
