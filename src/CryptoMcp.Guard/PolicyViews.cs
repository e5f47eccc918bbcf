using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Policies;
using CryptoMcp.Guard.Spending;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard;

/// <summary>The policy in force as the contract shows it.</summary>
internal static class PolicyViews
{
    public static PolicyView Of(PolicyStore policies, ILedgerView ledger, string? frozen)
    {
        var policy = policies.Current;
        var view = new SpendingView(ledger, policies.PayeeKnownSince, client: string.Empty);
        return new()
        {
            Policy = policies.Summary(),
            Explanation = PolicyExplainer.Explain(policy).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Budgets = [.. policy.Budgets.Select(budget => Of(budget, view))],
            Payees = [.. policy.Payees.Values.OrderBy(p => p.Name, StringComparer.Ordinal).Select(payee => new PayeeView
            {
                Name = payee.Name,
                Label = payee.Label,
                Accounts = [.. payee.On.Select(on => new AccountId(on.Key, on.Value).ToString())],
            })],
            Frozen = frozen,
        };
    }

    private static BudgetView Of(Budget budget, SpendingView view)
    {
        // A budget with a counter for each of something has no single figure; its limit is shown, what is used is per key.
        var usage = budget.Each is null ? view.UsageOf(budget.Counter()) : Usage.None;
        return DecisionViews.Of(new BudgetState(
            budget.Id,
            budget.Each is { } each ? $"each {each.ToString().ToLowerInvariant()}" : null,
            budget.Unit,
            budget.Limit,
            budget.Window,
            usage.Used,
            usage.Held,
            Charge: 0,
            usage.FreesAt));
    }
}
