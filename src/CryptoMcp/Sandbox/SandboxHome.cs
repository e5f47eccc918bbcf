using System.Text;
using CryptoMcp.Evm;
using CryptoMcp.Guard;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Sandbox;

/// <summary>A home for playing: one chain of its own, one wallet, a policy with small caps.</summary>
internal static class SandboxHome
{
    /// <summary>The chain's short name.</summary>
    public const string ChainName = "sandbox";

    /// <summary>Where the play token lies.</summary>
    public const string Usdc = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

    /// <summary>The payee that the policy names.</summary>
    public const string CoffeeShop = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    /// <summary>The play cluster's short name.</summary>
    public const string SolanaName = "sandbox-solana";

    /// <summary>The mint of the play token on Solana.</summary>
    public const string SolanaUsdc = "4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU";

    /// <summary>The payee that the policy names on Solana.</summary>
    public const string TeaHouse = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";

    /// <summary>Writes the home. Its wallet is new each time.</summary>
    /// <param name="directory">An empty directory, or one that does not exist.</param>
    /// <param name="chain">The chain's endpoint.</param>
    /// <param name="chainId">Its EIP-155 id.</param>
    /// <param name="cluster">The Solana cluster's endpoint; null where there is none.</param>
    /// <param name="clock">Now.</param>
    /// <returns>The home and the wallet's addresses.</returns>
    public static (GuardHome Home, EvmAddress Wallet, string Solana) Create(string directory, Uri chain, long chainId, Uri? cluster, TimeProvider clock)
    {
        var home = new GuardHome(directory);
        home.Prepare();
        var wallet = new WalletStore(home, clock).Create(FirstStart.WalletName, passphrase: null);
        var (address, solana) = (wallet.EvmAddress, wallet.Addresses[Money.ChainId.Solana]);
        GuardHome.WritePrivateFile(home.ChainsFile, Encoding.UTF8.GetBytes(Chains(chain, chainId, cluster)));
        var parts = cluster is null ? SolanaParts.None : SolanaParts.Of(solana, cluster);
        GuardHome.WritePrivateFile(home.PolicyFile, Encoding.UTF8.GetBytes(Policy(chain, chainId, address, parts, clock.GetUtcNow().AddYears(1))));
        return (home, address, solana);
    }

    private static string Chains(Uri chain, long chainId, Uri? cluster) =>
        $$"""
        {
          "chains": [
            {
              "id": {{chainId}}, "name": "{{ChainName}}", "title": "Sandbox", "test": true, "rpc": ["{{chain}}"],
              "native": { "symbol": "ETH" }, "finality": { "depth": 2 }, "blockTimeMs": 250,
              "tokens": [ { "symbol": "USDC", "address": "{{Usdc}}", "decimals": 6, "domain": { "name": "USD Coin", "version": "2" } } ]
            }{{(cluster is null ? "" : $$"""
        ,
            {
              "id": "{{LocalCluster.ChainId}}", "name": "{{SolanaName}}", "title": "Sandbox on Solana", "test": true, "rpc": ["{{cluster}}"], "slotMs": 50,
              "tokens": [ { "symbol": "USDC", "mint": "{{SolanaUsdc}}", "decimals": 6 } ]
            }
        """)}}
          ]
        }
        """;

    private static string Policy(Uri chain, long chainId, EvmAddress wallet, SolanaParts solana, DateTimeOffset expires) =>
        $$"""
        {
          "policy": "cryptomcp/1",
          "name": "Sandbox: play money, small caps",
          "revision": 1,
          "expires": "{{expires:yyyy-MM-ddTHH:mm:ssZ}}",

          "wallets": { "main": "{{wallet}}"{{solana.Wallet}} },

          "assets": {
            "USDC": { "decimals": 6, "usdAtLeast": "1.00", "eip712": { "name": "USD Coin", "version": "2" }, "on": { "eip155:{{chainId}}": "{{Usdc}}"{{solana.Token}} } },
            "ETH": { "decimals": 18, "usdAtLeast": "1500", "on": { "eip155:{{chainId}}": "native" } }{{solana.Coin}}
          },

          "payees": {
            "coffee-shop": { "label": "The coffee shop at the corner", "on": { "eip155:{{chainId}}": "{{CoffeeShop}}" } }{{solana.Payee}}
          },

          "budgets": [
            { "id": "day", "limit": "10 USD", "window": "24h" },
            { "id": "rate", "limit": "100 payments", "window": "24h" },
            { "id": "fees", "limit": "1 USD", "window": "24h", "counts": "fees" },
            { "id": "tripwire", "limit": "50 denials", "window": "10m", "whenFull": "freeze" }
          ],

          "rules": [
            { "id": "small-usdc", "allow": "transfer", "if": { "asset": "USDC", "amount": "<= 5 USDC" } },
            { "id": "tiny-eth", "allow": "transfer", "if": { "asset": "ETH", "amount": "<= 0.001 ETH" } }
          ],

          "limits": {
            "fee": { "eip155:{{chainId}}": "0.002 ETH"{{solana.Fee}} },
            "oneSignature": "10 USD",
            "authorizationLifetime": "120s",
            "openAuthorizations": 64
          },

          "approval": { "by": [ { "id": "owner", "kind": "terminal-passphrase" } ], "expires": "10m", "maxWaiting": 3 },

          "rpc": { "eip155:{{chainId}}": { "urls": ["{{chain}}"], "agree": 1 }{{solana.Rpc}} },

          "changes": { "tighten": "now", "loosen": { "wait": "24h", "by": ["owner"] } }
        }
        """;

    /// <summary>What the policy says of Solana beside the rest: the same assets, the same budgets.</summary>
    private sealed record SolanaParts(string Wallet, string Token, string Coin, string Payee, string Fee, string Rpc)
    {
        public static SolanaParts None { get; } = new("", "", "", "", "", "");

        public static SolanaParts Of(string wallet, Uri cluster) => new(
            $$""", "main-solana": "{{wallet}}" """,
            $$""", "{{LocalCluster.ChainId}}": "{{SolanaUsdc}}" """,
            $$""", "SOL": { "decimals": 9, "usdAtLeast": "60", "on": { "{{LocalCluster.ChainId}}": "native" } }""",
            $$""", "tea-house": { "label": "The tea house, on Solana", "on": { "{{LocalCluster.ChainId}}": "{{TeaHouse}}" } }""",
            $$""", "{{LocalCluster.ChainId}}": "0.003 SOL" """,
            $$""", "{{LocalCluster.ChainId}}": { "urls": ["{{cluster}}"], "agree": 1 }""");
    }
}
