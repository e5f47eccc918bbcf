using System.Security.Cryptography;
using System.Text;
using CryptoMcp.Guard.Approvals;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Guard.Policies;
using CryptoMcp.Guard.Prices;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Guard.Spending;

/// <summary>
/// The one road for money: plan, decide and reserve in one atomic durable step, sign, hand out. Every kind of spend takes
/// it, and nothing else reaches a key: the key backend wants an <see cref="Authorization"/>, which only the ledger makes,
/// and only for a digest that it has written down.
/// </summary>
internal sealed partial class SpendRoad(
    ILedger ledger,
    PolicyStore policies,
    IKeyBackend keys,
    IReadOnlyList<IPlanner> planners,
    RailSet rails,
    PriceBook prices,
    PaymentDesk desk,
    Func<AccountId, CancellationToken, ValueTask> checkJournal,
    ApprovalRoom room,
    TimeProvider clock,
    Func<string?> frozenByOwner,
    IFailPoints failPoints,
    ILogger<SpendRoad> log)
{
    private const int MaxKeyLength = 128;

    /// <summary>What the spend would do and whether it would be allowed, with fees and balance from the chain.</summary>
    public async ValueTask<QuoteView> QuoteAsync(Intent intent, string client, CancellationToken ct)
    {
        var planner = PlannerOf(intent);
        return Quote(await PlanAsync(planner, intent, planner.Sketch(intent, policies.Current), PlanDepth.Quote, ct), client);
    }

    /// <summary>The same from pinned facts alone: the chain is not asked, so fees are left out and the note says so.</summary>
    public QuoteView Check(Intent intent, string client)
    {
        var sketch = WithoutFee(PlannerOf(intent).Sketch(intent, policies.Current));
        return Quote(sketch with { Prices = prices.Known(sketch.Effects) }, client);
    }

    /// <summary>Makes the payment, or returns the one that the same wish already made.</summary>
    public async ValueTask<PaymentView> SubmitAsync(Intent intent, string client, CancellationToken ct)
    {
        var planner = PlannerOf(intent);
        var sketch = await SketchAsync(planner, intent, client, ct);
        var digest = DigestOf(client, sketch.Canonical);
        if (Earlier(intent, client, digest) is { } earlier)
        {
            return HandOver(await CarryOnAsync(earlier, ct), repeated: true);
        }

        RefuseWhileFrozen(sketch.Account);

        // More effects and higher prices never make a decision milder, so what policy denies without the fee and at its own
        // floors it denies with them: the chain need not be asked, and the refusal is the same when the chain is down.
        var refusedAnyway = Decide(WithoutFee(sketch), client, ledger.View).Verdict == Policy.Verdict.Deny;
        var plan = refusedAnyway ? WithoutFee(sketch) : await PlanAsync(planner, intent, sketch, PlanDepth.Spend, ct);
        if (!refusedAnyway && !keys.CanSign(plan.Account))
        {
            throw Locked(plan.Account);
        }

        if (!refusedAnyway)
        {
            await checkJournal(plan.Account, ct);
        }

        failPoints.Reach("road.planned");
        if (!refusedAnyway && Decide(plan, client, ledger.View).Verdict == Policy.Verdict.Ask)
        {
            // One question at a time, so that the places which wait for the owner are counted right.
            using var turn = await room.EnterAsync(ct);
            return await SubmitAsync(intent, client, digest, FeeRoom.Widen(plan, policies.Current), asks: true, ct);
        }

        return await SubmitAsync(intent, client, digest, plan, asks: false, ct);
    }

    private async ValueTask<PaymentView> SubmitAsync(Intent intent, string client, string digest, Plan plan, bool asks, CancellationToken ct)
    {
        var request = new ReserveRequest
        {
            Client = client,
            Key = intent.IdempotencyKey,
            IntentDigest = digest,
            Operation = plan.Operation,
            Account = plan.Account,
            Facts = PaymentFacts.Of(plan).ToJson(),
            Tags = plan.Tags,
        };
        var question = asks ? Question(plan, intent, client) : null;
        var (reservation, authorization) = await ReserveAsync(request, plan, question, ct);
        if (authorization is not null)
        {
            return HandOver(await SignAndExposeAsync(authorization, ct));
        }

        if (reservation.Existing)
        {
            return HandOver(await CarryOnAsync(reservation.Payment, ct), repeated: true);
        }

        if (reservation.Payment.State == PaymentState.Waiting)
        {
            room.Add(reservation.Payment);
        }

        return desk.Show(reservation.Payment);
    }

    /// <summary>Takes the nonce away from a payment that is not final, where its rail can.</summary>
    public async ValueTask<PaymentView> CancelAsync(string paymentId, string client, CancellationToken ct)
    {
        var payment = desk.Find(paymentId);
        if (payment.State == PaymentState.Waiting)
        {
            var withdrawn = await ledger.CloseAsync(payment.Id, ApprovalWords.Withdrawn, ct);
            room.Leave(withdrawn);
            return desk.Show(withdrawn);
        }

        RefuseWhileFrozen(payment.Account);
        switch (payment.State)
        {
            case PaymentState.Reserved:
                return desk.Show(await ledger.ReleaseAsync(payment.Id, new() { Reason = ReleaseReason.NeverSigned }, ct));
            case PaymentState.Signing or PaymentState.Exposed or PaymentState.Stuck:
                break;
            default:
                throw new GuardException(
                    "cannot_cancel",
                    $"Payment {payment.Id} is {Wording.Of(payment.State)}: {Wording.Meaning(payment)}",
                    "Only a payment that is not yet in a block can be cancelled. payment_get shows how it ends.");
        }

        var replacement = await rails[payment].PlanCancelAsync(payment, ct) ?? throw new GuardException(
            "cannot_cancel", "This kind of payment cannot be called back; it ends by itself.", "Follow it with payment_get.");
        Cancelling(log, payment.Id, client);
        var authorization = await ledger.BeginReplacementAsync(payment.Id, replacement, ct);
        return desk.Show(await SignAndExposeAsync(authorization, ct));
    }

    /// <summary>
    /// Finishes what a crash or a missing key interrupted: signs the recorded digest again, which gives the same bytes, and
    /// hands them out. Never makes new bytes.
    /// </summary>
    public async ValueTask<Payment> CarryOnAsync(Payment payment, CancellationToken ct)
    {
        if (payment.State != PaymentState.Signing || !keys.CanSign(payment.Account) || FrozenBecause(payment.Account) is not null)
        {
            return payment;
        }

        Authorization authorization;
        try
        {
            authorization = await ledger.ResumeSigningAsync(payment.Id, ct);
        }
        catch (PaymentStepException) when (ledger.Find(payment.Id) is { State: > PaymentState.Signing } ahead)
        {
            return ahead;
        }

        return await SignAndExposeAsync(authorization, ct);
    }

    /// <summary>Hands out once more what was noted as handed out: the note may be older than the broadcast.</summary>
    public async ValueTask HandOutAgainAsync(Payment payment, CancellationToken ct)
    {
        if (payment.Latest is { SignedBytes: { } bytes } latest
            && await rails[payment].ExposeAsync(payment, new(bytes, latest.TransactionId), ct) is { } problem)
        {
            NotConfirmed(log, payment.Id, problem);
        }
    }

    /// <summary>The policy's decision as the ledger wants it, under the ledger's lock.</summary>
    internal Decision Decide(Plan plan, string client, ILedgerView view) => Decide(plan.ToSpend(client), plan.Prices, view);

    private Decision Decide(Spend spend, IPriceView prices, ILedgerView view) => policies.IsChanging
        ? new Decision
        {
            Verdict = Policy.Verdict.Deny,
            Code = Rulings.PolicyChanging,
            Rule = "built-in.policy",
            Reason = "Another revision of the policy is coming into force at this moment.",
            Next = "Repeat the same call.",
        }
        : PolicyEngine.Decide(
            policies.Current, spend, new SpendingView(view, policies.PayeeKnownSince, spend.Client), prices, view.WindowNow);

    /// <summary>The plan with the prices that it is judged at. Planner and feeds are asked at the same time.</summary>
    private async ValueTask<Plan> PlanAsync(IPlanner planner, Intent intent, Plan sketch, PlanDepth depth, CancellationToken ct)
    {
        var pricing = prices.ReadAsync(sketch.Effects, ct).AsTask();
        var plan = await planner.PlanAsync(intent, policies.Current, depth, ct);
        var (_, notes) = await pricing;

        // The plan may move more than its sketch knew of; what was just read is not read again.
        var (all, more) = await prices.ReadAsync(plan.Effects, ct);
        return plan with { Prices = all, Notes = [.. plan.Notes, .. notes.Union(more)] };
    }

    private async ValueTask<(Reservation, Authorization?)> ReserveAsync(
        ReserveRequest request, Plan plan, ApprovalDraft? question, CancellationToken ct)
    {
        var freeze = false;
        Ruling Rule(ILedgerView view)
        {
            policies.RefuseIfBehind(view);
            var decision = Decide(plan, request.Client, view);

            // A spend that was not planned to the end can be denied but not made.
            var ruling = Rulings.Of(decision, mayAllow: plan.Prepared is not null, question);
            freeze = decision.Freeze || (decision.Verdict == Policy.Verdict.Ask && ruling.Verdict == Ledger.Verdict.Deny && TripsAnyway(request.Client, view));
            return ruling;
        }

        try
        {
            if (plan.Prepared is not { } prepared)
            {
                return (await ledger.ReserveAsync(request, Rule, ct), null);
            }

            return await ledger.ReserveAndBeginSigningAsync(request, Rule, prepared.NonceScope, prepared.Materialise, ct);
        }
        catch (LedgerException e)
        {
            throw Wording.Of(e);
        }
        finally
        {
            if (freeze)
            {
                await TripAsync();
            }
        }
    }

    /// <summary>Whether a refusal that is not the policy's own fills a tripwire all the same.</summary>
    private bool TripsAnyway(string client, ILedgerView view) => PolicyEngine.Refuse(
        policies.Current, client, "refused", string.Empty, string.Empty, new SpendingView(view, policies.PayeeKnownSince, client)).Freeze;

    private ValueTask TripAsync() =>
        ledger.FreezeAsync("A tripwire of the policy fired: too many refused requests.", cancellationToken: CancellationToken.None);

    private async ValueTask<Payment> SignAndExposeAsync(Authorization authorization, CancellationToken ct)
    {
        failPoints.Reach("road.authorized");
        var signature = await keys.SignAsync(authorization, ct);
        failPoints.Reach("road.signed");
        var rail = rails[authorization.Payment];
        var signed = rail.Assemble(authorization.Payment, authorization.Variant, signature);

        // The record of the signing holds all that is needed to make these bytes again, so the note that they are out
        // may become durable while they travel.
        var noted = ledger.ExposeAsync(authorization.PaymentId, signed.SignedBytes, signed.TransactionId, CancellationToken.None);
        failPoints.Reach("road.exposing");
        var problem = await rail.ExposeAsync(authorization.Payment, signed, ct);
        if (problem is not null)
        {
            NotConfirmed(log, authorization.PaymentId, problem);
        }

        failPoints.Reach("road.exposed");
        try
        {
            return await noted;
        }
        catch (PaymentStepException) when (ledger.Find(authorization.PaymentId) is { State: > PaymentState.Signing } ahead)
        {
            // Another caller carried the same payment on at the same time: the same digest, the same bytes, one payment.
            return ahead;
        }
    }

    /// <summary>The payment for its own caller, with what that caller has to hand on; only from here, and only once it is durable.</summary>
    private PaymentView HandOver(Payment payment, bool repeated = false)
    {
        var view = desk.Show(payment, repeated);
        if (payment.State < PaymentState.Exposed || payment.Latest?.SignedBytes is null || rails[payment].ForCaller(payment) is not { } bytes)
        {
            return view;
        }

        failPoints.Reach("road.handing-over");
        return view with { SignedPayload = bytes };
    }

    private Payment? Earlier(Intent intent, string client, string digest)
    {
        // A key whose payment was refused or is proven dead is free again: what it stands for was not paid.
        if (intent.IdempotencyKey is not { } key || ledger.FindByKey(client, key) is not { } payment
            || payment.State is PaymentState.Denied or PaymentState.Closed or PaymentState.Released)
        {
            return null;
        }

        return payment.IntentDigest == digest ? payment : throw Wording.Of(new IdempotencyConflictException(key, payment.Id));
    }

    private string? FrozenBecause(AccountId account) => frozenByOwner() ?? ledger.View.FrozenBecauseOf(account);

    private void RefuseWhileFrozen(AccountId account)
    {
        if (FrozenBecause(account) is { } reason)
        {
            throw Wording.Frozen(reason);
        }
    }

    private QuoteView Quote(Plan plan, string client) => new()
    {
        Summary = plan.Summary,
        Chain = plan.Account.Chain.ToString(),
        From = plan.Account.Address,
        To = plan.To,
        Payee = plan.Payee,
        Amount = plan.Amount?.ToString(),
        FeeAtMost = plan.FeeAtMost?.ToString(),
        FeeLikely = plan.FeeLikely?.ToString(),
        Balance = plan.Balance?.ToString(),
        Value = ValueOf(plan)?.ToString(),
        Decision = DecisionViews.Of(Decide(plan, client, ledger.View)),
        Notes = plan.Notes.Count == 0 ? null : plan.Notes,
    };

    /// <summary>What the amount is worth where the policy gives its asset a value, as budgets count it.</summary>
    private Usd? ValueOf(Plan plan) => plan.Amount is { } amount
        && policies.Current.Assets.TryGetValue(amount.Asset.Symbol, out var listed) && listed.UsdAtLeast is { } floor
        ? Usd.Of(amount, plan.Prices.PricePerWhole(amount.Asset) is { } feed && feed > floor ? feed : floor)
        : null;

    private IPlanner PlannerOf(Intent intent) => planners.FirstOrDefault(p => p.Handles(intent)) ?? throw new GuardException(
        "unknown_operation", "This guard does not know that kind of spend.", "Check that server and guard have the same version.");

    private static Plan WithoutFee(Plan plan) => plan with { Effects = [.. plan.Effects.Where(e => e is not Effect.Fee)] };

    private static string DigestOf(string client, string canonical) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{client}\n{canonical}")));

    private static void CheckKey(string? key)
    {
        if (key is not null && (key.Length is < 1 or > MaxKeyLength || key.Any(c => c is < '!' or > '~')))
        {
            throw new GuardException(
                "invalid_idempotency_key",
                $"The idempotency key must be 1 to {MaxKeyLength} printable ASCII characters without spaces.",
                "Use a short unique text such as a UUID, and the same one when you repeat the call.");
        }
    }

    [LoggerMessage(LogLevel.Information, "{PaymentId}: cancellation asked for by {Client}.")]
    private static partial void Cancelling(ILogger logger, string paymentId, string client);

    [LoggerMessage(LogLevel.Warning, "{PaymentId}: handed out, but not confirmed: {Problem}")]
    private static partial void NotConfirmed(ILogger logger, string paymentId, string problem);
}
