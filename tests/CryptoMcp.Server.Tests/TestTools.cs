using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoMcp.Server.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Tests;

/// <summary>One thing on a shelf.</summary>
public sealed record Thing
{
    public required string Name { get; init; }

    public string? Note { get; init; }
}

/// <summary>A page of things.</summary>
public sealed record ThingPage
{
    public required IReadOnlyList<Thing> Things { get; init; }

    public required int Total { get; init; }

    public string? NextCursor { get; init; }
}

/// <summary>A part of an order.</summary>
public sealed record OrderLine
{
    [MaxLength(10)]
    public required string Thing { get; init; }

    [Range(1, 9)]
    public required int Count { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ThingPage))]
[JsonSerializable(typeof(OrderLine[]))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(bool))]
internal sealed partial class TestToolsJson : JsonSerializerContext;

/// <summary>Tools of every temper, to try the pipeline and the transports on.</summary>
[McpServerToolType]
public sealed class TestTools
{
    /// <summary>Completes when a <c>test_hang</c> has been cancelled.</summary>
    public static TaskCompletionSource HangEnded { get; set; } = new();

    /// <summary>Registers the server that the tests talk to.</summary>
    public static void Configure(IServiceCollection services) => services
        .AddToolPipeline(options =>
        {
            options.ServerInfo = new() { Name = "test", Version = "1.2.3" };
            options.ServerInstructions = "Grüße & <b>more</b>";
        })
        .WithTools<TestTools>(ToolsJson.With(TestToolsJson.Default))
        .WithPrompts<TestPrompts>()
        .WithResources<TestResources>();

    [McpServerTool(Name = "test_list", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Lists things.")]
    public static ThingPage List(
        [Description("Which shelf."), AllowedValues("top", "bottom")] string shelf,
        [Description("Things per page."), Range(1, 100)] int limit = Paging.DefaultLimit,
        [Description("nextCursor of the page before.")] string? cursor = null)
    {
        var all = new Thing[25];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = new() { Name = $"{shelf} Café <{i}>", Note = i == 0 ? "first" : null };
        }

        var page = Paging.Cut(all, limit, cursor, $"test_list|{shelf}");
        return new() { Things = page.Items, Total = page.Total, NextCursor = page.NextCursor };
    }

    [McpServerTool(Name = "test_order", ReadOnly = false, Destructive = true, Idempotent = false, OpenWorld = false)]
    [Description("Takes an order.")]
    public static string Order([Description("What and how many."), MaxLength(3)] OrderLine[] lines, bool gift = false) =>
        $"{lines.Length} {gift}";

    [McpServerTool(Name = "test_hang", ReadOnly = true)]
    [Description("Never ends by itself.")]
    public static async Task<string> Hang(RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken)
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

    [McpServerTool(Name = "test_refuse", ReadOnly = true)]
    [Description("Always refuses.")]
    public static string Refuse() => throw new ToolException("not_today", "The shop is closed", "come back tomorrow");

    [McpServerTool(Name = "test_break", ReadOnly = true)]
    [Description("Always breaks.")]
    public static string Break() => throw new InvalidOperationException("private detail");

    [McpServerTool(Name = "test_time_out", ReadOnly = true)]
    [Description("Runs into a timeout of its own.")]
    public static string TimeOut() => throw new TaskCanceledException("private detail");

    [McpServerTool(Name = "test_talk", ReadOnly = true)]
    [Description("Says much.")]
    public static string Talk([Range(0, 100_000)] int bytes) => new('x', bytes);

    [McpServerTool(Name = "test_act_and_talk", ReadOnly = false)]
    [Description("Does something and says much.")]
    public static string ActAndTalk([Range(0, 100_000)] int bytes) => new('x', bytes);
}

[McpServerPromptType]
public sealed class TestPrompts
{
    [McpServerPrompt(Name = "test_prompt"), Description("A prompt.")]
    public static string Prompt([Description("Who.")] string name) => $"Hello {name}";
}

[McpServerResourceType]
public sealed class TestResources
{
    [McpServerResource(UriTemplate = "test://resource", Name = "resource", MimeType = "text/plain")]
    public static string Resource() => "content";
}
