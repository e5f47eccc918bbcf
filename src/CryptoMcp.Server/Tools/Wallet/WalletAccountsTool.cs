using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Wallet;

/// <summary><c>wallet_accounts</c>: the wallets, their addresses and where they can act.</summary>
internal sealed class WalletAccountsTool(GuardClient guard) : PreparedTool<AccountsResult>(Facts, ToolResultsJson.Default.AccountsResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "wallet_accounts",
        Title = "List wallet accounts",
        Description = "Lists my wallets: own addresses (to receive money), chains, and which assets the policy lets each spend. "
            + "Knows no amounts; wallet_balances does. Never shows or takes keys.",
        Effect = ToolEffect.ReadsGuard,
        Arguments = [DetailArgument.Schema],
    };

    /// <inheritdoc/>
    protected override async Task<AccountsResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var known = await guard.GetWalletsAsync(ct).ConfigureAwait(false);
        var accounts = new List<AccountShape>(known.Wallets.Count);
        foreach (var wallet in known.Wallets)
        {
            accounts.Add(new()
            {
                Wallet = wallet.Name,
                Address = wallet.Address,
                CanSign = wallet.CanSign,
                Chains = [.. wallet.Chains.Select(chain => Shape(chain, call.IsDetailed))],
            });
        }

        return new() { Accounts = accounts };
    }

    private static AccountChain Shape(WalletChain chain, bool detailed) => new()
    {
        Chain = chain.Name,
        Id = chain.Chain,
        Assets = [.. chain.Assets.Select(asset => asset.Symbol)],
        Pinned = detailed ? [.. chain.Assets.Select(Shape)] : null,
    };

    private static PinnedAssetShape Shape(PinnedAsset asset) => new()
    {
        Symbol = asset.Symbol,
        Asset = asset.Asset,
        Decimals = asset.Decimals,
        FloorPrice = asset.UsdAtLeast is { } price ? $"{price} {Usd.Symbol}" : null,
    };
}
