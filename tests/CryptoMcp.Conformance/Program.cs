using CryptoMcp.Conformance;
using ModelContextProtocol.Protocol;

// The server that the official conformance suite runs against. It has the suite's own tools and shares the product's transport.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Critical);
builder.Services
    .AddMcpServer(options => options.ServerInfo = new() { Name = "cryptomcp-conformance", Version = "0.1.0" })
    .WithTools<ToolFixtures>()
    .WithTools<RoundTripFixtures>()
    .WithTools([ToolFixtures.JsonSchemaTool()])
    .WithPrompts<PromptFixtures>()
    .WithResources<ResourceFixtures>()
    .WithCompleteHandler(static (_, _) => new(new CompleteResult { Completion = new() { Values = [], HasMore = false, Total = 0 } }))
    .WithSetLoggingLevelHandler(static (_, _) => new(new EmptyResult()))
    .WithSubscribeToResourcesHandler(static (_, _) => new(new EmptyResult()))
    .WithUnsubscribeFromResourcesHandler(static (_, _) => new(new EmptyResult()))
    .WithRequestFilters(filters => filters
        .AddListToolsFilter(next => async (request, stop) => Fresh(await next(request, stop)))
        .AddListPromptsFilter(next => async (request, stop) => Fresh(await next(request, stop)))
        .AddListResourcesFilter(next => async (request, stop) => Fresh(await next(request, stop)))
        .AddListResourceTemplatesFilter(next => async (request, stop) => Fresh(await next(request, stop)))
        .AddReadResourceFilter(next => async (request, stop) => Fresh(await next(request, stop))))
    .WithStreamableHttp();

var app = builder.Build();
app.MapStreamableHttp("/mcp");

// Port 0 takes a free one; the test reads it from this line.
app.Lifetime.ApplicationStarted.Register(() => Console.Out.WriteLine($"listening on {app.Urls.First()}/mcp"));
await app.RunAsync($"http://127.0.0.1:{(args is [var port, ..] ? port : "0")}");

static T Fresh<T>(T result)
    where T : ICacheableResult
{
    result.TimeToLive = TimeSpan.FromMinutes(5);
    result.CacheScope = CacheScope.Public;
    return result;
}
