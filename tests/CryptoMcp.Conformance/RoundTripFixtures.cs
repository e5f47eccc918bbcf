using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Conformance;

/// <summary>Multi round-trip requests (SEP-2322).</summary>
[McpServerToolType]
public sealed class RoundTripFixtures
{
    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(32);

    [McpServerTool(Name = "test_input_required_result_elicitation"), Description("Asks for a name.")]
    public static string Elicit(RequestContext<CallToolRequestParams> context) =>
        Answer(context.Params, "user_name") is { } answer ? $"Hello, {Text(answer, "name")}!" : throw Ask(new() { ["user_name"] = Form("What is your name?", "name") });

    [McpServerTool(Name = "test_input_required_result_sampling"), Description("Asks the model.")]
    public static string Sample(RequestContext<CallToolRequestParams> context) =>
        Response(context.Params, "capital_question")?.Deserialize(InputResponse.CreateMessageResultJsonTypeInfo) is { } sampled
            ? sampled.Content.OfType<TextContentBlock>().First().Text
            : throw Ask(new() { ["capital_question"] = Question("What is the capital of France?") });

    [McpServerTool(Name = "test_input_required_result_list_roots"), Description("Asks for roots.")]
    public static string Roots(RequestContext<CallToolRequestParams> context) =>
        Response(context.Params, "client_roots")?.Deserialize(InputResponse.ListRootsResultJsonTypeInfo) is { } listed
            ? string.Join(", ", listed.Roots.Select(r => r.Uri))
            : throw Ask(new() { ["client_roots"] = InputRequest.ForRootsList(new()) });

    [McpServerTool(Name = "test_input_required_result_request_state"), Description("Checks the echoed state.")]
    public static string State(RequestContext<CallToolRequestParams> context) =>
        Answer(context.Params, "confirm") is not null && Opened(context.Params.RequestState) == "confirm"
            ? "state-ok"
            : throw Ask(new() { ["confirm"] = Form("Please confirm", "ok") }, "confirm");

    [McpServerTool(Name = "test_input_required_result_multiple_inputs"), Description("Asks three things at once.")]
    public static string Multiple(RequestContext<CallToolRequestParams> context) =>
        context.Params.InputResponses is { } got && got.ContainsKey("user_name") && got.ContainsKey("greeting") && got.ContainsKey("client_roots")
            ? "complete"
            : throw Ask(
                new()
                {
                    ["user_name"] = Form("What is your name?", "name"),
                    ["greeting"] = Question("Generate a greeting"),
                    ["client_roots"] = InputRequest.ForRootsList(new()),
                },
                "multiple");

    [McpServerTool(Name = "test_input_required_result_multi_round"), Description("Asks twice.")]
    public static string Rounds(RequestContext<CallToolRequestParams> context) => (Opened(context.Params.RequestState), context.Params.InputResponses) switch
    {
        ("two", { } r) when r.ContainsKey("step2") => "complete",
        ("one", { } r) when r.ContainsKey("step1") => throw Ask(new() { ["step2"] = Form("Step 2", "color") }, "two"),
        _ => throw Ask(new() { ["step1"] = Form("Step 1", "name") }, "one"),
    };

    [McpServerTool(Name = "test_input_required_result_tampered_state"), Description("Refuses forged state.")]
    public static string Tampered(RequestContext<CallToolRequestParams> context) => context.Params.RequestState switch
    {
        null => throw Ask(new() { ["confirm"] = Form("Please confirm", "ok") }, "signed"),
        var state when Opened(state) == "signed" => "state-ok",
        _ => throw new McpProtocolException("requestState failed verification.", McpErrorCode.InvalidParams),
    };

    [McpServerTool(Name = "test_input_required_result_capabilities"), Description("Asks only for what the client declared.")]
    public static string Capabilities(RequestContext<CallToolRequestParams> context)
    {
        var caps = context.Server.ClientCapabilities;
        var asks = new Dictionary<string, InputRequest>();
        if (caps?.Elicitation is not null)
        {
            asks["user_name"] = Form("Name?", "name");
        }

        if (caps?.Sampling is not null)
        {
            asks["greeting"] = Question("Greet");
        }

        return asks.Count == 0 || context.Params.InputResponses is { Count: > 0 } ? "complete" : throw Ask(asks);
    }

    internal static ElicitResult? Answer(RequestParams call, string key)
    {
        try
        {
            return Response(call, key)?.Deserialize(InputResponse.ElicitResultJsonTypeInfo) is { Action: "accept" or "decline" or "cancel" } result ? result : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static string? Text(ElicitResult result, string field) =>
        result.Content?.TryGetValue(field, out var value) is true ? value.ToString() : null;

    internal static InputRequiredException Ask(Dictionary<string, InputRequest> requests, string? state = null) =>
        new(requests, state is null ? null : Sealed(state));

    internal static InputRequest Form(string message, string field) => InputRequest.ForElicitation(new()
    {
        Mode = "form",
        Message = message,
        RequestedSchema = new() { Properties = { [field] = new ElicitRequestParams.StringSchema() }, Required = [field] },
    });

    private static InputRequest Question(string text) =>
        InputRequest.ForSampling(new() { Messages = [ToolFixtures.UserSays(text)], MaxTokens = 100 });

    private static InputResponse? Response(RequestParams call, string key) =>
        call.InputResponses?.TryGetValue(key, out var response) is true ? response : null;

    private static string Sealed(string state) => $"{state}.{Convert.ToHexString(HMACSHA256.HashData(s_key, Encoding.UTF8.GetBytes(state)))}";

    private static string? Opened(string? sealedState)
    {
        var state = sealedState?.Split('.')[0];
        return state is not null && Sealed(state) == sealedState ? state : null;
    }
}
