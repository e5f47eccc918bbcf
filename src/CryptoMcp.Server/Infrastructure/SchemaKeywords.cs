using System.Text.Json;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>
/// Which words of JSON Schema <see cref="SchemaCheck"/> enforces, so that a test can refuse a tool that relies on others.
/// </summary>
internal static class SchemaKeywords
{
    private static readonly HashSet<string> s_enforced = new(StringComparer.Ordinal)
    {
        "$ref", "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
        "pattern", "items", "minItems", "maxItems", "uniqueItems", "properties", "required", "additionalProperties", "allOf",
        "anyOf", "oneOf",
    };

    private static readonly HashSet<string> s_descriptive = new(StringComparer.Ordinal)
    {
        "$schema", "$id", "$comment", "$defs", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
        "format", "x-mcp-header",
    };

    /// <summary>Paths of the words in <paramref name="schema"/> that would be promised and not enforced.</summary>
    public static IEnumerable<string> Unenforced(JsonElement schema, string path = "#")
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            var here = $"{path}/{keyword.Name}";
            if (!s_enforced.Contains(keyword.Name) && !s_descriptive.Contains(keyword.Name))
            {
                yield return here;
            }

            foreach (var inner in Subschemas(keyword, here))
            {
                foreach (var found in Unenforced(inner.Schema, inner.Path))
                {
                    yield return found;
                }
            }
        }
    }

    private static IEnumerable<(JsonElement Schema, string Path)> Subschemas(JsonProperty keyword, string path) => keyword.Name switch
    {
        "items" or "additionalProperties" => [(keyword.Value, path)],
        "properties" or "$defs" => keyword.Value.EnumerateObject().Select(p => (p.Value, $"{path}/{p.Name}")),
        "allOf" or "anyOf" or "oneOf" => keyword.Value.EnumerateArray().Select((s, i) => (s, $"{path}/{i}")),
        _ => [],
    };
}
