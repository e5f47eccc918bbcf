using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CryptoMcp.Server.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Tests;

/// <summary>What holds for every tool that the server offers, and what a model pays for reading about them.</summary>
public sealed partial class ToolCatalogTests
{
    private const int MaxTools = 20;
    private const int MaxTokens = 6000;
    private const int BytesPerToken = 4;
    private const int MaxDescription = 700;

    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void Every_tool_is_its_committed_snapshot()
    {
        var folder = Snapshot.PathOf("tests", "CryptoMcp.Server.Tests", "Snapshots");
        var tools = Tools();
        foreach (var tool in tools)
        {
            Snapshot.Check(
                Path.Combine(folder, tool.Name + ".json"),
                Json(tool).ToJsonString(s_indented) + "\n",
                static (committed, actual) => JsonNode.DeepEquals(JsonNode.Parse(committed), JsonNode.Parse(actual)));
        }

        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [])
        {
            if (tools.TrueForAll(tool => tool.Name != Path.GetFileNameWithoutExtension(file)))
            {
                Snapshot.CheckGone(file);
            }
        }
    }

    [Fact]
    public void The_default_list_is_cheap_to_read()
    {
        var tools = Tools(ToolSelection.Default);
        var bytes = tools.Sum(tool => Encoding.UTF8.GetByteCount(Json(tool).ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })));
        var costliest = string.Join(", ", tools.OrderByDescending(tool => Json(tool).ToJsonString().Length).Take(3).Select(tool => tool.Name));
        TestContext.Current.SendDiagnosticMessage($"{tools.Count} tools, {bytes} bytes, about {bytes / BytesPerToken} tokens");
        Assert.True(tools.Count <= MaxTools, $"{tools.Count} tools; a model chooses well among {MaxTools}.");
        Assert.True(bytes / BytesPerToken <= MaxTokens, $"{bytes / BytesPerToken} tokens, at most {MaxTokens}; the costliest are {costliest}.");
    }

    [Fact]
    public void Every_tool_belongs_to_a_toolset_and_every_toolset_costs_at_most_as_much_as_the_default()
    {
        Assert.Empty(Tools().Where(tool => ToolSelection.Find(tool.Name) is null).Select(tool => tool.Name));
        foreach (var set in ToolSelection.All)
        {
            var bytes = Tools(new() { Toolsets = [set.Name] }).Sum(tool => Encoding.UTF8.GetByteCount(Json(tool).ToJsonString()));
            Assert.True(bytes / BytesPerToken <= MaxTokens, $"The toolset {set.Name} takes {bytes / BytesPerToken} tokens.");
        }
    }

    [Fact]
    public void Read_only_wins_over_every_toolset()
    {
        var tools = Tools(ToolSelection.Everything with { ReadOnly = true });
        Assert.NotEmpty(tools);
        Assert.All(tools, tool => Assert.True(tool.Annotations!.ReadOnlyHint, tool.Name));
        Assert.DoesNotContain(tools, tool => tool.Name is "transfer_send" or "payment_cancel");
    }

    [Fact]
    public void Toolsets_are_read_by_name_and_unknown_ones_refused()
    {
        Assert.Equal(ToolSelection.Default.Toolsets, ToolSelection.TryParseToolsets("default"));
        Assert.Equal(["contracts", "wallet"], ToolSelection.TryParseToolsets(" contracts, wallet,contracts"));
        Assert.Equal(ToolSelection.All.Count, ToolSelection.TryParseToolsets("all")!.Count);
        Assert.Null(ToolSelection.TryParseToolsets("wallet,admin"));
        Assert.Null(ToolSelection.TryParseToolsets(" , "));
    }

    [Fact]
    public void Every_tool_says_what_it_is()
    {
        foreach (var tool in Tools())
        {
            Assert.Matches(Name(), tool.Name);
            Assert.True(tool.Name.Length <= 64, tool.Name);
            Assert.False(string.IsNullOrWhiteSpace(tool.Title ?? tool.Annotations?.Title), $"{tool.Name} has no title.");
            Assert.True(tool.Description is { Length: > 40 and <= MaxDescription }, $"{tool.Name}: a description has 40 to {MaxDescription} characters.");
            Assert.True(tool.OutputSchema is not null, $"{tool.Name} has no output schema.");
            var hints = tool.Annotations;
            Assert.True(
                hints is { ReadOnlyHint: not null, DestructiveHint: not null, IdempotentHint: not null, OpenWorldHint: not null },
                $"{tool.Name} leaves a hint to the specification's pessimistic default.");
            Assert.False(hints is { ReadOnlyHint: true, DestructiveHint: true }, $"{tool.Name} only reads and destroys.");
        }
    }

    [Fact]
    public void Every_argument_is_described_and_enforced()
    {
        foreach (var tool in Tools())
        {
            Assert.Empty(SchemaKeywords.Unenforced(tool.InputSchema).Select(keyword => $"{tool.Name} {keyword}"));
            if (!tool.InputSchema.TryGetProperty("properties", out var properties))
            {
                continue;
            }

            foreach (var argument in properties.EnumerateObject())
            {
                var where = $"{tool.Name}.{argument.Name}";
                Assert.True(argument.Value.TryGetProperty("description", out var text) && text.GetString()!.Length > 5, $"{where} is not described.");
                if (argument.Value.TryGetProperty("type", out var type))
                {
                    Assert.True(type.ValueKind == JsonValueKind.String, $"{where} has several types.");
                    Assert.False(type.ValueEquals("number"), $"{where} is a number with a fraction; pass decimal text.");
                    if (type.ValueEquals("integer"))
                    {
                        // Without bounds, a number that does not fit the parameter fails in the binder, which explains nothing.
                        Assert.True(argument.Value.TryGetProperty("minimum", out _) && argument.Value.TryGetProperty("maximum", out _), $"{where} has no bounds.");
                    }
                }
            }
        }
    }

    [Fact]
    public void No_two_descriptions_start_alike()
    {
        var starts = Tools().Select(tool => string.Join(' ', tool.Description!.Split(' ').Take(6))).ToList();
        Assert.Equal(starts.Count, starts.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    private static List<Tool> Tools(ToolSelection? selection = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(ServerOptions.None with { Tools = selection ?? ToolSelection.Everything });
        services.AddCryptoMcpServer();
        using var provider = services.BuildServiceProvider();
        var tools = provider.GetRequiredService<IOptions<McpServerOptions>>().Value.ToolCollection ?? [];
        return [.. tools.Select(tool => tool.ProtocolTool).OrderBy(tool => tool.Name, StringComparer.Ordinal)];
    }

    private static JsonNode Json(Tool tool) => JsonSerializer.SerializeToNode(tool, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(Tool)))!;

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)+$")]
    private static partial Regex Name();
}
