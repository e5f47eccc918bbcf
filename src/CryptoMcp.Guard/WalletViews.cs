using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Evm;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard;

/// <summary>The policy's wallets as the contract shows them.</summary>
internal static class WalletViews
{
    public static WalletList Of(PolicyDocument policy, EvmNetworks networks, IKeyBackend keys) => new()
    {
        Wallets = [.. policy.Wallets.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => Of(w.Key, w.Value, policy, networks, keys))],
    };

    private static WalletView Of(string name, string address, PolicyDocument policy, EvmNetworks networks, IKeyBackend keys)
    {
        var family = address.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? ChainId.Eip155 : ChainId.Solana;
        var chains = policy.Rpc.Keys.Where(chain => chain.Namespace == family).Order(ChainOrder.Instance).ToList();
        return new()
        {
            Name = name,
            Address = family == ChainId.Eip155 && CryptoMcp.Evm.EvmAddress.TryParse(address, out var evm) ? evm.ToString() : address,
            Family = family,
            CanSign = chains.Count > 0 && keys.CanSign(new AccountId(chains[0], address)),
            Chains = [.. chains.Select(chain => new WalletChain
            {
                Chain = chain.ToString(),
                Name = networks.Table.TryFind(chain, out var known) ? known.Name : chain.ToString(),
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
