using System.Text.Json;

namespace CryptoMcp.Payments.AspNetCore.Discovery;

/// <summary>The extension <c>bazaar</c> of terms: how a resource is called and what it answers, for catalogues.</summary>
internal static class BazaarDescription
{
    private const string Id = "bazaar";

    private static readonly JsonElement s_schema = WireJson.Parse(
        """{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"input":{"type":"object","properties":{"type":{"type":"string","const":"http"},"method":{"type":"string"}},"required":["type"]},"output":{"type":"object","properties":{"type":{"type":"string"},"example":{}},"required":["type"]}},"required":["input"]}"""u8.ToArray());

    /// <summary>The extension, where the price tag is listed.</summary>
    public static IReadOnlyDictionary<string, JsonElement>? For(string method, PriceTag tag) =>
        tag.Listed ? new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [Id] = Extension(method, tag) } : null;

    private static JsonElement Extension(string method, PriceTag tag) => WireJson.Parse(WireJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("info");
        writer.WriteStartObject("input");
        writer.WriteString("type", "http");
        writer.WriteString("method", method);
        writer.WriteEndObject();
        if (tag.OutputExample is not null)
        {
            writer.WriteStartObject("output");
            writer.WriteString("type", "json");
            writer.WritePropertyName("example");
            writer.WriteRawValue(tag.OutputExample);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WritePropertyName("schema");
        s_schema.WriteTo(writer);
        writer.WriteEndObject();
    }));
}
