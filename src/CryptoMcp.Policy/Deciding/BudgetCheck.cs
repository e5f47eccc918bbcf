using System.Numerics;

namespace CryptoMcp.Policy.Deciding;

/// <summary>Whether every budget has room, all together.</summary>
internal sealed class BudgetCheck
{
    private BudgetCheck(IReadOnlyList<BudgetState> states, IReadOnlyList<Charge> charges)
    {
        States = states;
        Charges = charges;
    }

    /// <summary>Every counter that is drawn on.</summary>
    public IReadOnlyList<BudgetState> States { get; }

    /// <summary>What to hold: per counter the larger of this spend and the one that it replaces.</summary>
    public IReadOnlyList<Charge> Charges { get; }

    /// <summary>The first budget that refuses.</summary>
    public Refusal? Refused { get; private set; }

    /// <summary>The first budget that asks.</summary>
    public Refusal? Asks { get; private set; }

    /// <summary>True if a budget that is full freezes.</summary>
    public bool Freezes { get; private set; }

    public static BudgetCheck Run(Facts facts, Charging charging, ISpendingView ledger)
    {
        var merged = Merge(charging.Charges, facts.Spend.Replaces);
        var states = new List<BudgetState>(merged.Count);
        var check = new BudgetCheck(states, [.. merged.Select(part => new Charge(part.Counter, part.Total))]);
        if (!charging.IsComplete)
        {
            check.Refused = HardLimits.NoValue(facts, "budgets");
        }

        foreach (var (counter, _, extra) in merged)
        {
            if (Find(facts.Compiled.Budgets, counter.BudgetId) is not { } budget)
            {
                continue;
            }

            var usage = ledger.UsageOf(counter);
            var state = new BudgetState(
                budget.Id, counter.Key, budget.Unit, budget.Limit, budget.Window, usage.Used, usage.Held, extra, usage.FreesAt);
            states.Add(state);
            if (extra.Sign > 0)
            {
                check.Judge(budget, state, ledger);
            }
        }

        check.JudgeDenials(facts, ledger);
        return check;
    }

    private static Budget? Find(Budget[] budgets, string id)
    {
        foreach (var budget in budgets)
        {
            if (budget.Id == id)
            {
                return budget;
            }
        }

        return null;
    }

    private static List<(BudgetCounter Counter, BigInteger Total, BigInteger Extra)> Merge(
        IReadOnlyList<Charge> charges, IReadOnlyList<Charge>? replaced)
    {
        var merged = new List<(BudgetCounter Counter, BigInteger Total, BigInteger Extra)>(charges.Count);
        foreach (var charge in charges)
        {
            var held = HeldFor(charge.Counter, replaced);
            merged.Add((charge.Counter, BigInteger.Max(charge.Amount, held), BigInteger.Max(BigInteger.Zero, charge.Amount - held)));
        }

        foreach (var charge in replaced ?? [])
        {
            if (!merged.Exists(part => part.Counter == charge.Counter))
            {
                merged.Add((charge.Counter, charge.Amount, BigInteger.Zero));
            }
        }

        return merged;
    }

    private static BigInteger HeldFor(BudgetCounter counter, IReadOnlyList<Charge>? replaced)
    {
        foreach (var charge in replaced ?? [])
        {
            if (charge.Counter == counter)
            {
                return charge.Amount;
            }
        }

        return BigInteger.Zero;
    }

    private void Judge(Budget budget, BudgetState state, ISpendingView ledger)
    {
        if (!state.HasRoom)
        {
            var name = state.Key is { } key ? $"{budget.Id} ({key})" : budget.Id;
            var left = budget.Unit.Format(state.Left);
            var unmet = $"{name} has {left} left of {budget.LimitText} in {budget.WindowText}, and this takes " +
                $"{budget.Unit.Format(state.Charge)}";
            Full(
                budget, unmet, DecisionCodes.OverBudget, DecisionCodes.OverBudgetAsk,
                $"The budget {name} has {left} left of {budget.LimitText} per {WindowNoun(budget)}, and this would take " +
                $"{budget.Unit.Format(state.Charge)}.",
                state.FreesAt is { } frees
                    ? $"Pay at most {left} now, or wait: the budget begins to free at {frees.ToUniversalTime():yyyy-MM-dd HH:mm:ss'Z'}."
                    : $"Pay at most {left}, wait until pending payments are resolved, or ask the owner to raise the budget.");
        }
        else if (state.Key is not null && state.Used.IsZero && state.Held.IsZero && ledger.KeysOf(budget.Id) >= Budget.MaxKeys)
        {
            Refused ??= new(
                DecisionCodes.TooManyKeys, budget.Id,
                $"The budget {budget.Id} already has {Budget.MaxKeys} counters in use, which is the most.",
                "Use one that was paid before, or wait until others leave the window.",
                $"{budget.Id} has no room for another {budget.Each}");
        }
    }

    private void JudgeDenials(Facts facts, ISpendingView ledger)
    {
        if (facts.IsCancel)
        {
            return;
        }

        foreach (var budget in facts.Compiled.Budgets)
        {
            // A freezing counter acts when it fills up; afterwards the freeze itself refuses, until the owner ends it.
            if (budget.Unit.Kind != BudgetUnitKind.Denials || budget.WhenFull == WhenFull.Freeze)
            {
                continue;
            }

            var usage = ledger.UsageOf(budget.Counter(budget.Each is null ? null : facts.Spend.Client));
            if (usage.Used + usage.Held >= budget.Limit)
            {
                Full(
                    budget, $"{budget.Id} has counted {budget.LimitText} in {budget.WindowText}", DecisionCodes.TooManyDenials,
                    DecisionCodes.TooManyDenials,
                    $"{budget.LimitText} were counted in {budget.WindowText}, so nothing is signed without the owner for now.",
                    usage.FreesAt is { } frees ? $"Wait until {frees.ToUniversalTime():yyyy-MM-dd HH:mm:ss'Z'}."
                        : "Wait, or ask the owner.");
            }
        }
    }

    private void Full(Budget budget, string unmet, string denyCode, string askCode, string reason, string next)
    {
        if (budget.WhenFull == WhenFull.Ask)
        {
            Asks ??= new(askCode, budget.Id, reason, "Ask the owner to approve this payment.", unmet);
            return;
        }

        Refused ??= new(denyCode, budget.Id, reason, next, unmet);
        Freezes |= budget.WhenFull == WhenFull.Freeze;
    }

    private static string WindowNoun(Budget budget) => budget.Window is null ? "lifetime" : budget.WindowText;
}
