using System.Collections.Concurrent;
using System.Text.Json;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Guard.Policies;
using CryptoMcp.Guard.Spending;
using CryptoMcp.Ledger;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Guard.Approvals;

/// <summary>
/// Questions to the owner: shows them, takes refusals from anybody, and a yes only together with a factor that the guard
/// itself has verified over the hash of exactly the document that waits.
/// </summary>
internal sealed partial class ApprovalDesk(
    ILedger ledger, PolicyStore policies, ProposalDesk proposals, ApprovalRoom room, SpendRoad road, PaymentDesk payments, ILogger<ApprovalDesk> log)
{
    private readonly ConcurrentDictionary<string, List<(string Approver, OwnerFactor Factor)>> _given = new(StringComparer.Ordinal);

    /// <summary>The page that shows all questions; null while none is served.</summary>
    public Func<string?> PageUrl { get; set; } = () => null;

    /// <summary>True while anybody waits for the owner or for a delay.</summary>
    public bool IsBusy => room.Waiting.Count > 0 || proposals.Pending is not null;

    /// <summary>How many questions wait for the owner.</summary>
    public int Waiting => room.Waiting.Count + (proposals.Pending is { State: ProposalState.Proposed } ? 1 : 0);

    /// <summary>True when the policy takes approvals of this kind, for a payment or for a loosening of itself.</summary>
    public bool Accepts(string kind, bool forPolicy) => policies.Current.Approval.By.Any(
        by => by.Kind == kind && (!forPolicy || policies.Current.Changes.LoosenBy.Contains(by.Id)));

    /// <summary>The questions that wait.</summary>
    public ApprovalList List() => new()
    {
        Approvals = [.. room.Waiting.Select(Show), .. proposals.Pending is { } pending ? (ApprovalView[])[ProposalViews.Of(pending, policies, UrlOf)] : []],
        Url = PageUrl(),
    };

    /// <summary>One question.</summary>
    /// <exception cref="GuardException">There is none of that id.</exception>
    public ApprovalView Get(string approvalId) =>
        proposals.Find(approvalId) is { } proposal ? ProposalViews.Of(proposal, policies, UrlOf) : Show(Find(approvalId));

    /// <summary>Closes a question unpaid; the rest period of this client and payee begins.</summary>
    public async ValueTask<ApprovalView> RefuseAsync(string approvalId, CancellationToken ct)
    {
        using var turn = await room.EnterAsync(ct);
        if (proposals.Find(approvalId) is { } proposal)
        {
            return ProposalViews.Of(await proposals.DropAsync(proposal, ProposalState.Refused, ct), policies, UrlOf);
        }

        return Show(await CloseAsync(RequireWaiting(approvalId).Payment, ApprovalWords.Refused, ct));
    }

    /// <summary>
    /// Takes a yes. With as many as the policy needs, the guard carries the payment out at once, or starts the delay of the
    /// policy change.
    /// </summary>
    /// <param name="approvalId">The question.</param>
    /// <param name="sha256">The hash that the factor was given for.</param>
    /// <param name="factor">What the guard has verified.</param>
    /// <param name="ct">Stops it before anything is signed.</param>
    /// <exception cref="GuardException">It does not wait, is over, was changed, or cannot be carried out now.</exception>
    public async ValueTask<ApprovalView> ApproveAsync(string approvalId, string sha256, OwnerFactor factor, CancellationToken ct)
    {
        using var turn = await room.EnterAsync(ct);
        if (proposals.Find(approvalId) is { } proposal)
        {
            return await ApproveAsync(proposal, sha256, factor, ct);
        }

        var (payment, frozen) = RequireWaiting(approvalId);
        RefuseAnotherDocument(sha256, frozen.Sha256);
        if (room.IsOver(payment, frozen.Document))
        {
            await CloseAsync(payment, ApprovalWords.Expired, ct);
            throw NotWaiting(approvalId, "expired");
        }

        if (!frozen.IsWhole)
        {
            await CloseAsync(payment, $"{ApprovalWords.Superseded}: the recorded document does not have its hash", ct);
            throw NotWaiting(approvalId, "superseded");
        }

        if (!await TakeAsync(approvalId, sha256, factor, policies.Current.Approval.Need, required: null, ct))
        {
            return Show(payment);
        }

        var done = await road.CarryOutAsync(payment, frozen.Document, ct);
        Forget(done);
        return Show(done);
    }

    /// <summary>Closes what nobody answered in time.</summary>
    public async ValueTask SweepAsync(CancellationToken ct)
    {
        foreach (var payment in room.Waiting)
        {
            if (room.IsOver(payment, Frozen(payment).Document))
            {
                using var turn = await room.EnterAsync(ct);
                if (ledger.Find(payment.Id) is { State: PaymentState.Waiting } waiting)
                {
                    await CloseAsync(waiting, ApprovalWords.Expired, ct);
                }
            }
        }
    }

    private async ValueTask<ApprovalView> ApproveAsync(Proposal proposal, string sha256, OwnerFactor factor, CancellationToken ct)
    {
        if (proposal.State != ProposalState.Proposed || proposals.IsOver(proposal))
        {
            throw NotWaiting(proposal.ApprovalId, ProposalViews.StatusOf(proposal));
        }

        RefuseAnotherDocument(sha256, proposal.Sha256);
        var enough = await TakeAsync(
            proposal.ApprovalId, sha256, factor, policies.Current.Approval.Need, policies.Current.Changes.LoosenBy, ct);
        return ProposalViews.Of(enough ? await proposals.ApproveAsync(proposal, ct) : proposal, policies, UrlOf);
    }

    /// <summary>Notes a yes in the journal. True when there are enough, by different approvers with different factors.</summary>
    private async ValueTask<bool> TakeAsync(
        string approvalId, string sha256, OwnerFactor factor, int need, IReadOnlyList<string>? required, CancellationToken ct)
    {
        var approver = factor.ApproverIn(policies.Current);
        if (required is not null && !required.Contains(approver.Id))
        {
            throw new GuardException(
                "factor_not_accepted",
                $"A loosening of the policy is approved by {string.Join(" and ", required)}, not by {approver.Id}.",
                "Approve it with that factor.");
        }

        var given = _given.GetOrAdd(approvalId, _ => []);
        if (!given.Any(other => other.Approver == approver.Id || other.Factor == factor))
        {
            given.Add((approver.Id, factor));
        }

        var record = new ApprovalGiven { ApprovalId = approvalId, Sha256 = sha256, By = approver.Id, Kind = factor.Kind, Credential = factor.Credential };
        await ledger.RecordAsync("approval", JsonSerializer.SerializeToElement(record, ApprovalJson.Default.ApprovalGiven), ct);
        Approved(log, approvalId, approver.Id);
        return given.Count >= need && (required is null || required.All(id => given.Any(one => one.Approver == id)));
    }

    private async ValueTask<Payment> CloseAsync(Payment payment, string reason, CancellationToken ct)
    {
        var closed = await ledger.CloseAsync(payment.Id, reason, ct);
        Forget(closed);
        return closed;
    }

    private void Forget(Payment payment)
    {
        room.Leave(payment);
        _given.TryRemove(ApprovalIds.Of(payment.Id), out _);
    }

    private ApprovalView Show(Payment payment)
    {
        var view = ApprovalViews.Of(payment, Frozen(payment), payments.Show(payment), UrlOf);
        var need = policies.Current.Approval.Need;
        return need > 1 && payment.State == PaymentState.Waiting
            ? view with { Given = $"{(_given.TryGetValue(view.ApprovalId, out var given) ? given.Count : 0)} of {need}" }
            : view;
    }

    private (Payment Payment, FrozenApproval Frozen) RequireWaiting(string approvalId)
    {
        var payment = Find(approvalId);
        return payment.State == PaymentState.Waiting
            ? (payment, Frozen(payment))
            : throw NotWaiting(approvalId, ApprovalWords.StatusOf(payment));
    }

    private Payment Find(string approvalId) =>
        ApprovalIds.PaymentOf(approvalId) is { } paymentId && ledger.Find(paymentId) is { } payment && PaymentFacts.Read(payment).Approval is not null
            ? payment
            : throw new GuardException("unknown_approval", "There is no question of that id here.", "payment_list shows the payments and where they stand.");

    private string? UrlOf(string approvalId) => payments.ApprovalUrl(approvalId);

    private static FrozenApproval Frozen(Payment payment) => PaymentFacts.Read(payment).Approval
        ?? throw new InvalidOperationException($"{payment.Id} waits for the owner without a question.");

    private static void RefuseAnotherDocument(string given, string frozen)
    {
        if (given != frozen)
        {
            throw new GuardException(
                "other_document", "The approval is for another document than the one that waits.", "Look at the page again and approve what it shows now.");
        }
    }

    private static GuardException NotWaiting(string approvalId, string status) => new(
        "not_waiting", $"{approvalId} is {status}: it does not wait for an approval.", "Each question is answered once. Ask again if it is still wanted.");

    [LoggerMessage(LogLevel.Information, "{ApprovalId}: approved by {Approver}.")]
    private static partial void Approved(ILogger logger, string approvalId, string approver);
}
