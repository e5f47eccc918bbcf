namespace CryptoMcp.Policy.Comparing;

/// <summary>Budgets, by id.</summary>
internal static class BudgetComparison
{
    public static void Compare(PolicyDocument before, PolicyDocument after, Changes changes)
    {
        var old = before.Budgets.ToDictionary(budget => budget.Id);
        var now = after.Budgets.ToDictionary(budget => budget.Id);
        foreach (var budget in before.Budgets.Where(budget => !now.ContainsKey(budget.Id)))
        {
            changes.Raised.Add($"No longer: {PolicyExplainer.Explain(budget)}");
        }

        foreach (var budget in after.Budgets)
        {
            if (!old.TryGetValue(budget.Id, out var was))
            {
                changes.Lowered.Add($"New: {PolicyExplainer.Explain(budget)}");
            }
            else
            {
                CompareOne(was, budget, changes);
            }
        }
    }

    private static void CompareOne(Budget old, Budget now, Changes changes)
    {
        if (old.Unit != now.Unit || old.Each != now.Each)
        {
            // Other units or keys cannot be put in order: some spends fit better and others worse.
            changes.Raised.Add($"Instead of: {PolicyExplainer.Explain(old)} Now: {PolicyExplainer.Explain(now)}");
            return;
        }

        changes.Limit($"Budget {now.Id}", (System.Numerics.BigInteger?)old.Limit, now.Limit, old.Unit.Format);
        // The same limit over a longer time permits less.
        changes.Limit(
            $"Window of {now.Id}", Reciprocal(old.Window), Reciprocal(now.Window), ticks =>
                PolicySpan.Format(ticks == long.MinValue ? null : TimeSpan.FromTicks(-ticks)));
        if (old.Counts != now.Counts)
        {
            (now.Counts == BudgetCounts.ValueAndFees ? changes.Lowered : changes.Raised)
                .Add($"Budget {now.Id} counts {BudgetText.Of(now.Counts)} instead of {BudgetText.Of(old.Counts)}.");
        }

        if (old.WhenFull != now.WhenFull)
        {
            (Strictness(now.WhenFull) > Strictness(old.WhenFull) ? changes.Lowered : changes.Raised)
                .Add($"Budget {now.Id} when full: {BudgetText.Of(old.WhenFull)} → {BudgetText.Of(now.WhenFull)}.");
        }
    }

    /// <summary>An order in which a longer window is smaller, and for ever smallest.</summary>
    private static long? Reciprocal(TimeSpan? window) => window is { } length ? -length.Ticks : long.MinValue;

    private static int Strictness(WhenFull whenFull) => whenFull switch
    {
        WhenFull.Ask => 0,
        WhenFull.Deny => 1,
        _ => 2,
    };
}
