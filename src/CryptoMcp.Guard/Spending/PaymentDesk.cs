using System.Text.Json;
using CryptoMcp.Guard.Approvals;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Ledger;

namespace CryptoMcp.Guard.Spending;

/// <summary>Shows payments.</summary>
internal sealed class PaymentDesk(ILedger ledger)
{
    private static readonly Dictionary<string, PaymentState> s_states =
        Enum.GetValues<PaymentState>().ToDictionary(Wording.Of, state => state, StringComparer.Ordinal);

    /// <summary>Looks at the chain for one payment; set once by the follower.</summary>
    public Func<Payment, CancellationToken, ValueTask> Refresh { get; set; } = (_, _) => default;

    /// <summary>Where the owner answers a question, by approval id; null while no page is served.</summary>
    public Func<string, string?> ApprovalUrl { get; set; } = _ => null;

    /// <summary>One payment, after a fresh look at the chain.</summary>
    public async ValueTask<PaymentView> GetAsync(string paymentId, CancellationToken ct)
    {
        await Refresh(Find(paymentId), ct);
        return Show(Find(paymentId));
    }

    /// <summary>The payment with this id.</summary>
    /// <exception cref="GuardException">There is none.</exception>
    public Payment Find(string paymentId) => ledger.Find(paymentId) ?? throw new GuardException(
        "unknown_payment", "There is no payment with that id here.", "Call payment_list for the ids.");

    /// <summary>A page of payments, newest first.</summary>
    /// <param name="state">One state, <c>open</c> for all that are not resolved, or empty for all.</param>
    /// <param name="cursor">From the page before, or empty.</param>
    /// <param name="limit">1 to 100.</param>
    public PaymentPage List(string state, string cursor, int limit)
    {
        var page = ledger.List(new() { States = StatesOf(state) }, cursor.Length == 0 ? null : cursor, limit);
        return new()
        {
            Payments = [.. page.Payments.Select(p => Show(p) with { Decision = null })],
            Total = page.Total,
            NextCursor = page.NextCursor,
        };
    }

    /// <summary>The payment as the contract shows it.</summary>
    public PaymentView Show(Payment payment, bool repeated = false)
    {
        var facts = PaymentFacts.Read(payment);
        var proof = payment.Proof.ValueKind == JsonValueKind.Object ? payment.Proof : default;
        var decision = payment.Decision.ValueKind == JsonValueKind.Object
            ? payment.Decision.Deserialize(GuardJson.Default.DecisionView)
            : null;
        return new()
        {
            PaymentId = payment.Id,
            State = Wording.Of(payment.State),
            StateMeans = Wording.Meaning(payment),
            Operation = payment.Operation,
            Summary = facts.Summary,
            Chain = payment.Account.Chain.ToString(),
            From = payment.Account.Address,
            To = facts.To,
            Payee = facts.Payee,
            Amount = facts.Amount,
            FeeAtMost = facts.FeeAtMost,
            FeePaid = Text(proof, "fee_paid"),
            Nonce = payment.Nonce,
            TransactionId = payment.TransactionId ?? payment.Latest?.TransactionId,
            Block = payment.Seen?.Number,
            ExpiresAt = payment.IsResolved ? null : payment.Latest?.ExpiresAt,
            Purchase = facts.Purchase,
            Proof = Text(proof, "says") ?? payment.Reason,
            CreatedAt = payment.Created,
            UpdatedAt = payment.Updated,
            IdempotencyKey = payment.Key,
            Repeated = repeated,
            Decision = decision,
            Approval = facts.Approval is { } asked ? Notice(payment, asked) : null,
            Next = payment.State == PaymentState.Denied ? decision?.Next : Wording.Next(payment),
        };
    }

    private ApprovalNotice Notice(Payment payment, FrozenApproval asked)
    {
        var id = ApprovalIds.Of(payment.Id);
        return new()
        {
            ApprovalId = id,
            Status = ApprovalWords.StatusOf(payment),
            Url = payment.State == PaymentState.Waiting ? ApprovalUrl(id) : null,
            ExpiresAt = asked.Document.ExpiresAt,
        };
    }

    private static IReadOnlyCollection<PaymentState>? StatesOf(string state) => state switch
    {
        "" => null,
        "open" => [PaymentState.Reserved, PaymentState.Signing, PaymentState.Exposed, PaymentState.Seen, PaymentState.Stuck],
        _ when s_states.TryGetValue(state, out var one) => [one],
        _ => throw new GuardException(
            "invalid_state", "That is no state of a payment.", $"Use 'open' or one of: {string.Join(", ", s_states.Keys)}."),
    };

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
