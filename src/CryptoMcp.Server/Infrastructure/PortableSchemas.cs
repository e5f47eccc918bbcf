using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>
/// Rewrites what the schema generator says of nullable members. <c>"type": ["string", "null"]</c> is rejected by clients
/// that map schemas onto a dialect with one type per value, and untrue here: an absent value is left out, not null.
/// </summary>
internal sealed class PortableSchemas : IPostConfigureOptions<McpServerOptions>
{
    public void PostConfigure(string? name, McpServerOptions options)
    {
        foreach (var tool in options.ToolCollection ?? [])
        {
            var definition = tool.ProtocolTool;
            definition.InputSchema = Rewrite(definition.InputSchema);
            definition.OutputSchema = definition.OutputSchema is { } output ? Rewrite(output) : null;
        }
    }

    internal static JsonElement Rewrite(JsonElement schema)
    {
        if (JsonObject.Create(schema.Clone()) is not { } node)
        {
            return schema;
        }

        Visit(node);
        return JsonElement.Parse(node.ToJsonString());
    }

    private static void Visit(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array)
                {
                    Visit(item);
                }

                break;
            case JsonObject schema:
                RewriteType(schema);
                foreach (var (_, child) in schema)
                {
                    Visit(child);
                }

                break;
            default:
                break;
        }
    }

    private static void RewriteType(JsonObject schema)
    {
        if (schema["type"] is JsonArray { Count: 2 } types)
        {
            var (first, second) = ((string?)types[0], (string?)types[1]);
            if (first == "null" || second == "null")
            {
                schema["type"] = first == "null" ? second : first;
            }
        }

        if (schema.TryGetPropertyValue("default", out var byDefault) && byDefault is null)
        {
            schema.Remove("default");
        }

        // A nullable enum lists null among its values, which one type cannot allow.
        if (schema["enum"] is JsonArray values)
        {
            for (var i = values.Count - 1; i >= 0; i--)
            {
                if (values[i] is null)
                {
                    values.RemoveAt(i);
                }
            }
        }
    }
}
