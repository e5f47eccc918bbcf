using System.Text.Json.Serialization;

namespace CryptoMcp.Guard.Contracts;

/// <summary>
/// What somebody wants to happen, in words: never bytes, never a hash. The guard builds the bytes itself from pinned
/// facts. A new kind of spend is a new record here and a planner in the guard.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "operation")]
[JsonDerivedType(typeof(TransferIntent), "transfer")]
[JsonDerivedType(typeof(X402PayIntent), "x402.pay")]
[JsonDerivedType(typeof(X402PermitIntent), "x402.permit")]
[JsonDerivedType(typeof(ContractCallIntent), "contract.call")]
[JsonDerivedType(typeof(FacilitatorSettleIntent), "facilitator.settle")]
[JsonDerivedType(typeof(AllowanceRevokeIntent), "allowance.revoke")]
public abstract record Intent
{
    /// <summary>
    /// The caller's name for this wish, 1 to 128 printable ASCII characters. The same key always returns the same
    /// payment. Without a key, an identical intent within 10 minutes returns the first one.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Name of the wallet in the policy; the only one if there is but one.</summary>
    public string? Wallet { get; init; }

    /// <summary>Chain: a name such as <c>base</c>, or CAIP-2 such as <c>eip155:8453</c>.</summary>
    public required string Chain { get; init; }
}

/// <summary>Move an amount of a coin or token to one recipient.</summary>
public sealed record TransferIntent : Intent
{
    /// <summary>Decimal text with unit: <c>2.50 USDC</c>. The unit is an asset of the policy on that chain.</summary>
    public required string Amount { get; init; }

    /// <summary>A full address, or <c>payee:name</c> from the policy. Never a name from ENS.</summary>
    public required string To { get; init; }
}

/// <summary>
/// Call a function of a contract, under a rule that names contract, function and every argument which can name a recipient,
/// a spender or an amount. The guard encodes the call itself.
/// </summary>
public sealed record ContractCallIntent : Intent
{
    /// <summary>The contract's full address.</summary>
    public required string Contract { get; init; }

    /// <summary>The function's signature: <c>deposit(uint256 assets, address receiver)</c>. Its selector is derived.</summary>
    public required string Function { get; init; }

    /// <summary>
    /// A JSON array with a value for each parameter: integers as decimal text or as amounts (<c>20 USDC</c>), addresses in
    /// full, as <c>self</c> or as <c>payee:name</c>, bytes in 0x-hex.
    /// </summary>
    public string? Arguments { get; init; }

    /// <summary>
    /// Instead of arguments: calldata in 0x-hex. It is decoded by <see cref="Function"/>, and refused unless it is exactly
    /// what encoding the decoded values gives.
    /// </summary>
    public string? Data { get; init; }

    /// <summary>Coins that go along, decimal text with unit: <c>0.01 ETH</c>; none if absent.</summary>
    public string? Value { get; init; }
}

/// <summary>End an allowance. It never moves anything and always leaves less allowed than before.</summary>
public sealed record AllowanceRevokeIntent : Intent
{
    /// <summary>The token's full address, or its symbol in the policy.</summary>
    public required string Token { get; init; }

    /// <summary>Who may take nothing any more: a full address, or <c>payee:name</c>.</summary>
    public required string Spender { get; init; }

    /// <summary>True for an allowance inside Permit2 rather than at the token itself.</summary>
    public bool ViaPermit2 { get; init; }
}
