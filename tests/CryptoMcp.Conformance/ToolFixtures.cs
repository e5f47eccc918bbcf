using System.ComponentModel;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Conformance;

/// <summary>The tools both suites call by name.</summary>
[McpServerToolType]
public sealed class ToolFixtures
{
    [McpServerTool(Name = "test_simple_text"), Description("Plain text.")]
    public static string Text() => "This is a simple text response for testing.";

    [McpServerTool(Name = "test_image_content"), Description("An image.")]
    public static ContentBlock Image() => ImageContentBlock.FromBytes(Media.Png, "image/png");

    [McpServerTool(Name = "test_audio_content"), Description("A sound.")]
    public static ContentBlock Audio() => AudioContentBlock.FromBytes(Media.Wav, "audio/wav");

    [McpServerTool(Name = "test_embedded_resource"), Description("An embedded resource.")]
    public static ContentBlock Embedded() => Embed("test://embedded-resource", "text/plain", "This is an embedded resource content.");

    [McpServerTool(Name = "test_multiple_content_types"), Description("Text, image and resource.")]
    public static IEnumerable<ContentBlock> Mixed() =>
    [
        new TextContentBlock { Text = "Multiple content types test:" },
        ImageContentBlock.FromBytes(Media.Png, "image/png"),
        Embed("test://mixed-content-resource", "application/json", """{"test":"data","value":123}"""),
    ];

    [McpServerTool(Name = "test_error_handling"), Description("Always fails.")]
    public static CallToolResult Fail() => new()
    {
        IsError = true,
        Content = [new TextContentBlock { Text = "This tool intentionally returns an error for testing" }],
    };

    [McpServerTool(Name = "test_tool_with_logging"), Description("Logs to the client.")]
    public static async Task<string> Logging(RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken)
    {
        var logger = context.Server.AsClientLoggerProvider().CreateLogger("conformance");
        foreach (var line in new[] { "Tool execution started", "Tool processing data", "Tool execution completed" })
        {
            logger.LogInformation("{Line}", line);
            await Task.Delay(50, cancellationToken);
        }

        return "done";
    }

    [McpServerTool(Name = "test_logging_tool"), Description("Logs only if the request asked for it.")]
    public static string GatedLogging(RequestContext<CallToolRequestParams> context)
    {
        context.Server.AsClientLoggerProvider().CreateLogger("conformance").LogInformation("gated");
        return "done";
    }

    [McpServerTool(Name = "test_tool_with_progress"), Description("Reports progress.")]
    public static async Task<string> Progress(IProgress<ProgressNotificationValue> progress, CancellationToken cancellationToken)
    {
        foreach (var step in new[] { 0, 50, 100 })
        {
            progress.Report(new() { Progress = step, Total = 100, Message = $"Completed step {step} of 100" });
            await Task.Delay(50, cancellationToken);
        }

        return "done";
    }

    [McpServerTool(Name = "test_sampling"), Description("Asks the client's model.")]
    public static async Task<string> Sampling(McpServer server, string prompt, CancellationToken cancellationToken)
    {
        var result = await server.SampleAsync(
            new CreateMessageRequestParams { Messages = [UserSays(prompt)], MaxTokens = 100 }, cancellationToken);
        return $"LLM response: {result.Content.OfType<TextContentBlock>().FirstOrDefault()?.Text}";
    }

    [McpServerTool(Name = "test_elicitation"), Description("Asks the user.")]
    public static async Task<string> Elicitation(McpServer server, string message, CancellationToken cancellationToken)
    {
        var result = await server.ElicitAsync(
            new()
            {
                Message = message,
                RequestedSchema = new() { Properties = { ["username"] = new ElicitRequestParams.StringSchema(), ["email"] = new ElicitRequestParams.StringSchema() } },
            },
            cancellationToken);
        return $"User response: {result.Action}";
    }

    [McpServerTool(Name = "test_elicitation_sep1034_defaults"), Description("A form with defaults.")]
    public static async Task<string> Defaults(McpServer server, CancellationToken cancellationToken)
    {
        var result = await server.ElicitAsync(
            new()
            {
                Message = "Defaults",
                RequestedSchema = new()
                {
                    Properties =
                    {
                        ["name"] = new ElicitRequestParams.StringSchema { Default = "John Doe" },
                        ["age"] = new ElicitRequestParams.NumberSchema { Type = "integer", Default = 30 },
                        ["score"] = new ElicitRequestParams.NumberSchema { Default = 95.5 },
                        ["status"] = new ElicitRequestParams.UntitledSingleSelectEnumSchema { Enum = ["active", "inactive", "pending"], Default = "active" },
                        ["verified"] = new ElicitRequestParams.BooleanSchema { Default = true },
                    },
                },
            },
            cancellationToken);
        return $"Elicitation completed: {result.Action}";
    }

    [McpServerTool(Name = "test_elicitation_sep1330_enums"), Description("A form with every enum shape.")]
    public static async Task<string> Enums(McpServer server, CancellationToken cancellationToken)
    {
        List<ElicitRequestParams.EnumSchemaOption> titled =
        [
            new() { Const = "value1", Title = "First Option" },
            new() { Const = "value2", Title = "Second Option" },
            new() { Const = "value3", Title = "Third Option" },
        ];
        var result = await server.ElicitAsync(
            new()
            {
                Message = "Enums",
                RequestedSchema = new()
                {
                    Properties =
                    {
                        ["untitledSingle"] = new ElicitRequestParams.UntitledSingleSelectEnumSchema { Enum = ["option1", "option2", "option3"] },
                        ["titledSingle"] = new ElicitRequestParams.TitledSingleSelectEnumSchema { OneOf = titled },
                        ["legacyEnum"] = new ElicitRequestParams.LegacyTitledEnumSchema { Enum = ["opt1", "opt2", "opt3"], EnumNames = ["Option One", "Option Two", "Option Three"] },
                        ["untitledMulti"] = new ElicitRequestParams.UntitledMultiSelectEnumSchema { Items = new() { Enum = ["option1", "option2", "option3"] } },
                        ["titledMulti"] = new ElicitRequestParams.TitledMultiSelectEnumSchema { Items = new() { AnyOf = titled } },
                    },
                },
            },
            cancellationToken);
        return $"Elicitation completed: {result.Action}";
    }

    [McpServerTool(Name = "test_missing_capability"), Description("Needs the sampling capability.")]
    public static string MissingCapability(RequestContext<CallToolRequestParams> context) =>
        context.Server.ClientCapabilities?.Sampling is not null
            ? "ok"
            : throw new MissingRequiredClientCapabilityException(new() { Sampling = new() }, "sampling is required");

    [McpServerTool(Name = "test_streaming_elicitation"), Description("Answers on its own stream.")]
    public static string Streaming() => "ok";

    [McpServerTool(Name = "test_header_tool"), Description("Mirrors an argument in a header.")]
    public static string Header([McpHeader("Region"), Description("Region.")] string region, [Description("Query.")] string query) => $"{region}: {query}";

    [McpServerTool(Name = "test_reconnection"), Description("Ends its stream early when a store is configured.")]
    public static string Reconnection() => "Reconnection test completed successfully";

    public static McpServerTool JsonSchemaTool()
    {
        var tool = McpServerTool.Create(() => "ok", new() { Name = "json_schema_2020_12_tool", Description = "Tool with JSON Schema 2020-12 features" });
        tool.ProtocolTool.InputSchema = JsonElement.Parse(
            """
            {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
             "$defs":{"address":{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
             "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},"contactMethod":{"type":"string","enum":["phone","email"]},"phone":{"type":"string"},"email":{"type":"string"}},
             "allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
             "if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},"then":{"required":["phone"]},"else":{"required":["email"]},
             "additionalProperties":false}
            """);
        return tool;
    }

    internal static SamplingMessage UserSays(string text) => new() { Role = Role.User, Content = [new TextContentBlock { Text = text }] };

    private static EmbeddedResourceBlock Embed(string uri, string mimeType, string text) =>
        new() { Resource = new TextResourceContents { Uri = uri, MimeType = mimeType, Text = text } };
}
