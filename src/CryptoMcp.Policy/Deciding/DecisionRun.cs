namespace CryptoMcp.Policy.Deciding;

/// <summary>One decision, step by step.</summary>
internal sealed class DecisionRun(PolicyDocument policy, Spend spend, ISpendingView ledger, IPriceView prices, DateTimeOffset now)
{
    private readonly Facts _facts = new(policy, spend, prices, now);

    public Decision Decide()
    {
        if (BuiltInChecks.Find(_facts) is { } impossible)
        {
            return Deny(impossible, null);
        }

        var budgets = BudgetCheck.Run(_facts, Charging.Of(_facts), ledger);
        var refusal = FindForbid() ?? HardLimits.Find(_facts, ledger);
        if (refusal is not null)
        {
            return Deny(refusal, budgets);
        }

        var (opening, asks) = FindOpening();
        if (opening is null && !_facts.IsCancel)
        {
            return Deny(NoRule(), budgets);
        }

        if (budgets.Refused is { } full)
        {
            return Deny(full, budgets, budgets.Freezes);
        }

        if (asks is not null)
        {
            return Ask(
                new(
                    DecisionCodes.ApprovalNeeded, asks.Rule.Id, $"The rule {asks.Rule.Id} asks for the owner's approval{Why(asks.Rule)}.",
                    "Ask the owner to approve this payment.", asks.FirstUnknown(_facts)),
                budgets);
        }

        if (budgets.Asks is { } overBudget)
        {
            return Ask(overBudget, budgets);
        }

        if (FindNewPayee() is { } newPayee)
        {
            return Ask(newPayee, budgets);
        }

        var rule = opening?.Rule.Id ?? "built-in.cancel";
        return new()
        {
            Verdict = Verdict.Allow,
            Code = DecisionCodes.Allowed,
            Rule = rule,
            Reason = _facts.IsCancel ? "Cancelling is always possible within the fee cap."
                : $"The rule {rule} allows it and every budget has room.",
            Budgets = budgets.States,
            Charges = budgets.Charges,
        };
    }

    private static string Why(Rule rule) => rule.Why is { } why ? $" ({why.TrimEnd('.')})" : string.Empty;

    private Refusal? FindForbid()
    {
        foreach (var rule in _facts.Compiled.Rules(RuleKind.Forbid, _facts.Operation))
        {
            if (rule.Closes(_facts))
            {
                var unknown = rule.FirstUnknown(_facts);
                return new(
                    DecisionCodes.Forbidden, rule.Rule.Id,
                    unknown is null
                        ? $"The rule {rule.Rule.Id} forbids it{Why(rule.Rule)}."
                        : $"The rule {rule.Rule.Id} forbids it unless a fact shows otherwise, and that fact is missing{Why(rule.Rule)}.",
                    "Nothing can be done about this rule but by the owner.", unknown);
            }
        }

        return null;
    }

    /// <summary>
    /// The rule that opens the spend, and the one that makes it ask. An <c>ask</c> that meets one part of the spend, or
    /// that hangs on an unknown fact, opens nothing; but it still asks where an <c>allow</c> would have let it pass.
    /// </summary>
    private (CompiledRule? Opening, CompiledRule? Asks) FindOpening()
    {
        CompiledRule? opening = null;
        CompiledRule? asks = null;
        foreach (var rule in _facts.Compiled.Rules(RuleKind.Ask, _facts.Operation))
        {
            if (opening is null && rule.Opens(_facts))
            {
                opening = rule;
                asks = rule;
            }
            else if (asks is null && rule.Closes(_facts))
            {
                asks = rule;
            }
        }

        if (opening is null)
        {
            foreach (var rule in _facts.Compiled.Rules(RuleKind.Allow, _facts.Operation))
            {
                if (rule.Opens(_facts))
                {
                    opening = rule;
                    break;
                }
            }
        }

        return (opening, asks);
    }

    private Refusal NoRule()
    {
        CompiledRule? nearest = null;
        var most = -1;
        foreach (var kind in (ReadOnlySpan<RuleKind>)[RuleKind.Allow, RuleKind.Ask])
        {
            foreach (var rule in _facts.Compiled.Rules(kind, _facts.Operation))
            {
                if (rule.CountMet(_facts) is var met && met > most)
                {
                    (nearest, most) = (rule, met);
                }
            }
        }

        var unmet = nearest?.FirstUnmet(_facts);
        return nearest is null
            ? new(
                DecisionCodes.NoRule, "built-in.default", $"No rule of the policy allows {_facts.Spend.Operation}.",
                "Ask the owner for a rule, or reach the goal with an operation that the policy allows.")
            : new(
                DecisionCodes.NoRule, "built-in.default",
                    $"No rule allows it; nearest is {nearest.Rule.Id}, but {unmet ?? "it opens no operation of this kind"}.",
                "Change the payment so that the rule's condition is met, or ask the owner for a rule.", unmet is null ? null
                    : $"{nearest.Rule.Id}: {unmet}");
    }

    private Refusal? FindNewPayee()
    {
        if (policy.Limits.NewPayeeWait is not { } wait || _facts.IsCancel)
        {
            return null;
        }

        foreach (var taken in _facts.Taken)
        {
            var names = _facts.Compiled.PayeesAt(spend.Chain, taken.Recipient);
            if (names.Length > 0 && EarliestKnown(names, taken.Recipient) is var since && (since is null || now - since < wait))
            {
                var ready = since is { } known ? $"until {(known + wait).ToUniversalTime():yyyy-MM-dd HH:mm'Z'} " : string.Empty;
                return new(
                    DecisionCodes.PayeeTooNew, "limits.newPayeeWait",
                        $"The payee {names[0]} was added less than {PolicySpan.Format(wait)} ago, so payments to it need approval " +
                        $"{ready}.".Replace(" .", ".", StringComparison.Ordinal),
                    "Ask the owner to approve this payment, or wait.", $"payee:{names[0]} has to be known for {PolicySpan.Format(wait)}");
            }
        }

        return null;
    }

    private DateTimeOffset? EarliestKnown(string[] names, string address)
    {
        DateTimeOffset? earliest = null;
        foreach (var name in names)
        {
            if (ledger.PayeeKnownSince(name, spend.Chain, address) is { } since && (earliest is null || since < earliest))
            {
                earliest = since;
            }
        }

        return earliest;
    }

    private static Decision Ask(Refusal reason, BudgetCheck budgets) => new()
    {
        Verdict = Verdict.Ask,
        Code = reason.Code,
        Rule = reason.Rule,
        Reason = reason.Reason,
        FirstUnmet = reason.Unmet,
        Next = reason.Next,
        Budgets = budgets.States,
        Charges = budgets.Charges,
    };

    private Decision Deny(Refusal refusal, BudgetCheck? budgets, bool freeze = false)
    {
        var charges = Charging.OfDenial(policy, spend.Client);
        return new()
        {
            Verdict = Verdict.Deny,
            Code = refusal.Code,
            Rule = refusal.Rule,
            Reason = refusal.Reason,
            FirstUnmet = refusal.Unmet,
            Next = refusal.Next,
            Budgets = budgets?.States ?? [],
            Charges = charges,
            Freeze = freeze || Denials.Freeze(policy, charges, ledger),
        };
    }
}

/// <summary>Tripwires.</summary>
internal static class Denials
{
    /// <summary>True if these refusals fill a counter that freezes.</summary>
    public static bool Freeze(PolicyDocument policy, IReadOnlyList<Charge> charges, ISpendingView ledger)
    {
        foreach (var charge in charges)
        {
            foreach (var budget in policy.Compiled.Budgets)
            {
                if (budget.WhenFull == WhenFull.Freeze && budget.Id == charge.Counter.BudgetId
                    && ledger.UsageOf(charge.Counter) is var usage && usage.Used + usage.Held + charge.Amount >= budget.Limit)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
