using System.ComponentModel;
using System.Security.Claims;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Http.Tests;

/// <summary>Tools that need something of the transport.</summary>
[McpServerToolType]
internal sealed class TestTools
{
    /// <summary>Completes when <c>test_hang</c> has been cancelled.</summary>
    public TaskCompletionSource HangEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when <c>test_wait</c> has started.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets <c>test_wait</c> end.</summary>
    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [McpServerTool(Name = "test_echo"), Description("Says it back.")]
    public static string Echo(string text) => text;

    [McpServerTool(Name = "test_region"), Description("Has an argument that is mirrored in a header.")]
    public static string Region([McpHeader("Region")] string region) => region;

    [McpServerTool(Name = "test_who"), Description("Says who asks.")]
    public static string Who(RequestContext<CallToolRequestParams> context) =>
        context.User?.FindFirst("sub")?.Value ?? context.User?.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? "nobody";

    [McpServerTool(Name = "test_ask"), Description("Asks the user.")]
    public static string Ask(RequestContext<CallToolRequestParams> context) =>
        context.Params.InputResponses?.TryGetValue("color", out var answer) is true
            ? answer.Deserialize(InputResponse.ElicitResultJsonTypeInfo)!.Content!["color"].GetString()!
            : throw new InputRequiredException(new Dictionary<string, InputRequest>
            {
                ["color"] = InputRequest.ForElicitation(new()
                {
                    Message = "Which color?",
                    RequestedSchema = new() { Properties = { ["color"] = new ElicitRequestParams.StringSchema() } },
                }),
            });

    [McpServerTool(Name = "test_progress"), Description("Reports progress.")]
    public static async Task<string> Progress(RequestContext<CallToolRequestParams> context, int steps, CancellationToken cancellationToken)
    {
        for (var step = 1; step <= steps; step++)
        {
            // Awaited: IProgress<T> sends without waiting, and its last report can overtake the result.
            await context.Server.NotifyProgressAsync(
                context.Params.ProgressToken!.Value, new() { Progress = step, Total = steps }, cancellationToken: cancellationToken);
        }

        return "done";
    }

    [McpServerTool(Name = "test_hang"), Description("Ends only by cancellation.")]
    public async Task<string> Hang(RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken)
    {
        if (context.Params.ProgressToken is { } token)
        {
            await context.Server.NotifyProgressAsync(token, new() { Progress = 1 }, cancellationToken: cancellationToken);
        }

        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            HangEnded.TrySetResult();
        }

        return "";
    }

    [McpServerTool(Name = "test_wait"), Description("Silent until it is released.")]
    public async Task<string> Wait(CancellationToken cancellationToken)
    {
        Waiting.TrySetResult();
        await Release.Task.WaitAsync(cancellationToken);
        return "released";
    }
}
