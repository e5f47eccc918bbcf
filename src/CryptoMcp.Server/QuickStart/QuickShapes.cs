using System.Text.Json;

namespace CryptoMcp.Server.QuickStart;

/// <summary>Members of requests whose content does not change the answer, but must be well formed for the SDK to take them.</summary>
internal static class QuickShapes
{
    /// <summary>An object whose members are objects, as every capability is. Leaves the reader at its end.</summary>
    public static bool IsCapabilities(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !HasPlainMembers(ref reader))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Name and version of a program, and texts about it. Icons are left to the SDK.</summary>
    public static bool IsImplementation(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var name = false;
        var version = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            name |= reader.ValueTextEquals("name"u8);
            version |= reader.ValueTextEquals("version"u8);
            if (!reader.Read() || reader.TokenType != JsonTokenType.String)
            {
                return false;
            }
        }

        return name && version;
    }

    // One level of flags and empty objects, as in {"roots":{"listChanged":true},"elicitation":{"form":{},"url":{}}}.
    private static bool HasPlainMembers(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var flag = reader.ValueTextEquals("listChanged"u8);
            reader.Read();
            if (flag)
            {
                if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                {
                    return false;
                }
            }
            else if (reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }
            else
            {
                reader.Skip();
            }
        }

        return true;
    }
}
