using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>An asset that the policy pins: what leaves the wallet is one of these, or does not leave.</summary>
public sealed record PolicyAsset
{
    /// <summary>Symbol, the key in the file.</summary>
    public required string Symbol { get; init; }

    /// <summary>Decimals, the same on every chain.</summary>
    public required int Decimals { get; init; }

    /// <summary>Floor of the value of one whole unit. Without it the asset cannot be spent under a USD budget.</summary>
    public Usd? UsdAtLeast { get; init; }

    /// <summary>EIP-712 domain of the token on the chains where <see cref="Eip712On"/> says nothing else.</summary>
    public Eip712Domain? Eip712 { get; init; }

    /// <summary>EIP-712 domains that differ by chain (USDC is "USD Coin" on Base and "USDC" on Base Sepolia).</summary>
    public required IReadOnlyDictionary<ChainId, Eip712Domain> Eip712On { get; init; }

    /// <summary>The asset by chain.</summary>
    public required IReadOnlyDictionary<ChainId, Asset> On { get; init; }

    /// <summary>The EIP-712 domain name and version to sign with on a chain; null if the policy pins none.</summary>
    public Eip712Domain? DomainOn(ChainId chain) => Eip712On.TryGetValue(chain, out var domain) ? domain : Eip712;
}

/// <summary>Name and version of a token's EIP-712 domain; contract and chain come from the asset.</summary>
/// <param name="Name">Domain name, such as <c>USD Coin</c>.</param>
/// <param name="Version">Domain version, such as <c>2</c>.</param>
public sealed record Eip712Domain(string Name, string Version);
