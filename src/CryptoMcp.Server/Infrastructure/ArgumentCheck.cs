using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>
/// Checks the arguments of a call before the tool is bound to them. The SDK advertises the schema but does not enforce it,
/// and its binding errors name neither the argument nor the values that it takes.
/// </summary>
internal static class ArgumentCheck
{
    private const int MaxShown = 40;

    /// <exception cref="ToolException"><c>missing_argument</c>, <c>unknown_argument</c> or <c>invalid_argument</c>.</exception>
    public static void Check(Tool tool, IDictionary<string, JsonElement>? arguments)
    {
        var schema = tool.InputSchema;
        if (arguments is not null)
        {
            DropNulls(schema, arguments);
        }

        var check = new SchemaCheck(schema);
        if (check.FindInObject(schema, AsObject(arguments), path: "") is { } violation)
        {
            throw Refusal(tool, schema, violation);
        }
    }

    /// <summary>Models write null for "not given"; our schemas know only absence.</summary>
    private static void DropNulls(JsonElement schema, IDictionary<string, JsonElement> arguments)
    {
        List<string>? nulls = null;
        foreach (var (name, value) in arguments)
        {
            if (value.ValueKind == JsonValueKind.Null && !IsRequired(schema, name))
            {
                (nulls ??= []).Add(name);
            }
        }

        foreach (var name in nulls ?? [])
        {
            arguments.Remove(name);
        }
    }

    private static bool IsRequired(JsonElement schema, string name)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var one in required.EnumerateArray())
            {
                if (one.ValueEquals(name))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static JsonElement AsObject(IDictionary<string, JsonElement>? arguments)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in arguments ?? new Dictionary<string, JsonElement>())
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static ToolException Refusal(Tool tool, JsonElement root, SchemaViolation violation)
    {
        var path = UntrustedText.Clean(violation.Path, MaxShown * 2);
        return violation.Kind switch
        {
            SchemaViolationKind.Missing => new(
                "missing_argument", $"'{path}' is required.", $"add it; it is {SchemaWords.Describe(root, violation.Schema)}."),
            SchemaViolationKind.Unknown => new(
                "unknown_argument", $"{tool.Name} has no argument '{path}'.", $"use {Names(violation.Schema)}."),
            _ => new(
                "invalid_argument",
                $"'{path}' cannot be {Shown(violation.Value)}.",
                $"it is {SchemaWords.Describe(root, violation.Schema)}."),
        };
    }

    private static string Names(JsonElement schema)
    {
        if (!schema.TryGetProperty("properties", out var properties))
        {
            return "no arguments at all";
        }

        var names = new StringBuilder();
        foreach (var property in properties.EnumerateObject())
        {
            names.Append(names.Length == 0 ? "" : ", ").Append(property.Name);
        }

        return names.Length == 0 ? "no arguments at all" : names.ToString();
    }

    private static string Shown(JsonElement value) => UntrustedText.Clean(value.GetRawText(), MaxShown);
}
