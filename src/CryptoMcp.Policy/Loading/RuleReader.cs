namespace CryptoMcp.Policy.Loading;

/// <summary>The section <c>rules</c>.</summary>
internal static class RuleReader
{
    public static List<Rule> ReadAll(ObjectReader root, ReadContext context)
    {
        var result = new List<Rule>();
        if (root.Required("rules", "[ { \"id\": \"a-name\", \"allow\": \"transfer\", \"if\": { … } } ]") is not { } rules)
        {
            return result;
        }

        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in Read.Items(rules, context.Mistakes, "rules with id, one of allow, ask or forbid, and if"))
        {
            if (ReadOne(item, context, taken) is { } rule)
            {
                result.Add(rule);
            }
        }

        return result;
    }

    private static Rule? ReadOne(JsonAt item, ReadContext context, HashSet<string> taken)
    {
        if (ObjectReader.Open(item, context.Mistakes, "id", "why", "allow", "ask", "forbid", "if") is not { } reader)
        {
            return null;
        }

        var id = context.Id(reader, taken, "rule");
        var why = context.Plain(reader, "why", 200);
        var conditions = reader.Optional("if") is { } value ? ConditionReader.Read(value, context) : null;
        if (ReadKind(reader, context) is not { } kind)
        {
            return null;
        }

        var operationAt = reader.Optional(KindName(kind))!;
        if (Read.Text(operationAt, context.Mistakes, "\"transfer\"") is not { } operation || !IsKnown(operation, operationAt, context))
        {
            return null;
        }

        if (kind != RuleKind.Forbid && reader.Optional("if") is null)
        {
            context.Mistakes.Add(item, $"A rule that {KindName(kind)}s has to say what: add \"if\" with at least one condition.");
        }

        CheckOperation(kind, operation, operationAt, context);
        if (kind != RuleKind.Forbid && conditions is not null)
        {
            OpenedCalls.Check(operation, conditions, reader.Optional("if")!, context);
        }

        return id is null ? null : new() { Id = id, Kind = kind, Operation = operation, Why = why, If = conditions };
    }

    private static RuleKind? ReadKind(ObjectReader reader, ReadContext context)
    {
        RuleKind? found = null;
        foreach (var kind in (ReadOnlySpan<RuleKind>)[RuleKind.Allow, RuleKind.Ask, RuleKind.Forbid])
        {
            if (reader.Optional(KindName(kind)) is { } at)
            {
                if (found is not null)
                {
                    context.Mistakes.Add(
                        at, "A rule does one thing. Keep one of 'allow', 'ask' and 'forbid', and write another rule for the other.");
                }

                found = kind;
            }
        }

        if (found is null)
        {
            context.Mistakes.Add(
                reader.Value, "A rule needs one of 'allow', 'ask' or 'forbid' with an operation, such as \"allow\": \"transfer\".");
        }

        return found;
    }

    private static bool IsKnown(string operation, JsonAt where, ReadContext context)
    {
        if (operation == Operations.Any || Operations.IndexOf(operation) >= 0)
        {
            return true;
        }

        context.Mistakes.Add(where, $"{Shown.Quote(operation)} is not an operation. Write one of: {string.Join(", ", Operations.All)}.");
        return false;
    }

    private static void CheckOperation(RuleKind kind, string operation, JsonAt where, ReadContext context)
    {
        if (kind == RuleKind.Allow && operation == Operations.Any)
        {
            context.Mistakes.Add(
                where, "'*' cannot be allowed: it would also open every operation that is added later. Write one rule for each operation.");
        }
        else if (kind != RuleKind.Forbid && operation == Operations.Cancel)
        {
            context.Mistakes.Add(where, "'cancel' is always possible within the fee cap; a rule can only forbid it.");
        }
    }

    private static string KindName(RuleKind kind) => kind switch
    {
        RuleKind.Allow => "allow",
        RuleKind.Ask => "ask",
        _ => "forbid",
    };
}
