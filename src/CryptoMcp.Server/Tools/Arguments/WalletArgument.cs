using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Infrastructure;

namespace CryptoMcp.Server.Tools.Arguments;

/// <summary>Which wallet is meant: a name of the policy, or the only one there is.</summary>
internal static class WalletArgument
{
    /// <summary>One line for the schema.</summary>
    public const string Help = "Name from wallet_accounts; only needed if there are several.";

    /// <summary>Finds the wallet among those that the guard knows.</summary>
    /// <exception cref="ToolException"><c>unknown_wallet</c>, <c>ambiguous_wallet</c> or <c>no_wallet</c>.</exception>
    public static WalletView Find(WalletList known, string? name)
    {
        if (known.Wallets.Count == 0)
        {
            throw new ToolException("no_wallet", "The guard has no wallet.", "Tell the user to run 'cryptomcp wallet new'.");
        }

        if (name is null)
        {
            return known.Wallets.Count == 1
                ? known.Wallets[0]
                : throw new ToolException("ambiguous_wallet", "There are several wallets.", $"Pass 'wallet' as one of: {Names(known)}.");
        }

        foreach (var wallet in known.Wallets)
        {
            if (string.Equals(wallet.Name, name, StringComparison.Ordinal)
                || string.Equals(wallet.Address, name, wallet.Family == "eip155" ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            {
                return wallet;
            }
        }

        throw new ToolException("unknown_wallet", $"The policy names no such wallet.", $"Pass 'wallet' as one of: {Names(known)}.");
    }

    private static string Names(WalletList known) => string.Join(", ", known.Wallets.Select(w => w.Name));
}
