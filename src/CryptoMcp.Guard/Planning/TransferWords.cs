using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Planning;

/// <summary>The words of a transfer that mean the same on every chain: which wallet, how much, which payee.</summary>
internal static class TransferWords
{
    /// <summary>The address of the wallet that pays, of one family.</summary>
    /// <param name="intent">The intent.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="family">The family's name for people, such as <c>EVM</c>.</param>
    /// <param name="isOfFamily">Whether an address is the family's.</param>
    /// <exception cref="GuardException">There is no such wallet, or there are several and none is named.</exception>
    public static string Wallet(Intent intent, PolicyDocument policy, string family, Func<string, bool> isOfFamily)
    {
        var own = policy.Wallets.Where(w => isOfFamily(w.Value)).ToList();
        var names = string.Join(", ", own.Select(w => w.Key));
        return intent.Wallet switch
        {
            null when own.Count == 1 => own[0].Value,
            null => throw new GuardException("wallet_needed", $"The policy has {own.Count} {family} wallets.", $"Name one of: {names}."),
            { } name when policy.Wallets.TryGetValue(name, out var address) && isOfFamily(address) => address,
            _ => throw new GuardException("unknown_wallet", $"The policy has no {family} wallet of that name.", $"Wallets: {names}."),
        };
    }

    /// <summary>The amount, in an asset that the policy pins on the chain.</summary>
    /// <exception cref="GuardException">The asset is not pinned there, or the text is no amount.</exception>
    public static Amount AmountOf(TransferIntent intent, PolicyDocument policy, ChainId chain, string title)
    {
        try
        {
            var (_, symbol) = Amount.Split(intent.Amount);
            if (!policy.TryFindAsset(chain, symbol, out var asset))
            {
                var known = policy.Assets.Values.Where(a => a.On.ContainsKey(chain)).Select(a => a.Symbol).Order(StringComparer.Ordinal);
                throw new GuardException("unknown_asset", $"The policy pins no asset '{symbol}' on {title}.", $"Assets there: {string.Join(", ", known)}.");
            }

            var amount = Amount.Parse(intent.Amount, asset);
            return amount.IsZero
                ? throw new GuardException("invalid_amount", "The amount is zero.", "State how much to transfer, such as '2.50 USDC'.")
                : amount;
        }
        catch (MoneyFormatException e)
        {
            throw new GuardException("invalid_amount", e.Message, "Write plain decimal digits, one space and the symbol: '2.50 USDC'.", e);
        }
    }

    /// <summary>The address and name of a payee, where the intent names one; null where it gives an address.</summary>
    /// <exception cref="GuardException">The policy names no such payee on the chain.</exception>
    public static (string Address, string Name)? Payee(TransferIntent intent, PolicyDocument policy, ChainId chain, string title)
    {
        if (!intent.To.StartsWith("payee:", StringComparison.Ordinal))
        {
            return null;
        }

        if (policy.TryFindPayee(chain, intent.To, out var payee, out var listed))
        {
            return (listed, payee.Name);
        }

        var known = policy.Payees.Values.Where(p => p.On.ContainsKey(chain)).Select(p => $"payee:{p.Name}").Order(StringComparer.Ordinal).ToList();
        throw new GuardException(
            "unknown_payee",
            $"The policy names no such payee on {title}.",
            known.Count == 0 ? "Give the full address; only the owner can add payees." : $"Payees there: {string.Join(", ", known)}. Only the owner can add one.");
    }

    /// <summary>The payee that a given address belongs to.</summary>
    public static string? PayeeAt(string address, PolicyDocument policy, ChainId chain, StringComparison comparison) => policy.Payees.Values.FirstOrDefault(
        p => p.On.TryGetValue(chain, out var listed) && string.Equals(listed, address, comparison))?.Name;

    /// <summary>The refusal of a text that is no address; a name that somebody controls is told apart.</summary>
    public static GuardException NoAddress(string text, string problem, string form) => text.Contains('.', StringComparison.Ordinal)
        ? new GuardException(
            "name_not_accepted",
            "Names such as ENS names are never paid, since they can change hands.",
            "Give the full address, or payee:name from the policy. name_resolve shows what a name points to.")
        : new GuardException("invalid_address", problem, $"Give {form}, or payee:name from the policy.");
}
