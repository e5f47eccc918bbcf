using System.Text.Json;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>Says in words what a schema allows, to finish a sentence that starts with "it is".</summary>
internal static class SchemaWords
{
    // A schema may refer to itself; two levels say what a caller has to know.
    private const int MaxDepth = 2;

    public static string Describe(JsonElement root, JsonElement schema, int depth = 0)
    {
        schema = schema.ValueKind == JsonValueKind.Object ? SchemaReference.Resolve(root, schema) : schema;
        if (schema.ValueKind != JsonValueKind.Object || depth > MaxDepth)
        {
            return "any value";
        }

        if (schema.TryGetProperty("const", out var only))
        {
            return only.ToString();
        }

        var words = schema.TryGetProperty("enum", out var allowed)
            ? $"one of {string.Join(", ", allowed.EnumerateArray().Select(a => a.ToString()))}"
            : TypeName(root, schema, depth) + Bounds(schema);
        return schema.TryGetProperty("description", out var description) ? $"{words} ({description.GetString()!.TrimEnd('.')})" : words;
    }

    private static string TypeName(JsonElement root, JsonElement schema, int depth)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return schema.TryGetProperty("anyOf", out var any) || schema.TryGetProperty("oneOf", out any)
                ? string.Join(" or ", any.EnumerateArray().Select(a => Describe(root, a, depth + 1)))
                : "any value";
        }

        return type.ValueKind == JsonValueKind.Array
            ? string.Join(" or ", type.EnumerateArray().Select(t => Name(t.GetString()!)))
            : type.ValueEquals("array") && schema.TryGetProperty("items", out var items)
                ? $"a list, each entry {Describe(root, items, depth + 1)}"
                : Name(type.GetString()!);
    }

    private static string Name(string type) => type switch
    {
        "string" => "text",
        "integer" => "an integer",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "an object",
        _ => type,
    };

    private static string Bounds(JsonElement schema)
    {
        var words = "";
        words += Bound(schema, "minimum", " from ");
        words += Bound(schema, "exclusiveMinimum", " above ");
        words += Bound(schema, "maximum", " to ");
        words += Bound(schema, "exclusiveMaximum", " below ");
        words += Bound(schema, "minLength", " of at least ", " characters");
        words += Bound(schema, "maxLength", " of at most ", " characters");
        words += Bound(schema, "minItems", ", at least ", " of them");
        words += Bound(schema, "maxItems", ", at most ", " of them");
        words += Bound(schema, "pattern", " matching ");
        return words;
    }

    private static string Bound(JsonElement schema, string keyword, string before, string after = "") =>
        schema.TryGetProperty(keyword, out var bound) ? before + bound + after : "";
}
