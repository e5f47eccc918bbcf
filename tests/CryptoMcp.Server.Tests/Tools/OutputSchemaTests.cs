using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using CryptoMcp.Server.Tools;
using CryptoMcp.Server.Tools.Definition;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>The committed output schemas are what the result records are. Run with CRYPTOMCP_UPDATE_SNAPSHOTS=1 to rewrite them.</summary>
public sealed class OutputSchemaTests
{
    private static readonly string s_file = Snapshot.PathOf("src", "CryptoMcp.Server", "Tools", "Schemas", "output-schemas.json");

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, NewLine = "\n" };

    [Fact]
    public void Committed_schemas_match_the_result_records()
    {
        var expected = new JsonObject();
        foreach (var type in ResultTypes().OrderBy(type => type.Type.Name, StringComparer.Ordinal))
        {
            expected[type.Type.Name] = SchemaOf(type);
        }

        Snapshot.Check(s_file, expected.ToJsonString(s_indented) + "\n", string.Equals);
    }

    [Fact]
    public void Schemas_are_portable()
    {
        Assert.All(ListedTools.All, tool => Visit(tool.OutputSchema!.Value, tool.Name));

        static void Visit(JsonElement schema, string path)
        {
            // One type per value and no references: the common denominator of clients that map schemas onto a dialect.
            Assert.Equal(JsonValueKind.String, schema.GetProperty("type").ValueKind);
            Assert.False(schema.TryGetProperty("$ref", out _), path);
            if (schema.TryGetProperty("properties", out var properties))
            {
                foreach (var property in properties.EnumerateObject())
                {
                    Assert.DoesNotMatch("[A-Z-]", property.Name);
                    Visit(property.Value, $"{path}.{property.Name}");
                }
            }

            if (schema.TryGetProperty("items", out var items))
            {
                Visit(items, $"{path}[]");
            }
        }
    }

    [Fact]
    public void No_amount_is_a_number()
    {
        string[] counts =
        [
            "block", "final_block", "nonce", "decimals", "untrusted_decimals", "revision", "total", "left_out", "moved_left_out", "status", "body_bytes",
            "sold_in_block", "owners", "entries", "revoked", "clients", "out_of_scale", "paying_witnesses", "free_witnesses", "responses", "calls", "x402_payers",
            "x402_payees", "looked_at",
        ];
        Assert.All(ListedTools.All, tool => Visit(tool.OutputSchema!.Value));

        void Visit(JsonElement schema)
        {
            if (schema.TryGetProperty("properties", out var properties))
            {
                foreach (var property in properties.EnumerateObject())
                {
                    Assert.True(property.Value.GetProperty("type").GetString() is not ("integer" or "number") || counts.Contains(property.Name), property.Name);
                    Visit(property.Value);
                }
            }

            if (schema.TryGetProperty("items", out var items))
            {
                Visit(items);
            }
        }
    }

    private static IEnumerable<JsonTypeInfo> ResultTypes() => typeof(ToolSet).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false, BaseType: { IsGenericType: true } parent } && parent.GetGenericTypeDefinition() == typeof(PreparedTool<>))
        .Select(type => type.BaseType!.GetGenericArguments()[0])
        .Distinct()
        .Select(type => ToolResultsJson.Default.GetTypeInfo(type)!);

    private static JsonNode SchemaOf(JsonTypeInfo type) => type.GetJsonSchemaAsNode(new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) =>
        {
            if (schema is JsonObject node)
            {
                // Absent members are left out, never null.
                if (node["type"] is JsonArray types)
                {
                    node["type"] = types.Single(entry => (string?)entry != "null")!.DeepClone();
                }

                if (context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), false) is [DescriptionAttribute description, ..])
                {
                    node["description"] = description.Description;
                }
            }

            return schema;
        },
    });
}
