using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>One line of the journal. The ledger's state is what these lines, applied in order, make.</summary>
internal abstract record LedgerRecord
{
    internal long Sequence { get; set; }

    /// <summary>
    /// Number of the last record that was durable when this one was made: every record up to there had been flushed, so
    /// if one of them is missing beside this one, it was not a crash that took it.
    /// </summary>
    internal long Flushed { get; set; }

    /// <summary>Window time at which it was appended; set beforehand by who records a decision.</summary>
    internal DateTimeOffset Time { get; set; }

    /// <summary>Which of several guards on one ledger wrote it; null where there is only one.</summary>
    internal string? Host { get; set; }
}

/// <summary>The first line.</summary>
internal sealed record OpenedRecord(int Format) : LedgerRecord
{
    internal const int CurrentFormat = 1;
}

/// <summary>A new payment: reserved, waiting or denied.</summary>
internal sealed record CreatedRecord(
    string PaymentId,
    PaymentState Outcome,
    string Key,
    string IntentDigest,
    string Client,
    string Operation,
    AccountId Account,
    IReadOnlyList<Charge> Charges,
    IReadOnlyList<string> Tags,
    JsonText Facts,
    JsonText Decision) : LedgerRecord;

/// <summary>A step of a known payment.</summary>
internal abstract record StepRecord(string PaymentId) : LedgerRecord;

internal sealed record ApprovedRecord(string PaymentId, IReadOnlyList<Charge> Charges, JsonText Decision) : StepRecord(PaymentId);

internal sealed record ClosedRecord(string PaymentId, string Reason, JsonText Decision) : StepRecord(PaymentId);

/// <summary>The first signing or, with another purpose, a replacement.</summary>
internal sealed record SigningRecord(string PaymentId, ulong? Nonce, SignedVariant Variant) : StepRecord(PaymentId);

internal sealed record ExposedRecord(string PaymentId, string SignedBytes, string? TransactionId) : StepRecord(PaymentId);

internal sealed record SeenRecord(string PaymentId, BlockSighting Block) : StepRecord(PaymentId);

internal sealed record ReorgedRecord(string PaymentId) : StepRecord(PaymentId);

internal sealed record SettledRecord(
    string PaymentId, DateTimeOffset FinalizedAt, IReadOnlyList<Charge> Actual, string? TransactionId, JsonText Proof) : StepRecord(PaymentId);

internal sealed record ReleasedRecord(
    string PaymentId, ReleaseReason Reason, DateTimeOffset? FinalizedAt, ulong? FinalizedHeight, string? ConsumedBy, JsonText Proof)
    : StepRecord(PaymentId);

internal sealed record StuckRecord(string PaymentId, string Reason) : StepRecord(PaymentId);

/// <summary>All spending, or one account's, is stopped or allowed again.</summary>
internal sealed record FreezeRecord(bool Frozen, AccountId? Account, string Reason) : LedgerRecord;

/// <summary>Charges set anew after the budgets changed.</summary>
internal sealed record RechargedRecord(IReadOnlyList<KeyValuePair<string, IReadOnlyList<Charge>>> Payments) : LedgerRecord;

/// <summary>Something else worth keeping: policy revision, key created; with a client, a request of that client that made no sense.</summary>
internal sealed record AuditRecord(string Kind, JsonText Details, string? Client = null) : LedgerRecord
{
    /// <summary>Kind of the refusals that count as denials.</summary>
    internal const string Denial = "denial";
}
