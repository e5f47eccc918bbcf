using System.Text.Json;

namespace CryptoMcp.Payments.AspNetCore.Selling;

/// <summary>The extensions that terms declare: a map from id to <c>info</c> and a JSON Schema of it.</summary>
internal static class TermsExtensions
{
    private static readonly JsonElement s_identifierSchema = WireJson.Parse(
        """{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"required":{"type":"boolean"},"id":{"type":"string","minLength":16,"maxLength":128,"pattern":"^[a-zA-Z0-9_-]+$"}},"required":["required"]}"""u8.ToArray());

    private static readonly JsonElement s_permitSchema = WireJson.Parse(
        """{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"from":{"type":"string"},"asset":{"type":"string"},"spender":{"type":"string"},"amount":{"type":"string"},"nonce":{"type":"string"},"deadline":{"type":"string"},"signature":{"type":"string"},"version":{"type":"string"}},"required":["from","asset","spender","amount","nonce","deadline","signature","version"]}"""u8.ToArray());

    /// <summary>The map; null when nothing is declared.</summary>
    public static JsonElement? Of(PriceTag tag, bool sponsorsPermits, IReadOnlyDictionary<string, JsonElement>? further)
    {
        if (tag.Identifier == IdentifierUse.None && !sponsorsPermits && further is not { Count: > 0 })
        {
            return null;
        }

        return WireJson.Parse(WireJson.Write(writer =>
        {
            writer.WriteStartObject();
            if (tag.Identifier != IdentifierUse.None)
            {
                writer.WriteStartObject(Cashier.IdentifierExtension);
                writer.WriteStartObject("info");
                writer.WriteBoolean("required", tag.Identifier == IdentifierUse.Required);
                writer.WriteEndObject();
                Write(writer, "schema", s_identifierSchema);
                writer.WriteEndObject();
            }

            if (sponsorsPermits)
            {
                writer.WriteStartObject(TokenPermit.Extension);
                writer.WriteStartObject("info");
                writer.WriteString("description", "The facilitator submits EIP-2612 permits for Permit2.");
                writer.WriteString("version", "1");
                writer.WriteEndObject();
                Write(writer, "schema", s_permitSchema);
                writer.WriteEndObject();
            }

            foreach (var (id, extension) in further ?? new Dictionary<string, JsonElement>())
            {
                Write(writer, id, extension);
            }

            writer.WriteEndObject();
        }));
    }

    private static void Write(Utf8JsonWriter writer, string name, JsonElement value)
    {
        writer.WritePropertyName(name);
        value.WriteTo(writer);
    }
}
