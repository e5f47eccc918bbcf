using CryptoMcp.Conformance;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services
    .AddMcpServer(o => o.ServerInfo = new() { Name = "cryptomcp-conformance", Version = "0.1.0" })
    .WithTools<ToolFixtures>()
    .WithTools<RoundTripFixtures>()
    .WithTools([ToolFixtures.JsonSchemaTool()])
    .WithPrompts<PromptFixtures>()
    .WithResources<ResourceFixtures>()
    .WithCompleteHandler(static (_, _) => new(new CompleteResult { Completion = new() { Values = [], HasMore = false, Total = 0 } }))
    .WithSetLoggingLevelHandler(static (_, _) => new(new EmptyResult()))
    .WithSubscribeToResourcesHandler(static (_, _) => new(new EmptyResult()))
    .WithUnsubscribeFromResourcesHandler(static (_, _) => new(new EmptyResult()))
    .WithRequestFilters(f => f
        .AddListToolsFilter(next => async (r, ct) => Fresh(await next(r, ct)))
        .AddListPromptsFilter(next => async (r, ct) => Fresh(await next(r, ct)))
        .AddListResourcesFilter(next => async (r, ct) => Fresh(await next(r, ct)))
        .AddListResourceTemplatesFilter(next => async (r, ct) => Fresh(await next(r, ct)))
        .AddReadResourceFilter(next => async (r, ct) => Fresh(await next(r, ct))))
    .WithStreamableHttp();

var app = builder.Build();
app.MapStreamableHttp("/mcp");
await app.RunAsync($"http://127.0.0.1:{(args is [var port, ..] ? port : "7420")}");

static T Fresh<T>(T result) where T : ICacheableResult
{
    result.TimeToLive = TimeSpan.FromMinutes(5);
    result.CacheScope = CacheScope.Public;
    return result;
}
