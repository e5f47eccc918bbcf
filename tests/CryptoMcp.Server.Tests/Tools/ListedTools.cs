using CryptoMcp.Server.Tools;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>The tools as they are listed, with no guard, network or configuration behind them.</summary>
internal static class ListedTools
{
    private static readonly Lazy<IReadOnlyList<McpServerTool>> s_servers = new(() => [.. new ServiceCollection()
        .AddSingleton(new ServerOptions { GuardSocketPath = "/nowhere/guard.sock", Tools = ToolSelection.Everything })
        .AddToolSet()
        .BuildServiceProvider()
        .GetServices<McpServerTool>()]);

    public static IReadOnlyList<McpServerTool> Servers => s_servers.Value;

    public static IReadOnlyList<Tool> All { get; } = [.. Servers.Select(tool => tool.ProtocolTool)];

    public static Tool Named(string name) => All.Single(tool => tool.Name == name);
}
