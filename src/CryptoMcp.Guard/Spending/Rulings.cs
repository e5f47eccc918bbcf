using System.Text.Json;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Spending;

/// <summary>Policy's decision in the ledger's words.</summary>
internal static class Rulings
{
    /// <summary>
    /// The ruling to record. <c>ask</c> is a refusal as long as there is nobody to ask; so is an allowance for a spend
    /// that was not planned to the end, because it was refused a moment ago.
    /// </summary>
    public static Ruling Of(Decision decision, bool mayAllow)
    {
        var said = decision.Verdict switch
        {
            Policy.Verdict.Allow when !mayAllow => decision with
            {
                Verdict = Policy.Verdict.Deny,
                Code = "room_just_freed",
                Reason = "It was refused while it was planned, and room has come free since.",
                Next = "Repeat the same call.",
            },
            Policy.Verdict.Ask => decision with
            {
                Next = "The owner cannot be asked yet, so it is refused: pay less, or ask the owner for a rule that allows it.",
            },
            _ => decision,
        };
        return new()
        {
            Verdict = said.Verdict == Policy.Verdict.Allow ? Ledger.Verdict.Allow : Ledger.Verdict.Deny,
            Charges = Charges(said.Charges),
            Decision = JsonSerializer.SerializeToElement(DecisionViews.Of(said), GuardJson.Default.DecisionView),
        };
    }

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
