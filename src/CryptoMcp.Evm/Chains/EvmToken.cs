using CryptoMcp.Money;

namespace CryptoMcp.Evm;

/// <summary>
/// An ERC-20 token as pinned by us or by the owner. Contract, decimals and EIP-712 domain decide money, so they come
/// from this table and are never taken from a counterparty or a node.
/// </summary>
public sealed record EvmToken
{
    /// <summary>The asset: CAIP-19 id, symbol, decimals.</summary>
    public required Asset Asset { get; init; }

    /// <summary>The contract.</summary>
    public required EvmAddress Address { get; init; }

    /// <summary>
    /// The token's EIP-712 domain for EIP-3009 and EIP-2612 signatures. Absent when it is not known for certain: then
    /// nothing is signed in it. It differs between chains for one token (USDC is "USD Coin" on Base, "USDC" on Base Sepolia).
    /// </summary>
    public TokenDomain? Domain { get; init; }

    /// <summary>A pinned token.</summary>
    public static EvmToken Create(ChainId chain, string symbol, EvmAddress address, int decimals, TokenDomain? domain = null) => new()
    {
        Asset = new(AssetId.Token(chain, address.ToString()), symbol, decimals),
        Address = address,
        Domain = domain,
    };
}

/// <summary>Name and version of a token's EIP-712 domain; chain id and contract follow from the token.</summary>
/// <param name="Name">The domain's <c>name</c>.</param>
/// <param name="Version">The domain's <c>version</c>.</param>
public sealed record TokenDomain(string Name, string Version);
