using System.Globalization;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Money;
using CryptoMcp.Policy;
using CryptoMcp.Solana;

namespace CryptoMcp.Guard;

/// <summary>
/// What a start without any configuration makes: one encrypted wallet and a cautious policy for test networks. Real
/// networks stay off until the owner writes them into a policy.
/// </summary>
public static class FirstStart
{
    /// <summary>The name of the wallet that is made.</summary>
    public const string WalletName = "main";

    private static readonly string[] s_networks = ["sepolia", "base-sepolia", "arbitrum-sepolia", "optimism-sepolia", "solana:devnet"];

    /// <summary>Makes what is missing, and says what it made.</summary>
    public static IReadOnlyList<string> Prepare(GuardHome home, ChainTable chains, TimeProvider clock)
    {
        home.Prepare();
        var made = new List<string>();
        var store = new WalletStore(home, clock);
        if (store.List().Count == 0 && RemoteSigner.Load(home).Count == 0)
        {
            var wallet = store.Create(WalletName, passphrase: null);
            made.Add($"Made wallet '{wallet.Name}' with the addresses {string.Join(" and ", wallet.Addresses.Values)}. Back its recovery phrase up with 'cryptomcp wallet backup {wallet.Name}'.");
        }

        if (!File.Exists(home.PolicyFile))
        {
            var networks = Networks(chains, s_networks);
            var wallets = PolicyNames(store.List(), networks);
            GuardHome.WritePrivateFile(home.PolicyFile, PolicyTemplates.Create("test-networks", wallets, networks, clock.GetUtcNow()));
            made.Add($"Wrote a cautious policy for test networks to '{home.PolicyFile}'.");
        }

        return made;
    }

    /// <summary>
    /// The accounts of wallets on these networks, as a policy names them: the EVM account by the wallet's name, the Solana
    /// account by the same with <c>-solana</c>, or by the wallet's name where it has no other.
    /// </summary>
    public static IReadOnlyDictionary<string, string> PolicyNames(IReadOnlyList<WalletInfo> wallets, IReadOnlyList<TemplateChain> networks)
    {
        var families = networks.Select(network => network.Chain.Namespace).ToHashSet(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var wallet in wallets)
        {
            foreach (var (family, address) in wallet.Addresses.Where(account => families.Contains(account.Key)))
            {
                names[family == ChainId.Eip155 || wallet.Addresses.Count == 1 ? wallet.Name : $"{wallet.Name}-{family}"] = address;
            }
        }

        return names;
    }

    /// <summary>Chains of the table, as a policy template wants them: the own coin, and USDC where it is pinned.</summary>
    public static IReadOnlyList<TemplateChain> Networks(ChainTable chains, IEnumerable<string> names) => [.. names
        .Select(name => chains.Evm.TryFind(name, out var chain, out _) ? Network(chain) : chains.Solana.TryFind(name, out var cluster) ? Network(cluster) : null)
        .OfType<TemplateChain>()];

    private static TemplateChain Network(EvmChain chain)
    {
        var assets = new List<TemplateAsset> { new(chain.Native, "1500") };
        if (chain.TryFindToken("USDC", out var usdc))
        {
            assets.Add(new(usdc.Asset, "1.00", usdc.Domain is { } domain ? new(domain.Name, domain.Version) : null));
        }

        return new(chain.Id, assets, string.Create(CultureInfo.InvariantCulture, $"0.002 {chain.Native.Symbol}"), chain.RpcUrls);
    }

    private static TemplateChain Network(SolanaCluster cluster)
    {
        var assets = new List<TemplateAsset> { new(cluster.Native, "60") };
        if (cluster.TryFindToken("USDC", out var usdc))
        {
            assets.Add(new(usdc.Asset, "1.00"));
        }

        // Covers the rent of one token account, 0.00204 SOL, beside signature and priority fee.
        return new(cluster.Id, assets, "0.003 SOL", cluster.RpcUrls);
    }
}
