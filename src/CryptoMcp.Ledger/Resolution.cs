using System.Text.Json;

namespace CryptoMcp.Ledger;

/// <summary>The chain's word that a payment was made: it is in a finalized block.</summary>
public sealed record Settlement
{
    /// <summary>Time of the finalized block. The payment ages from here, but never from before it was recorded.</summary>
    public required DateTimeOffset FinalizedAt { get; init; }

    /// <summary>What it took in truth, per counter; the rest of what is held is returned.</summary>
    public required IReadOnlyList<Charge> Actual { get; init; }

    /// <summary>The transaction, which may be any of the payment's variants.</summary>
    public string? TransactionId { get; init; }

    /// <summary>What proves it: block, receipt, event.</summary>
    public JsonElement Proof { get; init; }
}

/// <summary>Why a payment can never settle.</summary>
public enum ReleaseReason
{
    /// <summary>No signature ever existed. Holds only for a payment that is still reserved.</summary>
    NeverSigned,

    /// <summary>A finalized block is past the expiry, and at that block the authorization was unused.</summary>
    Expired,

    /// <summary>Another transaction with the same nonce is final.</summary>
    NonceConsumed,

    /// <summary>The authorization was cancelled on chain, finally (EIP-3009 <c>AuthorizationCanceled</c>, Permit2 nonce invalidated).</summary>
    Cancelled,
}

/// <summary>The proof that a payment can never settle. A timeout, an HTTP error, "not found" and the local clock prove nothing.</summary>
public sealed record ReleaseProof
{
    /// <summary>Why it can never settle.</summary>
    public required ReleaseReason Reason { get; init; }

    /// <summary>Time of the finalized block at which it was checked; needed unless never signed.</summary>
    public DateTimeOffset? FinalizedAt { get; init; }

    /// <summary>Height of the finalized block at which it was checked; needed unless never signed.</summary>
    public ulong? FinalizedHeight { get; init; }

    /// <summary>Hash of the other transaction that took the nonce (0x and 64 hexadecimal digits), for <see cref="ReleaseReason.NonceConsumed"/>.</summary>
    public string? ConsumedBy { get; init; }

    /// <summary>What else was seen: block hash, endpoints that agreed.</summary>
    public JsonElement Details { get; init; }
}
