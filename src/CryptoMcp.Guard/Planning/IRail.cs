using CryptoMcp.Ledger;

namespace CryptoMcp.Guard.Planning;

/// <summary>
/// A way for signed bytes to become a payment: an EVM transaction, later an EIP-3009 authorization or a Solana
/// transaction. It knows how to assemble them, how to hand them out, and what on its chain proves how they ended.
/// </summary>
internal interface IRail
{
    /// <summary>Name in the ledger's facts; never changed once used.</summary>
    string Name { get; }

    /// <summary>Puts the signature to the recorded bytes, and checks that the result says what was recorded.</summary>
    SignedSpend Assemble(Payment payment, SignedVariant variant, ReadOnlySpan<byte> signature);

    /// <summary>
    /// Hands the bytes out. Returns what went wrong, for display; never throws for an outcome that is unknown, since
    /// from here on only the chain can tell. May be called again with the same bytes.
    /// </summary>
    ValueTask<string?> ExposeAsync(Payment payment, SignedSpend signed, CancellationToken ct);

    /// <summary>
    /// What the caller itself hands to the counterparty, from bytes that are durable in the ledger; null where
    /// <see cref="ExposeAsync"/> is all. The same bytes every time.
    /// </summary>
    string? ForCaller(Payment payment) => null;

    /// <summary>Looks at the chain for all open payments of one account and records what it proves.</summary>
    /// <param name="open">Payments of one account on this rail, signed and not resolved.</param>
    /// <param name="ct">Stops the look.</param>
    ValueTask FollowAsync(IReadOnlyList<Payment> open, CancellationToken ct);

    /// <summary>Bytes that take the payment's nonce away from it; null where the rail has no such thing.</summary>
    ValueTask<ReplaceRequest?> PlanCancelAsync(Payment payment, CancellationToken ct);
}

/// <summary>Signed bytes in hexadecimal, and the id under which the chain will know them.</summary>
internal readonly record struct SignedSpend(string SignedBytes, string? TransactionId);
