using System.Globalization;
using System.Text;
using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Server.Resources;

/// <summary><c>cryptomcp://account</c>: the wallets and where they can act.</summary>
internal sealed class AccountResource(GuardClient guard) : PreparedResource(new()
{
    UriTemplate = "cryptomcp://account",
    Name = "account",
    Title = "Wallet accounts",
    Description = "The wallets' names and addresses, their chains, and the assets that can be spent there.",
    MimeType = Markdown,
})
{
    /// <inheritdoc/>
    protected override async Task<string> WriteAsync(CancellationToken ct)
    {
        var known = await guard.GetWalletsAsync(ct).ConfigureAwait(false);
        var page = new StringBuilder("# Wallets\n");
        foreach (var wallet in known.Wallets)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {wallet.Name}\n\n`{wallet.Address}`{(wallet.CanSign ? "" : " (watched only)")}\n\n");
            foreach (var chain in wallet.Chains)
            {
                page.Append(CultureInfo.InvariantCulture, $"- {chain.Name} ({chain.Chain}): {string.Join(", ", chain.Assets.Select(asset => asset.Symbol))}\n");
            }
        }

        return page.ToString();
    }
}
