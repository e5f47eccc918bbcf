using System.Globalization;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard;

/// <summary>
/// What a start without any configuration makes: one encrypted wallet and a cautious policy for test networks. Real
/// networks stay off until the owner writes them into a policy.
/// </summary>
public static class FirstStart
{
    /// <summary>The name of the wallet that is made.</summary>
    public const string WalletName = "main";

    private static readonly string[] s_networks = ["sepolia", "base-sepolia", "arbitrum-sepolia", "optimism-sepolia"];

    /// <summary>Makes what is missing, and says what it made.</summary>
    public static IReadOnlyList<string> Prepare(GuardHome home, EvmChains chains, TimeProvider clock)
    {
        home.Prepare();
        var made = new List<string>();
        var store = new WalletStore(home, clock);
        if (store.List().Count == 0)
        {
            var wallet = store.Create(WalletName, passphrase: null);
            made.Add($"Made wallet '{wallet.Name}' with address {wallet.EvmAddress}. Back its recovery phrase up with 'cryptomcp wallet backup {wallet.Name}'.");
        }

        if (!File.Exists(home.PolicyFile))
        {
            var wallets = store.List().ToDictionary(w => w.Name, w => w.EvmAddress.ToString(), StringComparer.Ordinal);
            GuardHome.WritePrivateFile(home.PolicyFile, PolicyTemplates.Create("test-networks", wallets, Networks(chains, s_networks), clock.GetUtcNow()));
            made.Add($"Wrote a cautious policy for test networks to '{home.PolicyFile}'.");
        }

        return made;
    }

    /// <summary>Chains of the table, as a policy template wants them: the own coin, and USDC where it is pinned.</summary>
    public static IReadOnlyList<TemplateChain> Networks(EvmChains chains, IEnumerable<string> names) => [.. names
        .Select(name => chains.TryFind(name, out var chain, out _) ? chain : null)
        .OfType<EvmChain>()
        .Select(Network)];

    private static TemplateChain Network(EvmChain chain)
    {
        var assets = new List<TemplateAsset> { new(chain.Native, "1500") };
        if (chain.TryFindToken("USDC", out var usdc))
        {
            assets.Add(new(usdc.Asset, "1.00", usdc.Domain is { } domain ? new(domain.Name, domain.Version) : null));
        }

        return new(chain.Id, assets, string.Create(CultureInfo.InvariantCulture, $"0.002 {chain.Native.Symbol}"), chain.RpcUrls);
    }
}
