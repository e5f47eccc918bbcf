using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>A payment as the ledger knows it. Immutable: each recorded step makes a new one.</summary>
public sealed record Payment
{
    /// <summary><c>pay_</c> and 16 base32 characters.</summary>
    public required string Id { get; init; }

    /// <summary>The caller's idempotency key, or the intent digest where the caller gave none.</summary>
    public required string Key { get; init; }

    /// <summary>Digest of the canonical intent; equal intents have equal digests.</summary>
    public required string IntentDigest { get; init; }

    /// <summary>Who asked; idempotency keys are the client's own.</summary>
    public required string Client { get; init; }

    /// <summary>The kind of spend, such as <c>transfer</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The paying account.</summary>
    public required AccountId Account { get; init; }

    /// <summary>Where it stands.</summary>
    public required PaymentState State { get; init; }

    /// <summary>What it holds, or held, at worst.</summary>
    public required IReadOnlyList<Charge> Charges { get; init; }

    /// <summary>Names by which open payments are counted, such as <c>host|api.example.com</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>When it was first recorded, in window time.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When its last step was recorded, in window time.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>Sequence number of its first record.</summary>
    public required long Sequence { get; init; }

    /// <summary>The guard that wrote its latest record, where several share the ledger; null where there is only one.</summary>
    public string? Host { get; init; }

    /// <summary>The account's nonce, from signing on, where the rail has one.</summary>
    public ulong? Nonce { get; init; }

    /// <summary>Every set of bytes that may have been signed: the first, then replacements at the same nonce. One of them can settle.</summary>
    public IReadOnlyList<SignedVariant> Variants { get; init; } = [];

    /// <summary>The block that holds it, once seen.</summary>
    public BlockSighting? Seen { get; init; }

    /// <summary>Time of the finalized block that settled it: the time from which it ages.</summary>
    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>What it took in truth, once settled.</summary>
    public IReadOnlyList<Charge>? Actual { get; init; }

    /// <summary>The transaction that settled it, or the last one that carried it.</summary>
    public string? TransactionId { get; init; }

    /// <summary>Why it is stuck or closed.</summary>
    public string? Reason { get; init; }

    /// <summary>What the caller recorded with it: effects, plan, summary. Opaque to the ledger.</summary>
    public JsonElement Facts => FactsText.Element;

    /// <summary>The policy's decision as recorded.</summary>
    public JsonElement Decision => DecisionText.Element;

    /// <summary>How it ended, as proven by the chain.</summary>
    public JsonElement Proof => ProofText.Element;

    /// <summary>The variant that was signed last; null before signing.</summary>
    public SignedVariant? Latest => Variants.Count == 0 ? null : Variants[^1];

    /// <summary>Digest of the latest variant.</summary>
    public string? Digest => Latest?.Digest;

    /// <summary>True when no further step is possible.</summary>
    public bool IsResolved => PaymentRules.IsFinal(State);

    /// <summary>Where it stands among all payments of its ledger.</summary>
    internal int Position { get; set; }

    internal JsonText FactsText { get; init; } = JsonText.Empty;

    internal JsonText DecisionText { get; init; } = JsonText.Empty;

    internal JsonText ProofText { get; init; } = JsonText.Empty;
}

/// <summary>One set of bytes that was authorized for signing.</summary>
public sealed record SignedVariant
{
    /// <summary>What it is for.</summary>
    public required VariantPurpose Purpose { get; init; }

    /// <summary>The digest (EVM) or message (Solana) under the signature, in hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>The unsigned bytes in hexadecimal; the same bytes are signed again after a crash.</summary>
    public required string UnsignedBytes { get; init; }

    /// <summary>What these bytes take at worst.</summary>
    public required IReadOnlyList<Charge> Charges { get; init; }

    /// <summary>Chain time from which the bytes are worthless; null where only the nonce can end them.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Last block height at which the bytes are valid (Solana); null elsewhere.</summary>
    public ulong? ExpiresAfterHeight { get; init; }

    /// <summary>The signed bytes in hexadecimal, once recorded.</summary>
    public string? SignedBytes { get; init; }

    /// <summary>The transaction id, where it is known before it is on chain.</summary>
    public string? TransactionId { get; init; }
}

/// <summary>What a signed variant is for.</summary>
public enum VariantPurpose
{
    /// <summary>The payment itself.</summary>
    Payment,

    /// <summary>The same payment at a higher fee.</summary>
    Replacement,

    /// <summary>A transfer of nothing to oneself that takes the nonce away from the payment.</summary>
    Cancellation,
}

/// <summary>A block that holds a payment and is not final yet.</summary>
/// <param name="Number">Block number or slot.</param>
/// <param name="Hash">Block hash, where known.</param>
/// <param name="Time">Block time, where known.</param>
/// <param name="TransactionId">The transaction in it.</param>
public sealed record BlockSighting(ulong Number, string? Hash, DateTimeOffset? Time, string? TransactionId);
