using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>
/// What is about to be signed: facts decoded from the unsigned bytes. A fact that is not known is left out, and then
/// makes <c>allow</c> rules not match and <c>forbid</c> rules match.
/// </summary>
public sealed record Spend
{
    /// <summary>One of <see cref="Operations"/>.</summary>
    public required string Operation { get; init; }

    /// <summary>The account that signs.</summary>
    public required AccountId Account { get; init; }

    /// <summary>Which client asked: an identity bound to its socket or token, never a claim.</summary>
    public required string Client { get; init; }

    /// <summary>The chain that the signature is valid on.</summary>
    public required ChainId Chain { get; init; }

    /// <summary>Everything that the signature can do, in the worst case.</summary>
    public required IReadOnlyList<Effect> Effects { get; init; }

    /// <summary>Host that asked for the payment (x402), without port.</summary>
    public string? Host { get; init; }

    /// <summary>Payment scheme: <c>exact</c> or <c>upto</c>.</summary>
    public string? Scheme { get; init; }

    /// <summary>Address of the contract or program that is called.</summary>
    public string? Contract { get; init; }

    /// <summary>Full signature of the function that is called, such as <c>deposit(uint256,address)</c>; parameter names are
    /// ignored.</summary>
    public string? Function { get; init; }

    /// <summary>
    /// Decoded arguments in the order of the signature (names come from the caller's ABI and prove nothing): integers in
    /// decimal, full addresses, <c>true</c>/<c>false</c>, fixed bytes in 0x-hex, strings as they are.
    /// </summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    /// <summary>EIP-712 primary type.</summary>
    public string? PrimaryType { get; init; }

    /// <summary>How long the signature can be used (x402: <c>validBefore</c> less now).</summary>
    public TimeSpan? AuthorizationLifetime { get; init; }

    /// <summary>Largest loss against the quote that the bytes accept, in hundredths of a percent.</summary>
    public int? SlippageBasisPoints { get; init; }

    /// <summary>
    /// What is already held for the variants signed at the same nonce, when this one replaces them. Only one of them can
    /// be mined, so budgets need room for the difference alone.
    /// </summary>
    public IReadOnlyList<Charge>? Replaces { get; init; }
}
