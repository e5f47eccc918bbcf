using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>
/// Freshness of lists, which revision 2026-07-28 demands. Lists change only with the binary, so anyone may keep them for an
/// hour; what a resource says belongs to one owner and changes with every payment, so nobody may.
/// </summary>
internal static class ListCaching
{
    private static readonly TimeSpan s_lists = TimeSpan.FromHours(1);

    /// <summary>Also puts tools into a fixed order, which keeps the prompt caches of models warm.</summary>
    public static McpRequestHandler<ListToolsRequestParams, ListToolsResult> Tools(
        McpRequestHandler<ListToolsRequestParams, ListToolsResult> next) => async (request, cancellationToken) =>
    {
        var result = Shared(await next(request, cancellationToken));
        result.Tools = [.. result.Tools.OrderBy(tool => tool.Name, StringComparer.Ordinal)];
        return result;
    };

    public static McpRequestHandler<ListPromptsRequestParams, ListPromptsResult> Prompts(
        McpRequestHandler<ListPromptsRequestParams, ListPromptsResult> next) => async (request, cancellationToken) =>
    {
        var result = Shared(await next(request, cancellationToken));
        result.Prompts = [.. result.Prompts.OrderBy(prompt => prompt.Name, StringComparer.Ordinal)];
        return result;
    };

    public static McpRequestHandler<ListResourcesRequestParams, ListResourcesResult> Resources(
        McpRequestHandler<ListResourcesRequestParams, ListResourcesResult> next) => async (request, cancellationToken) =>
    {
        var result = Shared(await next(request, cancellationToken));
        result.Resources = [.. result.Resources.OrderBy(resource => resource.Uri, StringComparer.Ordinal)];
        return result;
    };

    public static McpRequestHandler<ListResourceTemplatesRequestParams, ListResourceTemplatesResult> ResourceTemplates(
        McpRequestHandler<ListResourceTemplatesRequestParams, ListResourceTemplatesResult> next) => async (request, cancellationToken) =>
    {
        var result = Shared(await next(request, cancellationToken));
        result.ResourceTemplates = [.. result.ResourceTemplates.OrderBy(template => template.UriTemplate, StringComparer.Ordinal)];
        return result;
    };

    public static McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> ReadResource(
        McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> next) => async (request, cancellationToken) =>
    {
        var result = await next(request, cancellationToken);
        result.TimeToLive = TimeSpan.Zero;
        result.CacheScope = CacheScope.Private;
        return result;
    };

    private static T Shared<T>(T result)
        where T : ICacheableResult
    {
        result.TimeToLive = s_lists;
        result.CacheScope = CacheScope.Public;
        return result;
    }
}
