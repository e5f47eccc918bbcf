using System.Globalization;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Solana;

namespace CryptoMcp.Guard.Solana;

/// <summary>What a planned transfer needs to know from the cluster. It may refuse the transfer, and never grants it.</summary>
internal sealed record SolanaTransferFacts
{
    // What an account without data must hold to be kept, and what one with data costs: (128 + bytes) × 6,960 lamports.
    private const ulong RentOverhead = 128;
    private const ulong RentPerByte = 6_960;

    /// <summary>Lamports of the paying account.</summary>
    public required ulong Lamports { get; init; }

    /// <summary>Units of the token that it holds; its lamports for SOL.</summary>
    public required ulong Units { get; init; }

    /// <summary>The mint; null for SOL.</summary>
    public MintAccount? Mint { get; init; }

    /// <summary>The token accounts that pay and receive; unset for SOL.</summary>
    public Pubkey Source { get; init; }

    /// <inheritdoc cref="Source"/>
    public Pubkey Destination { get; init; }

    /// <summary>Lamports that making the recipient's token account takes; 0 when it is there.</summary>
    public ulong Rent { get; init; }

    /// <summary>What the mint withholds from what arrives; null for a mint without fee.</summary>
    public ulong? TransferFee { get; init; }

    /// <summary>What others lately paid for a compute unit.</summary>
    public required IReadOnlyList<ulong> RecentPrices { get; init; }

    public static async ValueTask<SolanaTransferFacts> ReadAsync(SolanaTransferRequest transfer, CancellationToken ct)
    {
        var rpc = transfer.Network.Rpc;
        if (transfer.Mint is not { } mintAddress)
        {
            var accounts = await rpc.AgreedAsync(Kinds([transfer.From, transfer.To]), ct);
            var prices = await rpc.SendAsync(SolanaRequests.RecentPrioritizationFees([transfer.From, transfer.To]), ct);
            CheckRecipient(transfer, accounts[1]);
            RefuseBelowRent(transfer, accounts[1]);
            var held = accounts[0]?.Lamports ?? 0;
            return new() { Lamports = held, Units = held, RecentPrices = prices };
        }

        var mint = await transfer.Network.MintAsync(transfer.Amount.Asset, ct);
        var source = AssociatedToken.AddressOf(transfer.From, mintAddress, mint.Program);
        var destination = AssociatedToken.AddressOf(transfer.To, mintAddress, mint.Program);
        var read = await rpc.AgreedAsync(Kinds([transfer.From, transfer.To, source, destination]), ct);
        var batch = rpc.CreateBatch();
        var recent = batch.Add(SolanaRequests.RecentPrioritizationFees([transfer.From, source, destination]));
        var rent = read[3] is null ? batch.Add(SolanaRequests.RentExemption(TokenAccount.LengthFor(mint))) : null;
        var epoch = mint.Extensions.OlderFee is not null ? batch.Add(SolanaRequests.Epoch(Commitment.Confirmed)) : null;
        await batch.SendAsync(ct);
        CheckRecipient(transfer, read[1]);
        CheckDestination(transfer, destination, read[3], mintAddress);
        return new()
        {
            Lamports = read[0]?.Lamports ?? 0,
            Units = read[2] is null ? 0 : TokenAccount.Decode(source, read[2]).Units,
            Mint = mint,
            Source = source,
            Destination = destination,
            Rent = rent is null ? 0 : Checked(rent.Value, TokenAccount.LengthFor(mint), transfer.Network.Cluster),
            TransferFee = epoch is null ? null : mint.Extensions.FeeIn(epoch.Value)?.Of(transfer.Units),
            RecentPrices = recent.Value,
        };
    }

    /// <summary>Two nodes agree when they show the same kinds of accounts; what those hold changes between any two looks.</summary>
    private static RpcRequest<IReadOnlyList<SolanaAccount?>> Kinds(IReadOnlyList<Pubkey> addresses) =>
        SolanaRequests.Accounts(addresses, Commitment.Confirmed, static (left, right) => left is null || right is null
            ? left is null && right is null
            : (left.Owner, left.IsExecutable, left.Data.Length) == (right.Owner, right.IsExecutable, right.Data.Length)
                && (!TokenAccount.IsTokenAccount(left) || left.Data.Span[..64].SequenceEqual(right.Data.Span[..64])));

    /// <summary>A wallet is an account of the System program, or one that does not exist yet.</summary>
    private static void CheckRecipient(SolanaTransferRequest transfer, SolanaAccount? account)
    {
        if (account is null || account.Owner == ProgramIds.System)
        {
            return;
        }

        var what = account switch
        {
            _ when TokenAccount.IsTokenAccount(account) => "a token account, not a wallet",
            _ when ProgramIds.IsToken(account.Owner) => "a token mint, where tokens are lost",
            { IsExecutable: true } => "a program, from which nothing comes back",
            _ => transfer.Payee is null ? "an account of a program, for which nobody holds a key" : null,
        };
        if (what is not null)
        {
            throw new GuardException(
                "invalid_recipient", $"The recipient {transfer.To} is {what}.", "Give the address of the recipient's wallet, or ask the owner to name it as a payee.");
        }
    }

    /// <summary>The computable token account may have been given to somebody else since it was made.</summary>
    private static void CheckDestination(SolanaTransferRequest transfer, Pubkey destination, SolanaAccount? account, Pubkey mint)
    {
        if (account is not null && TokenAccount.Decode(destination, account) is var token && (token.Owner != transfer.To || token.Mint != mint))
        {
            throw new GuardException(
                "invalid_recipient",
                $"The token account {destination} of {transfer.To} belongs to somebody else by now: {token.Owner}.",
                "Ask the recipient for another wallet.");
        }
    }

    private static void RefuseBelowRent(SolanaTransferRequest transfer, SolanaAccount? recipient)
    {
        const ulong Least = RentOverhead * RentPerByte;
        if (recipient is null && transfer.Units < Least)
        {
            throw new GuardException(
                "below_minimum",
                $"{transfer.To} does not exist yet, and Solana keeps no account that holds less than {new Amount(Least, transfer.Amount.Asset)}.",
                "Send at least that much, or to an account that exists.");
        }
    }

    /// <summary>A node that claims more than the formula is wrong or lies; the formula counts where it claims less.</summary>
    private static ulong Checked(ulong rent, int bytes, SolanaCluster cluster)
    {
        var known = (RentOverhead + (ulong)bytes) * RentPerByte;
        return rent <= known ? known : throw new GuardException(
            "rent_too_high",
            string.Create(CultureInfo.InvariantCulture, $"The node claims that a token account on {cluster.Title} costs {rent} lamports; it is {known}."),
            "Nothing was signed. The endpoint misbehaves; ask the owner to check it.");
    }
}
