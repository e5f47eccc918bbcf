using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Money;
using CryptoMcp.Policy;
using CryptoMcp.Solana;

namespace CryptoMcp.Guard.Solana;

/// <summary>A transfer intent on Solana with every word resolved against policy and cluster table, or refused with the reason.</summary>
internal sealed record SolanaTransferRequest
{
    public required SolanaNetwork Network { get; init; }

    public required AccountId Account { get; init; }

    public required Pubkey From { get; init; }

    /// <summary>The wallet that receives, never one of its token accounts.</summary>
    public required Pubkey To { get; init; }

    public required Amount Amount { get; init; }

    /// <summary>The policy's name for the recipient.</summary>
    public string? Payee { get; init; }

    /// <summary>The token's mint; null for SOL.</summary>
    public Pubkey? Mint { get; init; }

    /// <summary>Units or lamports; the amount fits.</summary>
    public ulong Units => (ulong)Amount.Units;

    public static SolanaTransferRequest Read(TransferIntent intent, PolicyDocument policy, SolanaNetworks networks)
    {
        var network = networks.Find(intent.Chain);
        var cluster = network.Cluster;
        var from = Pubkey.Parse(TransferWords.Wallet(intent, policy, "Solana", address => Pubkey.TryParse(address, out _)));
        var amount = TransferWords.AmountOf(intent, policy, cluster.Id, cluster.Title);
        var (to, payee) = RecipientOf(intent, policy, cluster);
        RefuseRecipient(to, payee, from, policy, cluster);
        return amount.Units > ulong.MaxValue
            ? throw new GuardException("invalid_amount", $"{amount} is more than Solana can count.", "State a smaller amount.")
            : new()
            {
                Network = network,
                Account = new AccountId(cluster.Id, from.ToString()),
                From = from,
                To = to,
                Payee = payee,
                Amount = amount,
                Mint = amount.Asset.Id.IsNative ? null : Pubkey.Parse(amount.Asset.Id.Reference),
            };
    }

    private static (Pubkey Address, string? Payee) RecipientOf(TransferIntent intent, PolicyDocument policy, SolanaCluster cluster)
    {
        if (TransferWords.Payee(intent, policy, cluster.Id, cluster.Title) is var (listed, payee))
        {
            return (Pubkey.Parse(listed), payee);
        }

        return Pubkey.TryParse(intent.To, out var address, out var problem)
            ? (address, TransferWords.PayeeAt(intent.To, policy, cluster.Id, StringComparison.Ordinal))
            : throw TransferWords.NoAddress(intent.To, problem, $"a full address on {cluster.Title}, 32 to 44 characters of base58");
    }

    private static void RefuseRecipient(Pubkey to, string? payee, Pubkey from, PolicyDocument policy, SolanaCluster cluster)
    {
        var wrong = to switch
        {
            { IsZero: true } => "the System program, from which nothing comes back",
            _ when to == from => "the paying wallet itself",
            _ when cluster.TryFindToken(to, out var token) => $"the mint of {token.Asset.Symbol}, where tokens are lost",
            _ when policy.TryFindAsset(AssetId.Token(cluster.Id, to.ToString()), out var asset) => $"the mint of {asset.Symbol}, where tokens are lost",

            // The owner may name a program's vault as a payee; nobody else may, since token accounts look the same.
            { IsOnCurve: false } when payee is null => "no wallet: it belongs to a program or is a token account, and nobody holds a key for it",
            _ => null,
        };
        if (wrong is not null)
        {
            throw new GuardException(
                "invalid_recipient", $"The recipient {to} is {wrong}.", "Give the address of the recipient's wallet, or ask the owner to name it as a payee.");
        }
    }
}
