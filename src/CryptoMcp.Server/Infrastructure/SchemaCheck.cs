using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>The first place where a value departs from its schema.</summary>
/// <param name="Path">Where, as the caller would write it: <c>payees[2].amount</c>.</param>
/// <param name="Kind">Whether a member is missing, unknown, or has a value that does not fit.</param>
/// <param name="Value">What stands there; undefined when it is missing.</param>
/// <param name="Schema">What should stand there; for an unknown member, the schema of the object around it.</param>
internal sealed record SchemaViolation(string Path, SchemaViolationKind Kind, JsonElement Value, JsonElement Schema);

internal enum SchemaViolationKind
{
    Missing,
    Unknown,
    Invalid,
}

/// <summary>
/// Checks values against JSON Schema 2020-12, as far as tools' arguments use it; <see cref="SchemaKeywords"/> finds schemas
/// that go further.
/// </summary>
internal sealed class SchemaCheck(JsonElement root)
{
    private const int MaxDepth = 32;

    private static readonly ConcurrentDictionary<string, Regex> s_patterns = new(StringComparer.Ordinal);

    /// <summary>The first violation, or null.</summary>
    public SchemaViolation? Find(JsonElement schema, JsonElement value, string path, int depth = 0)
    {
        schema = SchemaReference.Resolve(root, schema);
        if (schema.ValueKind == JsonValueKind.True)
        {
            return null;
        }

        if (schema.ValueKind == JsonValueKind.False
            || depth > MaxDepth
            || !FitsType(schema, value)
            || !FitsEnum(schema, value)
            || !FitsRange(schema, value)
            || !FitsText(schema, value)
            || !FitsAlternatives(schema, value, path, depth))
        {
            return new(path, SchemaViolationKind.Invalid, value, schema);
        }

        return value.ValueKind switch
        {
            JsonValueKind.Array => FindInArray(schema, value, path, depth),
            JsonValueKind.Object => FindInObject(schema, value, path, depth),
            _ => null,
        };
    }

    private SchemaViolation? FindInArray(JsonElement schema, JsonElement array, string path, int depth)
    {
        var length = array.GetArrayLength();
        if ((schema.TryGetProperty("minItems", out var min) && length < min.GetInt32())
            || (schema.TryGetProperty("maxItems", out var max) && length > max.GetInt32())
            || (schema.TryGetProperty("uniqueItems", out var unique) && unique.ValueKind == JsonValueKind.True && HasTwins(array)))
        {
            return new(path, SchemaViolationKind.Invalid, array, schema);
        }

        if (!schema.TryGetProperty("items", out var items))
        {
            return null;
        }

        var index = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (Find(items, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), depth + 1) is { } violation)
            {
                return violation;
            }

            index++;
        }

        return null;
    }

    /// <summary>Checks members; also the entry for the arguments of a tool, whose path is empty.</summary>
    public SchemaViolation? FindInObject(JsonElement schema, JsonElement value, string path, int depth = 0)
    {
        schema.TryGetProperty("properties", out var properties);
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray())
            {
                if (!value.TryGetProperty(name.GetString()!, out _))
                {
                    var wanted = properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name.GetString()!, out var p)
                        ? SchemaReference.Resolve(root, p)
                        : default;
                    return new(Member(path, name.GetString()!), SchemaViolationKind.Missing, default, wanted);
                }
            }
        }

        var hasRule = schema.TryGetProperty("additionalProperties", out var additional);
        foreach (var member in value.EnumerateObject())
        {
            var where = Member(path, member.Name);
            if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(member.Name, out var known))
            {
                if (Find(known, member.Value, where, depth + 1) is { } violation)
                {
                    return violation;
                }
            }
            else if (!hasRule ? properties.ValueKind == JsonValueKind.Object : additional.ValueKind == JsonValueKind.False)
            {
                // An argument that is silently dropped is worse than one that is refused: the caller believes it counts.
                return new(where, SchemaViolationKind.Unknown, member.Value, schema);
            }
            else if (hasRule && Find(additional, member.Value, where, depth + 1) is { } violation)
            {
                return violation;
            }
        }

        return null;
    }

    private bool FitsAlternatives(JsonElement schema, JsonElement value, string path, int depth)
    {
        if (schema.TryGetProperty("allOf", out var all))
        {
            foreach (var part in all.EnumerateArray())
            {
                if (Find(part, value, path, depth + 1) is not null)
                {
                    return false;
                }
            }
        }

        return (!schema.TryGetProperty("anyOf", out var any) || CountFits(any, value, path, depth) > 0)
            && (!schema.TryGetProperty("oneOf", out var one) || CountFits(one, value, path, depth) == 1);
    }

    private int CountFits(JsonElement alternatives, JsonElement value, string path, int depth)
    {
        var count = 0;
        foreach (var alternative in alternatives.EnumerateArray())
        {
            count += Find(alternative, value, path, depth + 1) is null ? 1 : 0;
        }

        return count;
    }

    private static bool FitsType(JsonElement schema, JsonElement value)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return true;
        }

        if (type.ValueKind == JsonValueKind.String)
        {
            return IsOfType(type, value);
        }

        foreach (var one in type.EnumerateArray())
        {
            if (IsOfType(one, value))
            {
                return true;
            }
        }

        return false;
    }

    // Models quote numbers now and then. The serializer reads those, so they pass here too.
    private static bool IsOfType(JsonElement type, JsonElement value) => type.GetString() switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => TryNumber(value, out var number) && number.IsPlainInteger,
        "number" => TryNumber(value, out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        "null" => value.ValueKind == JsonValueKind.Null,
        var unknown => throw new NotSupportedException($"JSON Schema knows no type '{unknown}'."),
    };

    private static bool FitsEnum(JsonElement schema, JsonElement value)
    {
        if (schema.TryGetProperty("const", out var only) && !Same(only, value))
        {
            return false;
        }

        if (!schema.TryGetProperty("enum", out var allowed))
        {
            return true;
        }

        foreach (var one in allowed.EnumerateArray())
        {
            if (Same(one, value))
            {
                return true;
            }
        }

        return false;
    }

    private static bool FitsRange(JsonElement schema, JsonElement value) =>
        !TryNumber(value, out var number)
        || ((!Bound(schema, "minimum", out var min) || number.CompareTo(min) >= 0)
            && (!Bound(schema, "maximum", out var max) || number.CompareTo(max) <= 0)
            && (!Bound(schema, "exclusiveMinimum", out var above) || number.CompareTo(above) > 0)
            && (!Bound(schema, "exclusiveMaximum", out var below) || number.CompareTo(below) < 0));

    private static bool Bound(JsonElement schema, string keyword, out JsonNumber bound)
    {
        bound = default;
        return schema.TryGetProperty(keyword, out var value) && TryNumber(value, out bound);
    }

    private static bool FitsText(JsonElement schema, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return true;
        }

        var text = value.GetString()!;
        var length = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            length++;
        }

        return (!schema.TryGetProperty("minLength", out var min) || length >= min.GetInt32())
            && (!schema.TryGetProperty("maxLength", out var max) || length <= max.GetInt32())
            && (!schema.TryGetProperty("pattern", out var pattern) || Pattern(pattern.GetString()!).IsMatch(text));
    }

    // Linear time whatever the text; the patterns themselves are ours.
    private static Regex Pattern(string pattern) => s_patterns.GetOrAdd(
        pattern, static p => new Regex(p, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));

    private static bool Same(JsonElement allowed, JsonElement value) =>
        JsonElement.DeepEquals(allowed, value)
        || (allowed.ValueKind == JsonValueKind.Number
            && TryNumber(allowed, out var a) && TryNumber(value, out var b) && a.CompareTo(b) == 0);

    private static bool HasTwins(JsonElement array)
    {
        for (var i = 1; i < array.GetArrayLength(); i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (JsonElement.DeepEquals(array[i], array[j]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool TryNumber(JsonElement value, out JsonNumber number)
    {
        number = default;
        return value.ValueKind switch
        {
            JsonValueKind.Number => JsonNumber.TryParse(value.GetRawText(), out number),
            JsonValueKind.String => JsonNumber.TryParse(value.GetString(), out number),
            _ => false,
        };
    }

    private static string Member(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
