using System.Text.Json;
using CryptoMcp.Guard.Approvals;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Spending;

/// <summary>Policy's decision in the ledger's words.</summary>
internal static class Rulings
{
    private const string RoomJustTaken = "room_just_taken";

    /// <summary>Code of a refusal while budgets change hands.</summary>
    public const string PolicyChanging = "policy_changing";

    /// <summary>
    /// The ruling to record. An allowance for a spend that was not planned to the end is a refusal, because it was refused
    /// a moment ago; so is <c>ask</c> where the owner is not to be asked.
    /// </summary>
    /// <param name="decision">What policy says.</param>
    /// <param name="mayAllow">True when the bytes are known.</param>
    /// <param name="question">What the owner would be asked; null when it was not prepared.</param>
    public static Ruling Of(Decision decision, bool mayAllow, ApprovalDraft? question)
    {
        if (decision.Verdict == Policy.Verdict.Ask && question is { Obstacle: null })
        {
            return Recorded(decision, Ledger.Verdict.Ask) with { Facts = question.Freeze(decision) };
        }

        var said = decision.Verdict switch
        {
            Policy.Verdict.Allow when !mayAllow => Refused(
                decision, "room_just_freed", "It was refused while it was planned, and room has come free since.", "Repeat the same call."),
            Policy.Verdict.Ask when question?.Obstacle is { } obstacle => Refused(decision, obstacle.Code, obstacle.Reason, obstacle.Next),
            Policy.Verdict.Ask => Refused(
                decision, RoomJustTaken, "It was allowed while it was planned, and needs the owner's approval since.", "Repeat the same call."),
            _ => decision,
        };
        return Recorded(said, said.Verdict == Policy.Verdict.Allow ? Ledger.Verdict.Allow : Ledger.Verdict.Deny);
    }

    /// <summary>
    /// The ruling as it was recorded, from the same decision: whether the owner could be asked then is not in the policy,
    /// so the record is believed about that, and about nothing else.
    /// </summary>
    public static Ruling Replayed(Decision decision, bool mayAllow, bool wasAsked, string recordedCode) => decision.Verdict switch
    {
        Policy.Verdict.Ask when wasAsked => Recorded(decision, Ledger.Verdict.Ask),
        Policy.Verdict.Ask when recordedCode is ApprovalDraft.TooManyWaiting or ApprovalDraft.Resting or RoomJustTaken =>
            Recorded(decision with { Verdict = Policy.Verdict.Deny, Code = recordedCode }, Ledger.Verdict.Deny),
        _ => Of(decision, mayAllow, question: null),
    };

    /// <summary>The ruling on a spend that the owner approved: what policy asks about is answered, what it denies stays denied.</summary>
    public static Ruling OfApproved(Decision decision) =>
        Recorded(decision, decision.Verdict == Policy.Verdict.Deny ? Ledger.Verdict.Deny : Ledger.Verdict.Allow);

    private static Decision Refused(Decision decision, string code, string reason, string next) =>
        decision with { Verdict = Policy.Verdict.Deny, Code = code, Reason = reason, Next = next };

    private static Ruling Recorded(Decision decision, Ledger.Verdict verdict) => new()
    {
        Verdict = verdict,
        Charges = Charges(decision.Charges),
        Decision = JsonSerializer.SerializeToElement(DecisionViews.Of(decision), GuardJson.Default.DecisionView),
    };

    /// <summary>Charges on counters that hold money; denials are counted by the ledger itself.</summary>
    public static IReadOnlyList<Ledger.Charge> Charges(IReadOnlyList<Policy.Charge> charges)
    {
        var result = new List<Ledger.Charge>(charges.Count);
        foreach (var charge in charges)
        {
            if (charge.Counter.Unit.Kind != BudgetUnitKind.Denials)
            {
                result.Add(new(charge.Counter.Id, charge.Amount));
            }
        }

        return result;
    }
}

/// <summary>Policy's decision in the contract's words.</summary>
internal static class DecisionViews
{
    public static DecisionView Of(Decision decision) => new()
    {
        Verdict = decision.VerdictName,
        Code = decision.Code,
        Rule = decision.Rule,
        Reason = decision.Reason,
        FirstUnmet = decision.FirstUnmet,
        Next = decision.Next,
        Budgets = [.. decision.Budgets.Select(Of)],
    };

    public static BudgetView Of(BudgetState budget) => new()
    {
        Id = budget.Id,
        Key = budget.Key,
        Limit = budget.Unit.Format(budget.Limit),
        Window = budget.WindowText,
        Used = budget.Unit.Format(budget.Used),
        Held = budget.Unit.Format(budget.Held),
        Left = budget.Unit.Format(budget.Left),
        Charge = budget.Charge.IsZero ? null : budget.Unit.Format(budget.Charge),
        FreesAt = budget.FreesAt,
    };
}
