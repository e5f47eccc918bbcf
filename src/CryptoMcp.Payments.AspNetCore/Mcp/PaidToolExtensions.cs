using CryptoMcp.Payments.AspNetCore;
using CryptoMcp.Payments.AspNetCore.Mcp;
using CryptoMcp.Payments.AspNetCore.Selling;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Prices on MCP tools.</summary>
public static class PaidToolExtensions
{
    /// <summary>
    /// Puts a price on a tool, over any transport. Needs <see cref="SellerServiceExtensions.AddPayments"/>. The server refuses to start
    /// when there is no tool of that name, since a price on nothing is most often a tool that is free by mistake.
    /// </summary>
    /// <param name="builder">The MCP server.</param>
    /// <param name="tool">The tool's name.</param>
    /// <param name="price">Decimal text with unit, such as <c>0.01 USDC</c>.</param>
    /// <param name="configure">Scheme, description and the rest.</param>
    public static IMcpServerBuilder WithToolPrice(this IMcpServerBuilder builder, string tool, string price, Action<PriceTag>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(tool);
        var tag = new PriceTag(price);
        configure?.Invoke(tag);
        if (!builder.Services.Any(service => service.ServiceType == typeof(ToolTill)))
        {
            builder.Services.AddSingleton<ToolTill>();
            builder.Services.AddSingleton<IPostConfigureOptions<McpServerOptions>, PutTillIntoServer>();
        }

        builder.Services.AddSingleton(new ToolPrice(tool, tag));
        return builder;
    }

    private sealed class PutTillIntoServer(ToolTill till, IEnumerable<ToolPrice> prices, OfferList offers) : IPostConfigureOptions<McpServerOptions>
    {
        public void PostConfigure(string? name, McpServerOptions options)
        {
            foreach (var price in prices)
            {
                offers.Check(price.Tag);
                if (options.ToolCollection?.Any(tool => tool.ProtocolTool.Name == price.Tool) != true)
                {
                    throw new InvalidOperationException($"There is a price for the tool '{price.Tool}', but no such tool. Next: correct the name in WithToolPrice.");
                }
            }

            options.Capabilities ??= new();
            (options.Capabilities.Extensions ??= new Dictionary<string, object>()).TryAdd(ToolTill.Extension, new System.Text.Json.Nodes.JsonObject());

            // First, so that nothing of the tool's own pipeline runs before the payment was verified.
            options.Filters.Request.CallToolWithAlternateFilters.Insert(0, till.ChargeAsync);
        }
    }
}
