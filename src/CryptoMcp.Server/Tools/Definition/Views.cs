using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Definition;

/// <summary>Shapes what comes from the guard into what a model reads.</summary>
internal static class Views
{
    /// <summary>A decision with its budgets.</summary>
    public static DecisionShape Of(DecisionView decision) => new()
    {
        Verdict = decision.Verdict,
        Code = decision.Code,
        Rule = decision.Rule,
        Reason = decision.Reason,
        FirstUnmet = decision.FirstUnmet,
        Budgets = decision.Budgets.Count == 0 ? null : Of(decision.Budgets),
        Next = decision.Next,
    };

    /// <summary>Budgets, one by one.</summary>
    public static List<BudgetShape> Of(IReadOnlyList<BudgetView> budgets)
    {
        var shapes = new List<BudgetShape>(budgets.Count);
        foreach (var budget in budgets)
        {
            shapes.Add(new()
            {
                Id = Texts.BudgetName(budget),
                Left = budget.Left,
                Limit = Texts.BudgetLimit(budget),
                FreesAt = budget.FreesAt is { } frees ? Texts.Time(frees) : null,
            });
        }

        return shapes;
    }

    /// <summary>A quote or a policy check.</summary>
    public static QuoteResult Of(QuoteView quote) => new()
    {
        Summary = quote.Summary,
        To = quote.To,
        FeeLikely = quote.FeeLikely,
        FeeAtMost = quote.FeeAtMost,
        Balance = quote.Balance,
        Decision = Of(quote.Decision),
        Notes = quote.Notes is { Count: > 0 } notes ? notes : null,
    };

    /// <summary>A payment.</summary>
    public static PaymentResult Of(PaymentView payment) => new()
    {
        PaymentId = payment.PaymentId,
        State = StateOf(payment),
        Means = payment.StateMeans,
        Summary = payment.Summary,
        TransactionId = payment.TransactionId,
        FeePaid = payment.FeePaid,
        Repeated = payment.Repeated ? true : null,
        IdempotencyKey = payment.IdempotencyKey,
        CreatedAt = Texts.Time(payment.CreatedAt),
        Approval = Of(payment.Approval),
        Next = payment.Next,
    };

    /// <summary>A payment; with <paramref name="detailed"/> all that is known of it.</summary>
    public static PaymentDetailResult DetailOf(PaymentView payment, bool detailed) => new()
    {
        PaymentId = payment.PaymentId,
        State = StateOf(payment),
        Means = payment.StateMeans,
        Summary = payment.Summary,
        TransactionId = payment.TransactionId,
        FeePaid = payment.FeePaid,
        Repeated = payment.Repeated ? true : null,
        IdempotencyKey = payment.IdempotencyKey,
        CreatedAt = Texts.Time(payment.CreatedAt),
        Approval = Of(payment.Approval),
        Next = payment.Next,
        Detail = detailed ? DetailOf(payment) : null,
    };

    /// <summary>One line of a list of payments.</summary>
    public static PaymentLine LineOf(PaymentView payment, bool detailed) => new()
    {
        PaymentId = payment.PaymentId,
        State = StateOf(payment),
        Summary = payment.Summary,
        CreatedAt = Texts.Time(payment.CreatedAt),
        TransactionId = detailed ? payment.TransactionId : null,
        IdempotencyKey = detailed ? payment.IdempotencyKey : null,
        FeePaid = detailed ? payment.FeePaid : null,
    };

    /// <summary>A question to the owner.</summary>
    public static ApprovalResult Of(ApprovalView approval) => new()
    {
        ApprovalId = approval.ApprovalId,
        Status = approval.Status,
        Summary = approval.Summary,
        Rule = approval.Rule,
        Url = approval.Url,
        ExpiresAt = Texts.Time(approval.ExpiresAt),
        PaymentId = approval.Payment?.PaymentId,
        PaymentState = approval.Payment is { } payment ? StateOf(payment) : null,
        PaymentMeans = approval.Payment?.StateMeans,
        Next = approval.Next,
    };

    /// <summary>That the owner is asked; null where nobody was.</summary>
    public static ApprovalShape? Of(ApprovalNotice? notice) => notice is null ? null : new()
    {
        ApprovalId = notice.ApprovalId,
        Status = notice.Status,
        Url = notice.Url,
        ExpiresAt = Texts.Time(notice.ExpiresAt),
    };

    /// <summary>The state, with what a caller has to do: a model that reads "waiting" waits for the chain.</summary>
    public static string StateOf(PaymentView payment) => payment.State == "waiting" ? "needs_approval" : payment.State;

    private static PaymentDetail DetailOf(PaymentView payment) => new()
    {
        Chain = payment.Chain,
        From = payment.From,
        To = payment.To,
        Payee = payment.Payee,
        FeeAtMost = payment.FeeAtMost,
        Nonce = payment.Nonce,
        Block = payment.Block,
        Proof = payment.Proof,
        UpdatedAt = Texts.Time(payment.UpdatedAt),
        Decision = payment.Decision is { } decision ? Of(decision) : null,
        Purchase = payment.Purchase is { } purchase ? Of(purchase, payment.Answer) : null,
    };

    private static PurchaseShape Of(PurchaseFacts purchase, PurchaseAnswer? answer) => new()
    {
        Method = purchase.Method,
        UntrustedResource = UntrustedText.Clean(purchase.UntrustedResource),
        RequestSha256 = purchase.RequestSha256,
        OfferSha256 = purchase.OfferSha256,
        Status = answer?.Status,
        BodySha256 = answer?.BodySha256,
        SellerSays = answer?.Claim,
    };
}
