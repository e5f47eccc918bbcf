using System.Text.Json;

namespace CryptoMcp.Policy;

/// <summary>The canonical text of a rule.</summary>
internal static class RulePrinter
{
    public static void Write(Utf8JsonWriter writer, Rule rule)
    {
        writer.WriteStartObject();
        writer.WriteString("id", rule.Id);
        writer.WriteString(KindName(rule.Kind), rule.Operation);
        if (rule.If is { } conditions)
        {
            writer.WriteStartObject("if");
            foreach (var (name, entries, isList) in ConditionText.Of(conditions))
            {
                WriteEntries(writer, name, entries, isList);
            }

            if (conditions.Arguments is { Count: > 0 } arguments)
            {
                writer.WriteStartObject("args");
                foreach (var (name, test) in arguments.OrderBy(argument => argument.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(name, ConditionText.Of(test));
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        PolicyPrinter.WriteOptional(writer, "why", rule.Why);
        writer.WriteEndObject();
    }

    public static string KindName(RuleKind kind) => kind switch
    {
        RuleKind.Allow => "allow",
        RuleKind.Ask => "ask",
        _ => "forbid",
    };

    private static void WriteEntries(Utf8JsonWriter writer, string name, IReadOnlyList<string> entries, bool isList)
    {
        if (!isList)
        {
            writer.WriteString(name, entries[0]);
            return;
        }

        writer.WriteStartArray(name);
        foreach (var entry in entries)
        {
            writer.WriteStringValue(entry);
        }

        writer.WriteEndArray();
    }
}
