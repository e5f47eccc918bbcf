namespace CryptoMcp.Guard.Contracts;

/// <summary>
/// Pay a seller on the web by x402. Everything here is what the seller demanded; the guard believes none of it: contract,
/// decimals and EIP-712 domain come from its own tables, and the lifetime is cut to the policy's.
/// </summary>
public sealed record X402PayIntent : Intent
{
    /// <summary><c>exact</c> or <c>upto</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary><c>eip3009</c> or <c>permit2</c>.</summary>
    public required string TransferMethod { get; init; }

    /// <summary>The token's contract.</summary>
    public required string Asset { get; init; }

    /// <summary>Atomic units in decimal; for <c>upto</c> the ceiling.</summary>
    public required string Amount { get; init; }

    /// <summary>Who is paid.</summary>
    public required string PayTo { get; init; }

    /// <summary>The only account that may settle, for <c>upto</c>.</summary>
    public string? Facilitator { get; init; }

    /// <summary>How long the seller wants to be able to settle.</summary>
    public required long MaxTimeoutSeconds { get; init; }

    /// <summary>Host that asks for the payment, without port.</summary>
    public required string Host { get; init; }

    /// <summary>The token's EIP-712 name as the seller states it; refused when it is not the pinned one.</summary>
    public string? DomainName { get; init; }

    /// <summary>The token's EIP-712 version as the seller states it; refused when it is not the pinned one.</summary>
    public string? DomainVersion { get; init; }

    /// <summary>The most that the caller wants to pay, decimal text with unit: <c>0.05 USDC</c>.</summary>
    public string? AtMost { get; init; }

    /// <summary>The permit that gives Permit2 the allowance it needs: id of a payment made by <see cref="X402PermitIntent"/>.</summary>
    public string? PermitPaymentId { get; init; }

    /// <summary>What is bought.</summary>
    public required PurchaseFacts Purchase { get; init; }
}

/// <summary>
/// Allow Permit2 to take exactly what one <c>permit2</c> payment needs, by a signed permit (EIP-2612) that the seller's
/// facilitator submits.
/// </summary>
public sealed record X402PermitIntent : Intent
{
    /// <summary>The token's contract.</summary>
    public required string Asset { get; init; }

    /// <summary>Atomic units in decimal.</summary>
    public required string Amount { get; init; }

    /// <summary>How long the permit may be used.</summary>
    public required long MaxTimeoutSeconds { get; init; }

    /// <summary>Host that asks for the payment, without port.</summary>
    public required string Host { get; init; }

    /// <summary>What is bought.</summary>
    public required PurchaseFacts Purchase { get; init; }
}

/// <summary>
/// What the seller answered to a payment, for the record: claims of a stranger beside what the chain proves. It changes
/// nothing about the payment.
/// </summary>
public sealed record PurchaseAnswer
{
    /// <summary>HTTP status; absent when there was no complete answer.</summary>
    public int? Status { get; init; }

    /// <summary>SHA-256 of the answer's body as it was read, hexadecimal.</summary>
    public string? BodySha256 { get; init; }

    /// <summary>Bytes of the body that were read.</summary>
    public int? BodyBytes { get; init; }

    /// <summary>What the seller's receipt says: <c>settled</c>, <c>failed</c>, <c>pending</c>, <c>unreadable</c>; absent without one.</summary>
    public string? Claim { get; init; }

    /// <summary>The transaction that the receipt names, if it is a transaction hash.</summary>
    public string? ClaimedTransaction { get; init; }
}

/// <summary>
/// What was bought, for the record. The request's hash is the purchase's identity: one request is paid once, whatever terms
/// the seller asks for it.
/// </summary>
public sealed record PurchaseFacts
{
    /// <summary>HTTP method, or <c>MCP</c> for a tool of an MCP server.</summary>
    public required string Method { get; init; }

    /// <summary>What was asked: origin and path, without query; text of strangers, cleaned.</summary>
    public required string UntrustedResource { get; init; }

    /// <summary>SHA-256 over method, address and body, hexadecimal.</summary>
    public required string RequestSha256 { get; init; }

    /// <summary>SHA-256 over the chosen offer as it was received, hexadecimal.</summary>
    public required string OfferSha256 { get; init; }

    /// <summary>Protocol version of the offer.</summary>
    public required int Version { get; init; }
}
