using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Money;
using CryptoMcp.Policy;
using CryptoMcp.Solana;

namespace CryptoMcp.Guard.Solana;

/// <summary>Plans transfers of SOL and of tokens of both token programs.</summary>
internal sealed class SolanaTransferPlanner(SolanaNetworks networks) : IPlanner
{
    // What such a transfer can need at most, a token account made on the way included.
    private const uint MaxUnits = 200_000;

    /// <inheritdoc/>
    public bool Handles(Intent intent) => intent is TransferIntent && networks.Knows(intent.Chain);

    /// <inheritdoc/>
    public Plan Sketch(Intent intent, PolicyDocument policy)
    {
        var transfer = SolanaTransferRequest.Read((TransferIntent)intent, policy, networks);
        var cap = FeeCap(transfer, policy);
        return PlanOf(transfer, cap) with { Notes = [$"The chain was not asked, so balance and fee are not in this; the policy caps the fee at {cap}. transfer_quote counts both."] };
    }

    /// <inheritdoc/>
    public async ValueTask<Plan> PlanAsync(Intent intent, PolicyDocument policy, PlanDepth depth, CancellationToken ct)
    {
        var transfer = SolanaTransferRequest.Read((TransferIntent)intent, policy, networks);
        try
        {
            return await PlanAsync(transfer, FeeCap(transfer, policy), depth, ct);
        }
        catch (SolanaRpcException e)
        {
            throw SolanaProblems.Of(e, transfer.Network.Cluster);
        }
        catch (SolanaFormatException e)
        {
            throw new GuardException("chain_answer_unusable", $"{transfer.Network.Cluster.Title} shows something unusable: {e.Message}", "Nothing was signed. Check recipient and token.", e);
        }
    }

    private static async ValueTask<Plan> PlanAsync(SolanaTransferRequest transfer, Amount cap, PlanDepth depth, CancellationToken ct)
    {
        var network = transfer.Network;
        var facts = await SolanaTransferFacts.ReadAsync(transfer, ct);
        RefuseUnaffordable(transfer, facts, ComputeBudget.LamportsPerSignature + facts.Rent);
        var units = await SimulateAsync(transfer, facts, ct);
        var fixedFee = ComputeBudget.LamportsPerSignature + facts.Rent;
        var left = cap.Units > fixedFee ? (ulong)(cap.Units - fixedFee) : 0;
        var budget = new ComputeTerms(units, PriorityFees.Price(facts.RecentPrices, units, left));
        var fee = new Amount(fixedFee + ComputeBudget.PriorityFee(budget.Units, budget.Price), network.Cluster.Native);
        RefuseUnaffordable(transfer, facts, (ulong)fee.Units);
        var lifetime = await network.LifetimeAsync(ct);
        return PlanOf(transfer, fee) with
        {
            FeeLikely = fee,
            Balance = depth == PlanDepth.Quote ? new Amount(facts.Units, transfer.Amount.Asset) : null,
            Notes = NotesOf(transfer, facts),
            Prepared = new PreparedSolanaTransfer(transfer, facts, budget, lifetime),
        };
    }

    /// <summary>Runs the transfer on the head of the chain, and returns the compute units to sign for.</summary>
    /// <exception cref="GuardException">It would fail.</exception>
    private static async ValueTask<uint> SimulateAsync(SolanaTransferRequest transfer, SolanaTransferFacts facts, CancellationToken ct)
    {
        var message = SolanaTransferMessage.Build(transfer, facts, new(MaxUnits, 1), new(transfer.From), SolanaTransferMessage.AnyPayment);
        var unsigned = Transaction.Sign(message, transfer.From, new byte[CryptoMcp.Cryptography.Ed25519.SignatureLength]).Encode();
        var outcome = await transfer.Network.Rpc.SendAsync(SolanaRequests.Simulate(unsigned), ct);
        return outcome.UntrustedError is { } error
            ? throw new GuardException(
                "would_fail",
                $"The node says that this transfer would fail on {transfer.Network.Cluster.Title}. untrusted_reason: \"{error}\"",
                "Nothing was signed. Check recipient, amount and balance; a token account may be frozen, and an account may not be left with less than its rent.")
            : (uint)Math.Min((outcome.UnitsConsumed * 5 / 4) + 1_000, MaxUnits);
    }

    private static void RefuseUnaffordable(SolanaTransferRequest transfer, SolanaTransferFacts facts, ulong fee)
    {
        var cluster = transfer.Network.Cluster;
        if (facts.Units < transfer.Units)
        {
            throw new GuardException(
                "insufficient_funds",
                $"{transfer.From} holds {new Amount(facts.Units, transfer.Amount.Asset)} on {cluster.Title}, which is less than {transfer.Amount}.",
                "Send less, or ask the owner to fund the wallet.");
        }

        var needed = (transfer.Mint is null ? transfer.Amount.Units : 0) + fee;
        if (facts.Lamports < needed)
        {
            throw new GuardException(
                "insufficient_funds",
                $"{transfer.From} holds {new Amount(facts.Lamports, cluster.Native)} on {cluster.Title}, and {(transfer.Mint is null ? "amount and fee" : "fee and rent")} can take {new Amount(needed, cluster.Native)}.",
                "Ask the owner to fund the wallet.");
        }
    }

    private static List<string> NotesOf(SolanaTransferRequest transfer, SolanaTransferFacts facts)
    {
        var (asset, notes) = (transfer.Amount.Asset, new List<string>());
        if (facts.Rent > 0)
        {
            notes.Add($"The recipient has no token account for {asset.Symbol} yet: the fee includes {new Amount(facts.Rent, transfer.Network.Cluster.Native)} of rent for it, which the recipient can take back.");
        }

        if (facts.TransferFee is > 0 and var withheld)
        {
            notes.Add($"The token keeps {new Amount(withheld, asset)} of it; {new Amount(transfer.Units - withheld, asset)} arrive.");
        }

        if (facts.Mint?.Extensions.PermanentDelegate is { } @delegate)
        {
            notes.Add($"The issuer of {asset.Symbol} ({@delegate}) can take these tokens from any account, also from yours.");
        }

        return notes;
    }

    private static Amount FeeCap(SolanaTransferRequest transfer, PolicyDocument policy) =>
        policy.Limits.Fee.TryGetValue(transfer.Network.Cluster.Id, out var fee) ? fee : Amount.Zero(transfer.Network.Cluster.Native);

    private static Plan PlanOf(SolanaTransferRequest transfer, Amount feeAtMost) => new()
    {
        Operation = Operations.Transfer,
        Account = transfer.Account,
        Summary = $"{transfer.Amount} to {(transfer.Payee is { } payee ? $"{payee} ({transfer.To})" : transfer.To.ToString())} on {transfer.Network.Cluster.Title}",
        Effects = [new Effect.Outflow(transfer.Amount, transfer.To.ToString()), new Effect.Fee(feeAtMost)],
        Canonical = $"transfer|{transfer.Account}|{transfer.Amount.Asset.Id}|{transfer.Amount.Units}|{transfer.To}",
        To = transfer.To.ToString(),
        Payee = transfer.Payee,
        Amount = transfer.Amount,
        FeeAtMost = feeAtMost,
    };
}
