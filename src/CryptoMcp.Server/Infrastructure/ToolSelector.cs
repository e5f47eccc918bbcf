using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>Takes away the tools that are not offered: what is not listed cannot be called either.</summary>
internal sealed class ToolSelector(ServerOptions server) : IPostConfigureOptions<McpServerOptions>
{
    public void PostConfigure(string? name, McpServerOptions options)
    {
        foreach (var tool in options.ToolCollection?.ToList() ?? [])
        {
            if (!server.Tools.Includes(tool.ProtocolTool.Name, tool.ProtocolTool.Annotations?.ReadOnlyHint ?? false))
            {
                options.ToolCollection!.Remove(tool);
            }
        }
    }
}
