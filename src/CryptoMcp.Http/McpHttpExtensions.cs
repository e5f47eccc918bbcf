using System.Diagnostics.CodeAnalysis;
using CryptoMcp.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers and maps the Streamable HTTP endpoint.</summary>
public static class McpHttpExtensions
{
    /// <summary>Adds what <see cref="MapStreamableHttp"/> needs.</summary>
    public static IMcpServerBuilder WithStreamableHttp(this IMcpServerBuilder builder, Action<McpHttpOptions>? configure = null)
    {
        var services = builder.Services;
        services.AddOptions<McpHttpOptions>();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<McpHttpEndpoint>();
        services.TryAddSingleton<LegacySessionStore>();
        services.AddHostedService(p => p.GetRequiredService<LegacySessionStore>());
        return builder;
    }

    /// <summary>
    /// Adds authentication by the token in <paramref name="tokenFile"/>. Call <c>UseAuthentication</c>,
    /// <c>UseAuthorization</c> and <c>RequireAuthorization</c> on the mapped endpoint to enforce it.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is open to others, or its token is too short.</exception>
    public static IServiceCollection AddBearerTokenFile(this IServiceCollection services, string tokenFile)
    {
        var digest = BearerTokenFile.ReadSha256(tokenFile);
        services.AddAuthorization();
        services
            .AddAuthentication(BearerTokenHandler.SchemeName)
            .AddScheme<BearerTokenOptions, BearerTokenHandler>(BearerTokenHandler.SchemeName, o => o.TokenSha256 = digest);
        return services;
    }

    /// <summary>Maps POST, GET and DELETE of the MCP endpoint.</summary>
    public static IEndpointConventionBuilder MapStreamableHttp(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/mcp")
    {
        var endpoint = endpoints.ServiceProvider.GetRequiredService<McpHttpEndpoint>();
        var group = endpoints.MapGroup(pattern).WithDisplayName("MCP Streamable HTTP");
        group.MapPost("", (RequestDelegate)endpoint.PostAsync);
        group.MapGet("", (RequestDelegate)endpoint.GetAsync);
        group.MapDelete("", (RequestDelegate)endpoint.DeleteAsync);
        return group;
    }
}
