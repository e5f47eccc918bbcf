using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Chains;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard;

/// <summary>The policy's wallets as the contract shows them.</summary>
internal static class WalletViews
{
    public static WalletList Of(PolicyDocument policy, ChainFamilies chains, IKeyBackend keys) => new()
    {
        Wallets = [.. policy.Wallets.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => Of(w.Key, w.Value, policy, chains, keys))],
    };

    private static WalletView Of(string name, string address, PolicyDocument policy, ChainFamilies chains, IKeyBackend keys)
    {
        var family = address.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? ChainId.Eip155 : ChainId.Solana;
        var own = policy.Rpc.Keys.Where(chain => chain.Namespace == family).Order(ChainOrder.Instance).ToList();
        return new()
        {
            Name = name,
            Address = chains.Canonical(address),
            Family = family,
            CanSign = own.Count > 0 && keys.CanSign(new AccountId(own[0], address)),
            Chains = [.. own.Select(chain => new WalletChain
            {
                Chain = chain.ToString(),
                Name = chains.NameOf(chain),
                Assets = [.. policy.Assets.Values
                    .Where(asset => asset.On.ContainsKey(chain))
                    .OrderBy(asset => asset.Symbol, StringComparer.Ordinal)
                    .Select(asset => new PinnedAsset
                    {
                        Symbol = asset.Symbol,
                        Asset = asset.On[chain].Id.ToString(),
                        Decimals = asset.Decimals,
                        UsdAtLeast = asset.UsdAtLeast is { } floor ? DecimalText.Format(floor.Units, Usd.Decimals, 2) : null,
                    })],
            })],
        };
    }

    private sealed class ChainOrder : IComparer<ChainId>
    {
        public static readonly ChainOrder Instance = new();

        public int Compare(ChainId x, ChainId y) => x.IsEvm && y.IsEvm
            ? x.EvmNumber.CompareTo(y.EvmNumber)
            : string.CompareOrdinal(x.ToString(), y.ToString());
    }
}
