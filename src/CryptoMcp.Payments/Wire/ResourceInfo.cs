using System.Text.Json;

namespace CryptoMcp.Payments;

/// <summary>What is for sale, in the seller's words. All of it is a stranger's text.</summary>
public sealed record ResourceInfo
{
    /// <summary>Where it is sold; a <c>mcp://tool/…</c> name for MCP tools.</summary>
    public required string Url { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Media type of the answer.</summary>
    public string? MimeType { get; init; }

    /// <summary>Name of the service.</summary>
    public string? ServiceName { get; init; }

    /// <summary>The node as received; a payer sends it back unchanged.</summary>
    public JsonElement Json { get; init; }

    /// <summary>Reads <c>resource</c> of version 2.</summary>
    /// <exception cref="X402FormatException">It is malformed.</exception>
    public static ResourceInfo Read(JsonElement json)
    {
        var members = new WireObject(json, "resource");
        return new()
        {
            Url = members.Text("url"),
            Description = members.OptionalText("description"),
            MimeType = members.OptionalText("mimeType"),
            ServiceName = members.OptionalText("serviceName"),
            Json = json,
        };
    }

    /// <summary>A seller's own description.</summary>
    public static ResourceInfo Create(string url, string? description = null, string? mimeType = null, string? serviceName = null) =>
        Read(WireJson.Parse(WireJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("url", url);
            WriteIfPresent(writer, "description", description);
            WriteIfPresent(writer, "mimeType", mimeType);
            WriteIfPresent(writer, "serviceName", serviceName);
            writer.WriteEndObject();
        })));

    private static void WriteIfPresent(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
