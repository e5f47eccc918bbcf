using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;
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
        var amount = TransferWords.AmountOf(intent, policy, chain, network.Chain.Title);
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
    internal static EvmAddress WalletOf(Intent intent, PolicyDocument policy) => EvmAddress.Parse(TransferWords.Wallet(
        intent, policy, "EVM", address => address.StartsWith("0x", StringComparison.OrdinalIgnoreCase)));

    private static (EvmAddress Address, string? Payee) RecipientOf(TransferIntent intent, PolicyDocument policy, EvmChain chain)
    {
        if (TransferWords.Payee(intent, policy, chain.Id, chain.Title) is var (listed, payee))
        {
            return (EvmAddress.Parse(listed), payee);
        }

        return EvmAddress.TryParse(intent.To, out var address, out var problem)
            ? (address, TransferWords.PayeeAt(intent.To, policy, chain.Id, StringComparison.OrdinalIgnoreCase))
            : throw TransferWords.NoAddress(intent.To, problem, $"a full address on {chain.Title}, 0x and 40 hexadecimal digits");
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
