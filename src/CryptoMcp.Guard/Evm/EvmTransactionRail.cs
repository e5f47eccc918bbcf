using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Guard.Policies;
using CryptoMcp.Ledger;
using CryptoMcp.Money;

namespace CryptoMcp.Guard.Evm;

/// <summary>
/// Payments that are EVM transactions. One can settle until its nonce is used by a final transaction, and only that,
/// or a receipt in a final block, resolves it: "not found" and "dropped" prove nothing.
/// </summary>
internal sealed class EvmTransactionRail(ILedger ledger, PolicyStore policies, EvmNetworks networks, TimeProvider clock) : IRail
{
    public const string RailName = "evm-transaction";

    // What one look may ask of an endpoint, whatever is open.
    private const int MaxPerRound = 100;
    private const int SampleOfSeen = 10;

    private static readonly TimeSpan s_stuckAfter = TimeSpan.FromMinutes(2);
    private readonly Repeats _repeats = new(clock);
    private readonly Repeats _searches = new(clock, atOnce: true);
    private int _turn;

    /// <inheritdoc/>
    public string Name => RailName;

    /// <inheritdoc/>
    public SignedSpend Assemble(Payment payment, SignedVariant variant, ReadOnlySpan<byte> signature)
    {
        var unsigned = UnsignedTransaction.Decode(Convert.FromHexString(variant.UnsignedBytes));
        var raw = unsigned.Encode(signature);

        // What leaves is read back: the same fields, the same digest, our own account as sender.
        var signed = SignedTransaction.Decode(raw);
        if (!signed.Transaction.Equals(unsigned)
            || Convert.ToHexStringLower(signed.Transaction.SigningDigest().ToArray()) != variant.Digest
            || signed.Sender != EvmAddress.Parse(payment.Account.Address))
        {
            throw new InvalidOperationException($"{payment.Id}: the signed transaction does not read back as it was recorded. Nothing was sent.");
        }

        return new(Convert.ToHexStringLower(raw), signed.Hash.ToString());
    }

    /// <inheritdoc/>
    public async ValueTask<string?> ExposeAsync(Payment payment, SignedSpend signed, CancellationToken ct)
    {
        try
        {
            var broadcast = await networks.Find(payment.Account.Chain).Rpc.SendRawTransactionAsync(Convert.FromHexString(signed.SignedBytes), ct);
            return broadcast.IsOnItsWay ? null : $"{broadcast.Outcome}: {broadcast.UntrustedMessage}";
        }
        catch (EvmRpcException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException)
        {
            return "the guard was stopped while it sent";
        }
    }

    /// <inheritdoc/>
    public async ValueTask FollowAsync(IReadOnlyList<Payment> open, CancellationToken ct)
    {
        var network = networks.Find(open[0].Account.Chain);
        var account = EvmAddress.Parse(open[0].Account.Address);
        var final = await Finality.GetFinalBlockAsync(network.Rpc, ct) ?? throw new EvmRpcException("the node has no final block yet");
        var batch = network.Rpc.CreateBatch();
        var nonce = batch.Add(EvmRequests.TransactionCount(account, BlockTag.Latest));
        var looks = Pick(open, final.Number).ConvertAll(
            payment => (Payment: payment, Answers: TransactionsOf(payment).Select(hash => batch.Add(EvmRequests.Receipt(hash))).ToList()));
        await batch.SendAsync(ct);
        await ledger.ObserveChainNonceAsync(new NonceScope(open[0].Account, nonce.Value), ct);

        var found = looks.ConvertAll(look => (look.Payment, Receipt: look.Answers.Select(a => a.Value).FirstOrDefault(r => r is not null)));
        var blocks = await BlocksAsync(network, found.Where(f => f.Receipt?.BlockNumber <= final.Number).Select(f => f.Receipt!.BlockNumber), ct);

        // The ledger flushes once for all that is recorded at the same time.
        await Task.WhenAll(found.Select(f => RecordAsync(network, new(account, nonce.Value, final), f.Payment, f.Receipt, blocks, ct)));
    }

    /// <inheritdoc/>
    public async ValueTask<ReplaceRequest?> PlanCancelAsync(Payment payment, CancellationToken ct)
    {
        if (payment.Nonce is not { } nonce || payment.Latest is not { } replaced)
        {
            return null;
        }

        var network = networks.Find(payment.Account.Chain);
        var account = EvmAddress.Parse(payment.Account.Address);
        var fees = await network.Fees.EstimateAsync(ct);
        var transaction = EvmReplacement.Cancel(UnsignedTransaction.Decode(Convert.FromHexString(replaced.UnsignedBytes)), account, fees);
        var l1Fee = await OpStackFee.UpperBoundAsync(network.Rpc, transaction, ct);
        var fee = new Amount(transaction.HighestFee + l1Fee, network.Chain.Native);
        if (policies.Current.Limits.Fee.TryGetValue(network.Chain.Id, out var cap) && fee.Units > cap.Units)
        {
            throw new GuardException(
                "fee_too_high",
                $"Taking the nonce away would cost up to {fee}, above the policy's cap of {cap}.",
                "Wait for lower fees, or ask the owner to raise limits.fee.");
        }

        var spend = EvmReplacement.CancelSpend(payment, fee);
        return new ReplaceRequest
        {
            Purpose = VariantPurpose.Cancellation,
            Build = slot => EvmMaterial.Of(
                transaction with { Nonce = slot.Nonce ?? nonce },
                Spending.Rulings.Charges(CryptoMcp.Policy.PolicyEngine.ChargesOf(policies.Current, spend, PaymentFacts.Read(payment).PriceView))),
            Decide = (_, extra) => new Ruling { Verdict = Verdict.Allow, Charges = extra },
        };
    }

    private static IEnumerable<Hash32> TransactionsOf(Payment payment)
    {
        foreach (var variant in payment.Variants)
        {
            if (variant.TransactionId is { } id)
            {
                yield return Hash32.Parse(id);
            }
        }
    }

    /// <summary>
    /// Which payments to look at: those not yet in a block, those whose block has become final, and a few of the others,
    /// in turn, to notice a reorganisation. So what a round costs does not grow with what waits for finality.
    /// </summary>
    private List<Payment> Pick(IReadOnlyList<Payment> open, ulong final)
    {
        var waiting = open.Where(p => p.State == PaymentState.Seen && p.Seen!.Number > final).ToList();
        var others = waiting.Count <= SampleOfSeen
            ? waiting
            : [.. Enumerable.Range(_turn = (_turn + SampleOfSeen) % waiting.Count, SampleOfSeen).Select(i => waiting[i % waiting.Count])];
        return [.. open.Where(p => p.State != PaymentState.Seen).Take(MaxPerRound), .. open.Where(p => p.Seen?.Number <= final && p.State == PaymentState.Seen).Take(MaxPerRound), .. others];
    }

    private async Task RecordAsync(
        EvmNetwork network, Look look, Payment payment, TransactionReceipt? receipt, Dictionary<ulong, BlockHeader?> blocks, CancellationToken ct)
    {
        if (receipt is null)
        {
            await MissingAsync(network, payment, look, ct);
            return;
        }

        _repeats.Forget(payment.Id);
        _searches.Forget(payment.Id);
        if (receipt.BlockNumber <= look.Final.Number)
        {
            await SettleAsync(network, payment, receipt, blocks[receipt.BlockNumber], ct);
        }
        else if (payment.Seen?.Hash != receipt.BlockHash.ToString())
        {
            await ledger.SeenAsync(payment.Id, new(receipt.BlockNumber, receipt.BlockHash.ToString(), null, receipt.TransactionHash.ToString()), ct);
        }
    }

    private static async ValueTask<Dictionary<ulong, BlockHeader?>> BlocksAsync(EvmNetwork network, IEnumerable<ulong> numbers, CancellationToken ct)
    {
        var blocks = new Dictionary<ulong, BlockHeader?>();
        if (network.Rpc.NeedsAgreement)
        {
            foreach (var number in numbers.Distinct())
            {
                blocks[number] = await network.Rpc.AgreedAsync(EvmRequests.Block(BlockTag.Number(number)), ct);
            }

            return blocks;
        }

        var batch = network.Rpc.CreateBatch();
        var answers = numbers.Distinct().Select(number => (Number: number, Answer: batch.Add(EvmRequests.Block(BlockTag.Number(number))))).ToList();
        if (answers.Count > 0)
        {
            await batch.SendAsync(ct);
        }

        foreach (var (number, answer) in answers)
        {
            blocks[number] = answer.Value;
        }

        return blocks;
    }

    private async ValueTask SettleAsync(EvmNetwork network, Payment payment, TransactionReceipt receipt, BlockHeader? block, CancellationToken ct)
    {
        // Money is given back (the unused part of the fee, all of a reverted payment) on the word of as many endpoints as the policy asks.
        var hash = receipt.TransactionHash;
        var agreed = network.Rpc.NeedsAgreement ? await network.Rpc.AgreedAsync(EvmRequests.Receipt(hash), ct) : receipt;
        if (agreed is null || block is null || block.Number != agreed.BlockNumber || block.Hash != agreed.BlockHash
            || agreed.From.ToString() != payment.Account.Address)
        {
            return;
        }

        var variant = payment.Variants.First(v => v.TransactionId == hash.ToString());
        var fee = new Amount(agreed.GasUsed * agreed.EffectiveGasPrice + agreed.L1Fee, network.Chain.Native);
        if (agreed.HasOperatorFee && PaymentFacts.Read(payment).FeeAtMost is not null)
        {
            // The receipt does not state the operator fee, so the worst case stays counted.
            fee = EvmReplacement.FeeAtMost(payment, network.Chain);
        }

        var paid = agreed.Succeeded && variant.Purpose != VariantPurpose.Cancellation;
        var facts = PaymentFacts.Read(payment);
        List<EffectFact> effects =
        [
            .. facts.Effects.Where(e => paid && e.Kind != "fee"),
            EffectFact.Of(new CryptoMcp.Policy.Effect.Fee(fee)),
        ];
        var outcome = new PaymentOutcome
        {
            Says = variant.Purpose == VariantPurpose.Cancellation
                ? $"Cancelled: {hash} took the nonce in final block {agreed.BlockNumber}."
                : agreed.Succeeded
                    ? $"Paid by {hash} in final block {agreed.BlockNumber}."
                    : $"Reverted: {hash} is in final block {agreed.BlockNumber} and moved nothing but its fee.",
            Effects = effects,
            FeePaid = fee.ToString(),
            Block = agreed.BlockNumber,
            BlockHash = agreed.BlockHash.ToString(),
            Reverted = agreed.Succeeded ? null : true,
        };
        var spend = facts.ToSpend(payment, [.. effects.Select(e => e.ToEffect())]);
        await ledger.SettleAsync(
            payment.Id,
            new Settlement
            {
                FinalizedAt = block.Timestamp,
                Actual = Spending.Rulings.Charges(CryptoMcp.Policy.PolicyEngine.ChargesOf(policies.Current, spend, facts.PriceView)),
                TransactionId = hash.ToString(),
                Proof = outcome.ToJson(),
            },
            ct);
    }

    private async ValueTask MissingAsync(EvmNetwork network, Payment payment, Look look, CancellationToken ct)
    {
        if (payment.State == PaymentState.Seen)
        {
            await ledger.ReorgedAsync(payment.Id, ct);
            return;
        }

        if (payment.Nonce is { } nonce && look.LatestNonce > nonce && await NonceAtFinalAsync(network, look, ct) > nonce)
        {
            await WithoutReceiptAsync(network, payment, look, nonce, ct);
            return;
        }

        await HandOutAgainAsync(payment, ct);
    }

    /// <summary>
    /// The nonce is used in a final block, and no node shows a receipt of ours: it was another transaction, or a node has
    /// lost or hides what it knows. Only the other transaction itself, signed with this account's key, tells the two apart;
    /// until it is found the money stays held.
    /// </summary>
    private async ValueTask WithoutReceiptAsync(EvmNetwork network, Payment payment, Look look, ulong nonce, CancellationToken ct)
    {
        if (!_searches.IsDue(payment.Id))
        {
            return;
        }

        if (await NonceUse.FindAsync(network.Rpc, look.Account, nonce, look.Final.Number, ct) is not { } found)
        {
            if (payment.State is PaymentState.Signing or PaymentState.Exposed && clock.GetUtcNow() - payment.Updated > s_stuckAfter)
            {
                await ledger.StuckAsync(
                    payment.Id, $"Nonce {nonce} is used in a final block, but no endpoint shows by which transaction, so it may have been paid.", ct);
            }

            return;
        }

        // By digest, not by hash: a variant that was signed a moment before a crash has no recorded hash. Its own is to be
        // recorded first; the follower sees to that.
        var digest = Convert.ToHexStringLower(found.Transaction.Transaction.SigningDigest().ToArray());
        if (payment.Variants.Any(variant => variant.Digest == digest || variant.TransactionId is null))
        {
            return;
        }

        _searches.Forget(payment.Id);
        var outcome = new PaymentOutcome
        {
            Says = $"Nonce {nonce} was taken by another transaction, {found.Transaction.Hash}, in final block {found.BlockNumber}; this one can never be mined.",
            Block = found.BlockNumber,
            BlockHash = found.BlockHash.ToString(),
        };
        await ledger.ReleaseAsync(
            payment.Id,
            new ReleaseProof
            {
                Reason = ReleaseReason.NonceConsumed,
                FinalizedAt = look.Final.Timestamp,
                FinalizedHeight = look.Final.Number,
                ConsumedBy = found.Transaction.Hash.ToString(),
                Details = outcome.ToJson(),
            },
            ct);
    }

    /// <summary>The account's nonce at the final block; null from a node that has forgotten that state, which proves nothing.</summary>
    private static async ValueTask<ulong?> NonceAtFinalAsync(EvmNetwork network, Look look, CancellationToken ct)
    {
        try
        {
            return await network.Rpc.AgreedAsync(EvmRequests.TransactionCount(look.Account, BlockTag.Number(look.Final.Number)), ct);
        }
        catch (EvmRpcException e) when (e.Kind == EvmRpcFailure.RpcError)
        {
            return null;
        }
    }

    /// <summary>The same bytes again, ever more rarely; a node that lost them gets them back, one that has them does not mind.</summary>
    private async ValueTask HandOutAgainAsync(Payment payment, CancellationToken ct)
    {
        if (payment.Latest is not { SignedBytes: { } bytes } latest || !_repeats.IsDue(payment.Id))
        {
            return;
        }

        var problem = await ExposeAsync(payment, new(bytes, latest.TransactionId), ct);
        if (problem is not null && payment.State == PaymentState.Exposed && clock.GetUtcNow() - payment.Updated > s_stuckAfter)
        {
            await ledger.StuckAsync(payment.Id, $"The chain does not take it: {problem}", ct);
        }
    }

    /// <summary>What one look at the chain found for the account as a whole.</summary>
    private sealed record Look(EvmAddress Account, ulong LatestNonce, BlockHeader Final);
}
