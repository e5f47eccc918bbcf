using CryptoMcp.Guard.Approvals;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Spending;

/// <summary>The part of the road that leads over the owner, and the requests that never became a spend.</summary>
internal sealed partial class SpendRoad
{
    /// <summary>
    /// Carries out what the owner approved. All of it is planned and judged again at this moment: the same effects, a fee
    /// within the frozen one, a policy that still asks or allows. Anything else closes the question unpaid.
    /// </summary>
    /// <exception cref="GuardException">It cannot be carried out now (frozen, locked, chain unreachable); the question stays open.</exception>
    public async ValueTask<Payment> CarryOutAsync(Payment waiting, ApprovalDocument document, CancellationToken ct)
    {
        RefuseWhileFrozen(waiting.Account);
        if (!keys.CanSign(waiting.Account))
        {
            throw Locked(waiting.Account);
        }

        await checkJournal(waiting.Account, ct);

        var planner = PlannerOf(document.Intent);
        var plan = await PlanAsync(planner, document.Intent, planner.Sketch(document.Intent, policies.Current), PlanDepth.Spend, ct);
        if (DifferenceFrom(document, plan) is { } difference || plan.Prepared is not { } prepared)
        {
            difference = DifferenceFrom(document, plan) ?? "it can no longer be planned to the end";
            return await ledger.CloseAsync(waiting.Id, $"{ApprovalWords.Superseded}: {difference}; ask again", ct);
        }

        // Judged by the frozen effects, which are the worst that the owner agreed to.
        var spend = PaymentFacts.Read(waiting).ToSpend(waiting);
        var reservation = await ReserveApprovedAsync(waiting.Id, spend, plan, ct);
        if (reservation.Payment.State != PaymentState.Reserved)
        {
            return reservation.Payment;
        }

        failPoints.Reach("road.approved");
        Authorization authorization;
        try
        {
            authorization = await ledger.BeginSigningAsync(waiting.Id, prepared.NonceScope, prepared.Materialise, ct);
        }
        catch (LedgerException) when (ledger.Find(waiting.Id) is { State: PaymentState.Reserved })
        {
            return await ledger.ReleaseAsync(waiting.Id, new() { Reason = ReleaseReason.NeverSigned }, CancellationToken.None);
        }

        return await SignAndExposeAsync(authorization, ct);
    }

    private async ValueTask<Reservation> ReserveApprovedAsync(string paymentId, Spend spend, Plan plan, CancellationToken ct)
    {
        Ruling Rule(ILedgerView view)
        {
            policies.RefuseIfBehind(view);
            return Rulings.OfApproved(Decide(spend, plan.Prices, view));
        }

        try
        {
            return await ledger.ReserveApprovedAsync(paymentId, Rule, ct);
        }
        catch (LedgerException e)
        {
            throw Wording.Of(e);
        }
    }

    /// <summary>Counts a request that made no sense towards the tripwire, as any other refusal.</summary>
    public async ValueTask CountRefusalAsync(string client, GuardProblem problem)
    {
        var decision = PolicyEngine.Refuse(
            policies.Current, client, problem.Code, problem.Problem, problem.Next, new SpendingView(ledger.View, policies.PayeeKnownSince, client));
        try
        {
            await ledger.RecordDenialAsync(client, Rulings.Of(decision, mayAllow: false, question: null).Decision, CancellationToken.None);
        }
        catch (LedgerException e)
        {
            throw Wording.Of(e);
        }

        if (decision.Freeze && ledger.View.FrozenBecause is null)
        {
            await TripAsync();
        }
    }

    private async ValueTask<Plan> SketchAsync(IPlanner planner, Intent intent, string client, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            CheckKey(intent.IdempotencyKey);
            return planner.Sketch(intent, policies.Current);
        }
        catch (GuardException e)
        {
            await CountRefusalAsync(client, e.Problem);
            throw;
        }
    }

    private ApprovalDraft Question(Plan plan, Intent intent, string client)
    {
        var policy = policies.Current;
        return new(
            plan, intent, client, policy, policies.Summary(), room.PaidBefore(plan), room.ObstacleTo(plan, client, policy.Approval), clock.GetUtcNow());
    }

    /// <summary>What the bytes of now would do that the owner was not asked; null when nothing.</summary>
    private static string? DifferenceFrom(ApprovalDocument document, Plan plan)
    {
        if (plan.Canonical != document.Canonical || plan.Account.ToString() != document.Account || plan.Operation != document.Operation)
        {
            return "the wish now means something else";
        }

        var now = plan.Effects.Select(EffectFact.Of).ToList();
        if (!now.Where(NoFee).SequenceEqual(document.Effects.Where(NoFee)))
        {
            return "its effects are others";
        }

        foreach (var fees in now.Where(effect => !NoFee(effect)).GroupBy(effect => effect.Asset))
        {
            var frozen = Total(document.Effects.Where(effect => !NoFee(effect) && effect.Asset == fees.Key));
            if (frozen is null || Total(fees)! > frozen)
            {
                return "the fee is above the one that was approved";
            }
        }

        return null;
    }

    private static bool NoFee(EffectFact effect) => effect.Kind != "fee";

    private static System.Numerics.BigInteger? Total(IEnumerable<EffectFact> fees)
    {
        System.Numerics.BigInteger? sum = null;
        foreach (var fee in fees)
        {
            sum = (sum ?? 0) + ((Effect.Fee)fee.ToEffect()).Amount.Units;
        }

        return sum;
    }

    private static GuardException Locked(AccountId account) => new(
        "wallet_locked",
        $"The guard does not hold the key of {account.Address}, so it can watch this wallet only.",
        "The owner can add the wallet with 'cryptomcp wallet import', or unlock it by starting 'cryptomcp guard' in a terminal.");
}
