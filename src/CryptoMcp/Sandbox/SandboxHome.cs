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

    /// <summary>Writes the home. Its wallet is new each time.</summary>
    /// <param name="directory">An empty directory, or one that does not exist.</param>
    /// <param name="chain">The chain's endpoint.</param>
    /// <param name="chainId">Its EIP-155 id.</param>
    /// <param name="clock">Now.</param>
    /// <returns>The home and the wallet's address.</returns>
    public static (GuardHome Home, EvmAddress Wallet) Create(string directory, Uri chain, long chainId, TimeProvider clock)
    {
        var home = new GuardHome(directory);
        home.Prepare();
        var wallet = new WalletStore(home, clock).Create(FirstStart.WalletName, passphrase: null);
        var address = wallet.EvmAddress;
        GuardHome.WritePrivateFile(home.ChainsFile, Encoding.UTF8.GetBytes(Chains(chain, chainId)));
        GuardHome.WritePrivateFile(home.PolicyFile, Encoding.UTF8.GetBytes(Policy(chain, chainId, address, clock.GetUtcNow().AddYears(1))));
        return (home, address);
    }

    private static string Chains(Uri chain, long chainId) =>
        $$"""
        {
          "chains": [
            {
              "id": {{chainId}}, "name": "{{ChainName}}", "title": "Sandbox", "test": true, "rpc": ["{{chain}}"],
              "native": { "symbol": "ETH" }, "finality": { "depth": 2 }, "blockTimeMs": 250,
              "tokens": [ { "symbol": "USDC", "address": "{{Usdc}}", "decimals": 6, "domain": { "name": "USD Coin", "version": "2" } } ]
            }
          ]
        }
        """;

    private static string Policy(Uri chain, long chainId, EvmAddress wallet, DateTimeOffset expires) =>
        $$"""
        {
          "policy": "cryptomcp/1",
          "name": "Sandbox: play money, small caps",
          "revision": 1,
          "expires": "{{expires:yyyy-MM-ddTHH:mm:ssZ}}",

          "wallets": { "main": "{{wallet}}" },

          "assets": {
            "USDC": { "decimals": 6, "usdAtLeast": "1.00", "eip712": { "name": "USD Coin", "version": "2" }, "on": { "eip155:{{chainId}}": "{{Usdc}}" } },
            "ETH": { "decimals": 18, "usdAtLeast": "1500", "on": { "eip155:{{chainId}}": "native" } }
          },

          "payees": {
            "coffee-shop": { "label": "The coffee shop at the corner", "on": { "eip155:{{chainId}}": "{{CoffeeShop}}" } }
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
            "fee": { "eip155:{{chainId}}": "0.002 ETH" },
            "oneSignature": "10 USD",
            "authorizationLifetime": "120s",
            "openAuthorizations": 64
          },

          "approval": { "by": [ { "id": "owner", "kind": "terminal-passphrase" } ], "expires": "10m", "maxWaiting": 3 },

          "rpc": { "eip155:{{chainId}}": { "urls": ["{{chain}}"], "agree": 1 } },

          "changes": { "tighten": "now", "loosen": { "wait": "24h", "by": ["owner"] } }
        }
        """;
}
