using System.Text;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Evm;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Guard.Policies;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Payments;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.X402;

/// <summary>
/// Payments that are signatures in the hands of a stranger, who may take them to the chain until they expire. A final
/// block proves that one was taken; or, being past its end with the nonce still free, that it never will be. What the
/// stranger answers proves nothing.
/// </summary>
internal sealed class AuthorizationRail(ILedger ledger, PolicyStore policies, EvmNetworks networks) : IRail
{
    public const string RailName = "evm-authorization";

    // What one look may ask of an endpoint, whatever is open.
    private const int MaxPerRound = 200;

    /// <inheritdoc/>
    public string Name => RailName;

    /// <inheritdoc/>
    public SignedSpend Assemble(Payment payment, SignedVariant variant, ReadOnlySpan<byte> signature)
    {
        var record = AuthorizationRecord.Read(variant.UnsignedBytes);
        var kind = AuthorizationKinds.Of(record.Kind);
        var text = EvmSignature.Format(signature);

        // What leaves is derived from the record again: the same digest, our own account as signer.
        var digest = kind.Message(record).Digest();
        if (Convert.ToHexStringLower(digest.ToArray()) != variant.Digest
            || !EvmSignature.TryRecover(text, digest, out var signer) || signer != EvmAddress.Parse(payment.Account.Address))
        {
            throw new InvalidOperationException($"{payment.Id}: the authorization does not read back as it was recorded. Nothing was handed out.");
        }

        return new(Convert.ToHexStringLower(kind.Payload(record, text)), TransactionId: null);
    }

    /// <summary>Nothing to broadcast: the caller hands it to the seller.</summary>
    public ValueTask<string?> ExposeAsync(Payment payment, SignedSpend signed, CancellationToken ct) => new((string?)null);

    /// <inheritdoc/>
    public string? ForCaller(Payment payment) =>
        payment.Latest?.SignedBytes is { } bytes ? Encoding.UTF8.GetString(Convert.FromHexString(bytes)) : null;

    /// <summary>It ends by itself, soon; an on-chain cancellation would cost more than waiting.</summary>
    public ValueTask<ReplaceRequest?> PlanCancelAsync(Payment payment, CancellationToken ct) => new((ReplaceRequest?)null);

    /// <inheritdoc/>
    public async ValueTask FollowAsync(IReadOnlyList<Payment> open, CancellationToken ct)
    {
        var network = networks.Find(open[0].Account.Chain);
        try
        {
            await FollowAsync(network, open, ct);
        }
        catch (EvmFormatException e)
        {
            throw new EvmRpcException($"{network.Chain.Title} gave an answer that is none: {e.Message}", e);
        }
    }

    private async ValueTask FollowAsync(EvmNetwork network, IReadOnlyList<Payment> open, CancellationToken ct)
    {
        var final = await Finality.GetFinalBlockAsync(network.Rpc, ct) ?? throw new EvmRpcException("the node has no final block yet");
        var looks = Pick(open, final);
        var batch = network.Rpc.CreateBatch();
        var head = batch.Add(EvmRequests.BlockNumber);
        var states = looks.ConvertAll(look => batch.Add(EvmRequests.Call(look.Kind.StateCall(look.Record), BlockTag.Latest)));
        await batch.SendAsync(ct);

        var taken = new List<Look>();
        var free = new List<Look>();
        for (var i = 0; i < looks.Count; i++)
        {
            if (states[i].Error is not null)
            {
                continue; // A contract that does not answer proves nothing about this payment, and keeps no other from being looked at.
            }

            (looks[i].Kind.IsTaken(looks[i].Record, states[i].Value) ? taken : free).Add(looks[i]);
        }

        await RecordTakenAsync(network, taken, head.Value, final, ct);
        await RecordFreeAsync(network, free, final, ct);
    }

    /// <summary>Those not yet in a block, and those whose block has become final or may have been dropped.</summary>
    private static List<Look> Pick(IReadOnlyList<Payment> open, BlockHeader final)
    {
        var looks = new List<Look>();
        foreach (var seen in (ReadOnlySpan<bool>)[false, true])
        {
            var count = 0;
            foreach (var payment in open)
            {
                if ((payment.State == PaymentState.Seen) == seen && payment.Latest is { } latest && count++ < MaxPerRound)
                {
                    var record = AuthorizationRecord.Read(latest.UnsignedBytes);
                    looks.Add(new(payment, record, AuthorizationKinds.Of(record.Kind), payment.Seen?.Number <= final.Number));
                }
            }
        }

        return looks;
    }

    private async ValueTask RecordTakenAsync(EvmNetwork network, List<Look> taken, ulong head, BlockHeader final, CancellationToken ct)
    {
        foreach (var kind in taken.GroupBy(look => (look.Kind, look.IsDue)))
        {
            // Money is posted on the word of as many endpoints as the policy asks; a first sight is not worth that.
            var group = kind.ToList();
            var chain = new ChainReader(network.Rpc, agreed: kind.Key.IsDue);
            var found = await kind.Key.Kind.FindAsync(
                chain, group.ConvertAll(look => look.Record), kind.Key.IsDue ? final.Number : Math.Max(head, final.Number), ct);
            var steps = new List<Task>();
            for (var i = 0; i < group.Count; i++)
            {
                if (found[i] is { } taking)
                {
                    steps.Add(RecordAsync(network, group[i], taking, final, ct));
                }
                else if (group[i].IsDue)
                {
                    // It was in a block that is gone; where it is now, the next look finds.
                    steps.Add(ledger.ReorgedAsync(group[i].Payment.Id, ct).AsTask());
                }
            }

            // The ledger flushes once for all that is recorded at the same time.
            await Task.WhenAll(steps);
        }
    }

    private async Task RecordAsync(EvmNetwork network, Look look, Taking taking, BlockHeader final, CancellationToken ct)
    {
        if (taking.Block <= final.Number)
        {
            // What one endpoint saw is asked of all that must agree before it moves or frees money.
            var agreed = look.IsDue || !network.Rpc.NeedsAgreement
                ? taking
                : (await look.Kind.FindAsync(new ChainReader(network.Rpc, agreed: true), [look.Record], final.Number, ct))[0];
            if (agreed is not null)
            {
                await ResolveAsync(network, look, agreed, ct);
            }
        }
        else if (taking.Units is not null && look.Payment.Seen?.Hash != taking.BlockHash.ToString())
        {
            await ledger.SeenAsync(look.Payment.Id, new(taking.Block, taking.BlockHash.ToString(), null, taking.Transaction.ToString()), ct);
        }
    }

    private async ValueTask ResolveAsync(EvmNetwork network, Look look, Taking taking, CancellationToken ct)
    {
        var receipt = await network.Rpc.AgreedAsync(EvmRequests.Receipt(taking.Transaction), ct);
        var block = await network.Rpc.AgreedAsync(EvmRequests.Block(BlockTag.Number(taking.Block)), ct);
        if (receipt is not { Succeeded: true } || block is null || block.Hash != receipt.BlockHash || receipt.BlockNumber != taking.Block
            || receipt.BlockHash != taking.BlockHash)
        {
            return;
        }

        if (taking.Units is not { } units)
        {
            await ReleaseAsync(look, ReleaseReason.Cancelled, $"Cancelled by {taking.Transaction} in final block {taking.Block}; it can never be taken.", block, ct);
            return;
        }

        if (!units.IsZero && !Moved(receipt, look.Record, units))
        {
            return;
        }

        var payment = look.Payment;
        var facts = PaymentFacts.Read(payment);
        var asset = facts.Effects[0].ToEffect() switch
        {
            Effect.Outflow outflow => outflow.Amount.Asset,
            Effect.Allowance allowance => allowance.Amount.Asset,
            _ => throw new InvalidOperationException($"{payment.Id} moves nothing that an authorization can move."),
        };
        var actual = new Amount(units, asset);
        List<EffectFact> effects = units.IsZero ? [] : [EffectFact.Of(new Effect.Outflow(actual, look.Record.To))];
        var outcome = new PaymentOutcome
        {
            Says = units.IsZero
                ? $"The allowance given by {taking.Transaction} is used up at final block {taking.Block}."
                : $"{actual} paid by {taking.Transaction} in final block {taking.Block}.",
            Effects = effects,
            Block = taking.Block,
            BlockHash = taking.BlockHash.ToString(),
        };
        var spend = facts.ToSpend(payment, [.. effects.Select(effect => effect.ToEffect())]);
        await ledger.SettleAsync(
            payment.Id,
            new Settlement
            {
                FinalizedAt = block.Timestamp,
                Actual = Spending.Rulings.Charges(PolicyEngine.ChargesOf(policies.Current, spend, facts.PriceView)),
                TransactionId = taking.Transaction.ToString(),
                Proof = outcome.ToJson(),
            },
            ct);
    }

    /// <summary>Free at the newest block: not yet taken, taken back by a reorganisation, or past its end.</summary>
    private async ValueTask RecordFreeAsync(EvmNetwork network, List<Look> free, BlockHeader final, CancellationToken ct)
    {
        foreach (var look in free)
        {
            if (look.Payment.State == PaymentState.Seen)
            {
                await ledger.ReorgedAsync(look.Payment.Id, ct);
            }
            else if (final.Timestamp >= look.Kind.ExpiresAt(look.Record))
            {
                var state = await network.Rpc.AgreedAsync(EvmRequests.Call(look.Kind.StateCall(look.Record), BlockTag.Number(final.Number)), ct);
                if (!look.Kind.IsTaken(look.Record, state))
                {
                    await ReleaseAsync(
                        look, ReleaseReason.Expired, $"Never taken: unused in final block {final.Number}, which is past its end at {look.Kind.ExpiresAt(look.Record):yyyy-MM-dd HH:mm:ss'Z'}.", final, ct);
                }
            }
        }
    }

    private async ValueTask ReleaseAsync(Look look, ReleaseReason reason, string says, BlockHeader block, CancellationToken ct)
    {
        var outcome = new PaymentOutcome { Says = says, Block = block.Number, BlockHash = block.Hash.ToString() };
        await ledger.ReleaseAsync(
            look.Payment.Id, new() { Reason = reason, FinalizedAt = block.Timestamp, FinalizedHeight = block.Number, Details = outcome.ToJson() }, ct);
    }

    private static bool Moved(TransactionReceipt receipt, AuthorizationRecord record, System.Numerics.BigInteger units)
    {
        foreach (var log in receipt.Logs)
        {
            if (log.Address == record.TokenAddress && Erc20.TransferEvent.TryDecode(log, out var transfer)
                && transfer[0].AsAddress() == record.FromAddress && transfer[1].AsAddress() == record.ToAddress && transfer[2].AsNumber() == units)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One payment to look at.</summary>
    /// <param name="Payment">The payment.</param>
    /// <param name="Record">What was signed.</param>
    /// <param name="Kind">Its kind.</param>
    /// <param name="IsDue">The block that held it when it was last seen is final now.</param>
    private sealed record Look(Payment Payment, AuthorizationRecord Record, IAuthorizationKind Kind, bool IsDue);
}
