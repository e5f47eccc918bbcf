using CryptoMcp.Money;

namespace CryptoMcp.Solana;

/// <summary>A token as pinned by us or by the owner. Mint, program and decimals are never taken from a counterparty.</summary>
/// <param name="Asset">CAIP-19 id, symbol, decimals.</param>
/// <param name="Mint">The mint.</param>
/// <param name="Program">The token program that owns it.</param>
public sealed record SolanaToken(Asset Asset, Pubkey Mint, Pubkey Program)
{
    /// <summary>A pinned token.</summary>
    public static SolanaToken Create(ChainId cluster, string symbol, string mint, int decimals, Pubkey program) =>
        new(new(AssetId.Token(cluster, mint), symbol, decimals), Pubkey.Parse(mint), program);
}
