namespace CryptoMcp.Policy.Comparing;

/// <summary>Rules, by what they say. Ids and order have no effect, so a rule that was only renamed is the same.</summary>
internal static class RuleComparison
{
    public static void Compare(PolicyDocument before, PolicyDocument after, Changes changes)
    {
        var old = before.Rules.ToList();
        var now = after.Rules.ToList();
        old.RemoveAll(rule => now.FindIndex(other => Text(other) == Text(rule)) is var same and >= 0 && Remove(now, same, rule, changes));
        foreach (var rule in old)
        {
            var successor = now.Find(other => other.Id == rule.Id && other.Kind == rule.Kind && other.Operation == rule.Operation);
            if (successor is not null)
            {
                now.Remove(successor);
                Change(rule, successor, changes);
            }
            else
            {
                Removed(rule, changes);
            }
        }

        now.ForEach(rule => Added(rule, changes));
    }

    private static bool Remove(List<Rule> rules, int index, Rule old, Changes changes)
    {
        if (rules[index].Id != old.Id || rules[index].Why != old.Why)
        {
            changes.Other.Add($"The rule {old.Id} has another name or reason: {PolicyExplainer.Explain(rules[index])}");
        }

        rules.RemoveAt(index);
        return true;
    }

    private static void Added(Rule rule, Changes changes)
    {
        var text = PolicyExplainer.Explain(rule);
        (rule.Kind == RuleKind.Forbid ? changes.NewlyRefused : changes.NewlyAllowed).Add(
            rule.Kind == RuleKind.Ask ? $"With approval: {text}" : text);
    }

    private static void Removed(Rule rule, Changes changes)
    {
        var text = PolicyExplainer.Explain(rule);
        switch (rule.Kind)
        {
            case RuleKind.Allow:
                changes.NewlyRefused.Add(text);
                break;
            case RuleKind.Ask:
                // An ask also holds back what an allow would let pass, so without it something may pass unasked.
                changes.NewlyRefused.Add($"With approval: {text}");
                changes.NewlyAllowed.Add($"Without approval, where another rule allows it: {text}");
                break;
            default:
                changes.NewlyAllowed.Add($"No longer forbidden: {text}");
                break;
        }
    }

    private static void Change(Rule old, Rule now, Changes changes)
    {
        var sentence = $"Instead of: {PolicyExplainer.Explain(old)} Now: {PolicyExplainer.Explain(now)}";
        switch (old.Kind)
        {
            case RuleKind.Allow when ConditionOrder.IsNarrower(old.If!, now.If!):
                changes.NewlyRefused.Add(sentence);
                break;
            case RuleKind.Forbid when old.If is null || (now.If is not null && !ConditionOrder.IsNarrower(now.If, old.If)):
                changes.NewlyAllowed.Add(sentence);
                break;
            case RuleKind.Forbid:
                changes.NewlyRefused.Add(sentence);
                break;
            default:
                changes.NewlyAllowed.Add(sentence);
                break;
        }
    }

    private static string Text(Rule rule) =>
        $"{rule.Kind} {rule.Operation} " +
        $"{string.Join('|', rule.If is null ? [] : ConditionText.Of(rule.If).Select(part => $"{part.Name}={string.Join(',', part.Entries.Order(StringComparer.Ordinal))}"))} "
        + string.Join(
            '|', (rule.If?.Arguments ?? new Dictionary<string, ArgumentTest>()).OrderBy(
                argument => argument.Key, StringComparer.Ordinal).Select(argument => $"{argument.Key}={ConditionText.Of(argument.Value)}"));
}

/// <summary>An order of conditions, where it can be seen without trying.</summary>
internal static class ConditionOrder
{
    /// <summary>True if whatever meets <paramref name="now"/> certainly meets <paramref name="old"/>. False if that is not
    /// certain.</summary>
    public static bool IsNarrower(Conditions old, Conditions now) =>
        Names(old.Wallet, now.Wallet) && Names(old.Client, now.Client) && Names(old.Chain, now.Chain) && Names(old.Asset, now.Asset)
        && Names(old.To, now.To) && Names(old.Host, now.Host) && Names(old.Scheme, now.Scheme)
        && Bounds(old.Amount, now.Amount) && Bounds(old.Loses, now.Loses) && Bounds(old.Gains, now.Gains)
        && Same(old.Contract?.ToString(), now.Contract?.ToString()) && Same(old.Program, now.Program)
        && Same(old.Function?.Canonical, now.Function?.Canonical)
        && Same(old.PrimaryType, now.PrimaryType) && Same(old.Time?.ToString(), now.Time?.ToString()) && Arguments(old, now);

    private static bool Names(NameSet? old, NameSet? now) =>
        old is null || (now is not null
            && (old.Included.Count == 0 || (now.Included.Count > 0 && now.Included.All(old.Included.Contains)))
            && old.Excluded.All(now.Excluded.Contains));

    private static bool Bounds(Bound? old, Bound? now) =>
        old is null || (now is not null && old.Unit == now.Unit
            && (old.Most is not { } most
                || (now.Most is { } upper && (upper < most || (upper == most && (now.MostIsOutside || !old.MostIsOutside)))))
            && (old.Least is not { } least
                || (now.Least is { } lower && (lower > least || (lower == least && (now.LeastIsOutside || !old.LeastIsOutside))))));

    private static bool Same(string? old, string? now) => old is null || string.Equals(old, now, StringComparison.Ordinal);

    private static bool Arguments(Conditions old, Conditions now)
    {
        foreach (var (name, test) in old.Arguments ?? new Dictionary<string, ArgumentTest>())
        {
            // Tests go by position, so names have to stand at the same place in both signatures.
            if (now.Arguments?.TryGetValue(name, out var other) != true || old.Function!.ToString() != now.Function!.ToString()
                || !(test.Kind == ArgumentTestKind.Within && other!.Kind == ArgumentTestKind.Within ? Bounds(test.Bound, other.Bound)
                    : test == other))
            {
                return false;
            }
        }

        return true;
    }
}
