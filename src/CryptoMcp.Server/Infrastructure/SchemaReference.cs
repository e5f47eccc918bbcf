using System.Text.Json;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>
/// References within one schema document (<c>"$ref": "#/properties/a"</c>), which the schema generator writes for a type
/// that occurs twice.
/// </summary>
internal static class SchemaReference
{
    private const int MaxHops = 8;

    /// <summary>The schema that <paramref name="schema"/> stands for.</summary>
    /// <exception cref="NotSupportedException">A reference out of the document, into nothing, or in a circle.</exception>
    public static JsonElement Resolve(JsonElement root, JsonElement schema)
    {
        for (var hop = 0; schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference); hop++)
        {
            if (hop == MaxHops || reference.GetString() is not ['#', .. var pointer])
            {
                throw new NotSupportedException($"Cannot follow the schema reference {reference.GetRawText()}.");
            }

            schema = Follow(root, pointer);
        }

        return schema;
    }

    // RFC 6901, with ~1 for a slash and ~0 for a tilde.
    private static JsonElement Follow(JsonElement root, string pointer)
    {
        var at = root;
        foreach (var step in pointer.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(step)
                .Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                throw new NotSupportedException($"The schema reference '#{pointer}' leads to nothing.");
            }
        }

        return at;
    }
}
