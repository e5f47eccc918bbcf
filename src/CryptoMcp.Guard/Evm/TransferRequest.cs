using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Evm;

/// <summary>A transfer intent with every word resolved against policy and chain table, or refused with the reason.</summary>
internal sealed record TransferRequest
{
    public required EvmNetwork Network { get; init; }

    public required AccountId Account { get; init; }

    public required EvmAddress From { get; init; }

    public required EvmAddress To { get; init; }

    public required Amount Amount { get; init; }

    /// <summary>The policy's name for the recipient.</summary>
    public string? Payee { get; init; }

    /// <summary>The token's contract; null for the own coin.</summary>
    public EvmAddress? Contract { get; init; }

    /// <summary>Calldata of the token transfer; empty for the own coin.</summary>
    public ReadOnlyMemory<byte> Calldata { get; init; }

    public static TransferRequest Read(TransferIntent intent, PolicyDocument policy, EvmNetworks networks)
    {
        var network = networks.Find(intent.Chain);
        var chain = network.Chain.Id;
        var from = WalletOf(intent, policy);
        var amount = AmountOf(intent, policy, network.Chain);
        var (to, payee) = RecipientOf(intent, policy, network.Chain);
        EvmAddress? contract = amount.Asset.Id.IsNative ? null : EvmAddress.Parse(amount.Asset.Id.Reference);
        RefuseRecipient(to, from, policy, network.Chain);
        return new()
        {
            Network = network,
            Account = new AccountId(chain, from.ToString()),
            From = from,
            To = to,
            Payee = payee,
            Amount = amount,
            Contract = contract,
            Calldata = contract is null ? default : Erc20.Transfer(to, amount.Units),
        };
    }

    /// <summary>The paying wallet that an intent names.</summary>
    internal static EvmAddress WalletOf(Intent intent, PolicyDocument policy)
    {
        var evm = policy.Wallets.Where(w => w.Value.StartsWith("0x", StringComparison.OrdinalIgnoreCase)).ToList();
        var names = string.Join(", ", evm.Select(w => w.Key));
        return intent.Wallet switch
        {
            null when evm.Count == 1 => EvmAddress.Parse(evm[0].Value),
            null => throw new GuardException("wallet_needed", $"The policy has {evm.Count} EVM wallets.", $"Name one of: {names}."),
            { } name when policy.Wallets.TryGetValue(name, out var address) && EvmAddress.TryParse(address, out var found) => found,
            _ => throw new GuardException("unknown_wallet", "The policy has no EVM wallet of that name.", $"Wallets: {names}."),
        };
    }

    private static Amount AmountOf(TransferIntent intent, PolicyDocument policy, EvmChain chain)
    {
        try
        {
            var (_, symbol) = Amount.Split(intent.Amount);
            if (!policy.TryFindAsset(chain.Id, symbol, out var asset))
            {
                var known = policy.Assets.Values.Where(a => a.On.ContainsKey(chain.Id)).Select(a => a.Symbol).Order(StringComparer.Ordinal);
                throw new GuardException(
                    "unknown_asset", $"The policy pins no asset '{symbol}' on {chain.Title}.", $"Assets there: {string.Join(", ", known)}.");
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

    private static (EvmAddress Address, string? Payee) RecipientOf(TransferIntent intent, PolicyDocument policy, EvmChain chain)
    {
        if (intent.To.StartsWith("payee:", StringComparison.Ordinal))
        {
            if (policy.TryFindPayee(chain.Id, intent.To, out var payee, out var listed))
            {
                return (EvmAddress.Parse(listed), payee.Name);
            }

            var known = policy.Payees.Values.Where(p => p.On.ContainsKey(chain.Id)).Select(p => $"payee:{p.Name}").Order(StringComparer.Ordinal).ToList();
            throw new GuardException(
                "unknown_payee",
                $"The policy names no such payee on {chain.Title}.",
                known.Count == 0 ? "Give the full address; only the owner can add payees." : $"Payees there: {string.Join(", ", known)}. Only the owner can add one.");
        }

        if (!EvmAddress.TryParse(intent.To, out var address, out var problem))
        {
            throw intent.To.Contains('.', StringComparison.Ordinal)
                ? new GuardException(
                    "name_not_accepted",
                    "Names such as ENS names are never paid, since they can change hands.",
                    "Give the full address, or payee:name from the policy. name_resolve shows what a name points to.")
                : new GuardException("invalid_address", problem, $"Give a full address on {chain.Title}, 0x and 40 hexadecimal digits, or payee:name from the policy.");
        }

        var name = policy.Payees.Values.FirstOrDefault(
            p => p.On.TryGetValue(chain.Id, out var listed) && string.Equals(listed, intent.To, StringComparison.OrdinalIgnoreCase))?.Name;
        return (address, name);
    }

    /// <summary>Refuses recipients from which nothing comes back.</summary>
    internal static void RefuseRecipient(EvmAddress to, EvmAddress from, PolicyDocument policy, EvmChain chain)
    {
        var wrong = to switch
        {
            { IsZero: true } => "the zero address, from which nothing comes back",
            { IsPrecompile: true } => "a precompiled contract, from which nothing comes back",
            _ when to == from => "the paying wallet itself",
            _ when chain.TryFindToken(to, out var token) => $"the contract of {token.Asset.Symbol} itself, where tokens are lost",
            _ when policy.TryFindAsset(AssetId.Token(chain.Id, to.ToString()), out var asset) => $"the contract of {asset.Symbol} itself, where tokens are lost",
            _ => null,
        };
        if (wrong is not null)
        {
            throw new GuardException("invalid_recipient", $"The recipient {to} is {wrong}.", "Check the address with the person who asked for the payment.");
        }
    }
}
