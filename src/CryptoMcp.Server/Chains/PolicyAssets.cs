using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;

namespace CryptoMcp.Server.Chains;

/// <summary>The assets that the policy pins, beside those that the chain table knows.</summary>
internal static class PolicyAssets
{
    /// <summary>Native coin first, then what the policy pins, then what only the chain table knows.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="pinned">The policy's assets there; empty when it names none.</param>
    public static IReadOnlyList<WatchedAsset> Of(ServedChain chain, IReadOnlyList<PinnedAsset> pinned)
    {
        var native = new WatchedAsset(chain.Native, null, null, IsSpendable: false);
        var tokens = new List<WatchedAsset>();
        foreach (var entry in pinned)
        {
            var id = AssetId.Parse(entry.Asset);
            var price = entry.UsdAtLeast is { } text ? Usd.Parse(text) : (Usd?)null;
            if (id.IsNative)
            {
                native = native with { FloorPrice = price, IsSpendable = true };
            }
            else
            {
                tokens.Add(new(new Asset(id, entry.Symbol, entry.Decimals), chain.ReadAddress(id.Reference), price, IsSpendable: true));
            }
        }

        foreach (var (asset, address) in chain.Tokens)
        {
            if (!tokens.Exists(other => other.Asset.Id == asset.Id))
            {
                tokens.Add(new(asset, address, null, IsSpendable: false));
            }
        }

        return [native, .. tokens];
    }

    /// <summary>What the policy pins on a chain, over all wallets.</summary>
    public static IReadOnlyList<PinnedAsset> On(WalletList? wallets, ChainId chain)
    {
        var id = chain.ToString();
        var found = new Dictionary<string, PinnedAsset>(StringComparer.OrdinalIgnoreCase);
        foreach (var wallet in wallets?.Wallets ?? [])
        {
            foreach (var at in wallet.Chains)
            {
                foreach (var asset in at.Chain == id ? at.Assets : [])
                {
                    found.TryAdd(asset.Asset, asset);
                }
            }
        }

        return [.. found.Values];
    }
}
