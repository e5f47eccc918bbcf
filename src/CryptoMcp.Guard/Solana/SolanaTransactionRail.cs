using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Guard.Policies;
using CryptoMcp.Guard.Spending;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;
using CryptoMcp.Solana;

namespace CryptoMcp.Guard.Solana;

/// <summary>
/// Payments that are Solana transactions. One can land until the height that its block hash allows; final status
/// resolves it, and so does a final height past that one at which several endpoints, searching their whole history, know
/// of no such transaction. "Not found" before proves nothing.
/// </summary>
internal sealed class SolanaTransactionRail(ILedger ledger, PolicyStore policies, SolanaNetworks networks, TimeProvider clock) : IRail
{
    public const string RailName = "solana-transaction";

    // getSignatureStatuses takes no more.
    private const int MaxPerRound = 256;

    // An endpoint's index of signatures may trail its height a little.
    private const ulong HeightMargin = 8;

    private readonly Repeats _repeats = new(clock);

    /// <inheritdoc/>
    public string Name => RailName;

    /// <inheritdoc/>
    public SignedSpend Assemble(Payment payment, SignedVariant variant, ReadOnlySpan<byte> signature)
    {
        var message = Convert.FromHexString(variant.UnsignedBytes);
        var account = Pubkey.Parse(payment.Account.Address);
        var raw = Transaction.Sign(message, account, signature.ToArray()).Encode();

        // What leaves is read back: the recorded message, under our own account's signature.
        var signed = Transaction.Decode(raw);
        if (Convert.ToHexStringLower(signed.Message.Span) != variant.Digest || MessageCodec.Decode(message).FeePayer != account
            || !Ed25519.Verify(account.ToArray(), message, signed.Signatures[0].Span))
        {
            throw new InvalidOperationException($"{payment.Id}: the signed transaction does not read back as it was recorded. Nothing was sent.");
        }

        return new(Convert.ToHexStringLower(raw), signed.Id!.Value.ToString());
    }

    /// <inheritdoc/>
    public async ValueTask<string?> ExposeAsync(Payment payment, SignedSpend signed, CancellationToken ct)
    {
        try
        {
            return (await networks.Find(payment.Account.Chain).Rpc.SendTransactionAsync(Convert.FromHexString(signed.SignedBytes), ct))?.Message;
        }
        catch (SolanaRpcException e)
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
        try
        {
            foreach (var round in open.Where(payment => IdOf(payment) is not null).Chunk(MaxPerRound))
            {
                await FollowAsync(network, round, ct);
            }
        }
        catch (SolanaRpcException e)
        {
            throw SolanaProblems.Of(e, network.Cluster);
        }
    }

    /// <summary>Nothing can take a signed message back; it ends by itself within a minute or two.</summary>
    public ValueTask<ReplaceRequest?> PlanCancelAsync(Payment payment, CancellationToken ct) => new((ReplaceRequest?)null);

    private static TransactionSignature? IdOf(Payment payment) =>
        TransactionSignature.TryParse(payment.Latest?.TransactionId, out var id) ? id : null;

    private async ValueTask FollowAsync(SolanaNetwork network, Payment[] payments, CancellationToken ct)
    {
        var batch = network.Rpc.CreateBatch();
        var height = batch.Add(SolanaRequests.BlockHeight(Commitment.Finalized));
        var statuses = batch.Add(SolanaRequests.Statuses([.. payments.Select(payment => IdOf(payment)!.Value)]));
        await batch.SendAsync(ct);

        // The ledger flushes once for all that is recorded at the same time.
        await Task.WhenAll(payments.Select((payment, i) => RecordAsync(network, payment, statuses.Value[i], height.Value, ct)));
    }

    private async Task RecordAsync(SolanaNetwork network, Payment payment, SignatureStatus? status, ulong finalHeight, CancellationToken ct)
    {
        if (status is null)
        {
            await MissingAsync(network, payment, finalHeight, ct);
            return;
        }

        _repeats.Forget(payment.Id);
        if (status.Commitment == Commitment.Finalized)
        {
            await SettleAsync(network, payment, ct);
        }
        else if (payment.Seen?.Number != status.Slot)
        {
            await ledger.SeenAsync(payment.Id, new(status.Slot, Hash: null, Time: null, IdOf(payment)!.Value.ToString()), ct);
        }
    }

    private async ValueTask SettleAsync(SolanaNetwork network, Payment payment, CancellationToken ct)
    {
        var id = IdOf(payment)!.Value;
        var landed = await network.Rpc.AgreedAsync(SolanaRequests.Transaction(id, Commitment.Finalized), ct);
        if (landed is not { BlockTime: { } time } || Convert.ToHexStringLower(landed.Transaction.Message.Span) != payment.Latest!.Digest)
        {
            return;
        }

        var facts = PaymentFacts.Read(payment);
        var fee = FeeOf(landed, facts, network.Cluster.Native);
        List<EffectFact> effects = [.. facts.Effects.Where(e => !landed.Failed && e.Kind != "fee"), EffectFact.Of(new Effect.Fee(fee))];
        var outcome = new PaymentOutcome
        {
            Says = landed.Failed
                ? $"Failed: {id} is in final slot {landed.Slot} and moved nothing but its fee."
                : $"Paid by {id} in final slot {landed.Slot}.",
            Effects = effects,
            FeePaid = fee.ToString(),
            Block = landed.Slot,
            Reverted = landed.Failed ? true : null,
        };
        var spend = facts.ToSpend(payment, [.. effects.Select(e => e.ToEffect())]);
        await ledger.SettleAsync(
            payment.Id,
            new Settlement
            {
                FinalizedAt = time,
                Actual = Rulings.Charges(PolicyEngine.ChargesOf(policies.Current, spend, facts.PriceView)),
                TransactionId = id.ToString(),
                Proof = outcome.ToJson(),
            },
            ct);
    }

    /// <summary>
    /// What fee and rent really took: what our account lost beyond the amount. A claim outside what is possible is not
    /// believed, and the worst case stays counted.
    /// </summary>
    private static Amount FeeOf(LandedTransaction landed, PaymentFacts facts, Asset native)
    {
        var worst = facts.Effects.Where(e => e.Kind == "fee").Select(e => ((Effect.Fee)e.ToEffect()).Amount).Aggregate(Amount.Zero(native), (sum, fee) => sum + fee);
        if (landed.LamportsBefore.Count == 0 || landed.LamportsAfter.Count == 0)
        {
            return worst;
        }

        var moved = landed.Failed
            ? 0
            : facts.Effects.Where(e => e.Kind == "outflow" && e.Asset == native.Id.ToString()).Select(e => ((Effect.Outflow)e.ToEffect()).Amount.Units)
                .Aggregate(System.Numerics.BigInteger.Zero, (sum, units) => sum + units);
        var taken = (System.Numerics.BigInteger)landed.LamportsBefore[0] - landed.LamportsAfter[0] - moved;
        return taken >= ComputeBudget.LamportsPerSignature && taken <= worst.Units ? new Amount(taken, native) : worst;
    }

    private async ValueTask MissingAsync(SolanaNetwork network, Payment payment, ulong finalHeight, CancellationToken ct)
    {
        if (payment.State == PaymentState.Seen)
        {
            await ledger.ReorgedAsync(payment.Id, ct);
            return;
        }

        if (payment.Latest is not { ExpiresAfterHeight: { } last } latest)
        {
            return;
        }

        if (finalHeight <= last + HeightMargin)
        {
            if (latest.SignedBytes is { } bytes && _repeats.IsDue(payment.Id))
            {
                await ExposeAsync(payment, new(bytes, latest.TransactionId), ct);
            }

            return;
        }

        await ReleaseAsync(network, payment, last, ct);
    }

    private async ValueTask ReleaseAsync(SolanaNetwork network, Payment payment, ulong last, CancellationToken ct)
    {
        var needed = network.NeededForRelease;
        if (network.Rpc.EndpointCount < needed)
        {
            if (payment.State == PaymentState.Exposed)
            {
                await ledger.StuckAsync(
                    payment.Id,
                    $"It expired, but {needed} endpoints must show that it did not land, and the policy names {network.Rpc.EndpointCount}. The owner can add one.",
                    ct);
            }

            return;
        }

        // Each endpoint is asked for its height first: one that has passed the last valid height knows all that could land.
        var said = await network.Rpc.AskEachAsync(SolanaRequests.BlockHeight(Commitment.Finalized), SolanaRequests.Statuses([IdOf(payment)!.Value]), ct);
        if (said.Any(answer => answer.Next[0] is not null) || said.Count(answer => answer.First > last + HeightMargin) < needed)
        {
            return;
        }

        var final = await FinalBlock.ReadAsync(network, ct);
        var height = said.Select(answer => answer.First).OrderDescending().ElementAt(needed - 1);
        var outcome = new PaymentOutcome
        {
            Says = $"Never landed: it was valid to block height {last}, the final height is {height}, and {said.Count} endpoint{(said.Count == 1 ? " knows" : "s know")} of no such transaction.",
            Block = final.Slot,
        };
        await ledger.ReleaseAsync(
            payment.Id,
            new ReleaseProof { Reason = ReleaseReason.Expired, FinalizedAt = final.Time, FinalizedHeight = height, Details = outcome.ToJson() },
            ct);
    }
}
