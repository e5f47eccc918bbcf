using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>The server as it ships, pipeline and stdio transport and all, spoken to by a real MCP client over pipes.</summary>
internal sealed class ToolServer : IAsyncDisposable
{
    private readonly StdioPeer _peer;

    private ToolServer(StdioPeer peer, McpClient client) => (_peer, Client) = (peer, client);

    public McpClient Client { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="guardSocket">The guard's socket; without one there is no guard and no configuration.</param>
    /// <param name="chainsFile">A user's chains.</param>
    /// <param name="protocol">MCP revision; null for the newest.</param>
    public static async Task<ToolServer> StartAsync(string? guardSocket = null, string? chainsFile = null, string? protocol = null)
    {
        var peer = new StdioPeer(prepared: false, configure: services =>
        {
            if (guardSocket is not null)
            {
                services.AddSingleton(new ServerOptions { GuardSocketPath = guardSocket, ChainsFile = chainsFile });
            }

            services.AddCryptoMcpServer();
        });
        var client = await McpClient.CreateAsync(
            new StreamClientTransport(peer.Input, peer.Output),
            new() { ProtocolVersion = protocol, ClientInfo = new() { Name = "Claude Desktop", Version = "1" } },
            cancellationToken: TestContext.Current.CancellationToken);
        return new(peer, client);
    }

    /// <summary>Calls a tool with text arguments.</summary>
    public async Task<CallToolResult> CallAsync(string tool, params (string Name, object Value)[] arguments) =>
        await Client.CallToolAsync(
            tool,
            arguments.ToDictionary(argument => argument.Name, object? (argument) => argument.Value),
            cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Calls a tool that must succeed and gives its structured result.</summary>
    public async Task<JsonElement> ReadAsync(string tool, params (string Name, object Value)[] arguments)
    {
        var result = await CallAsync(tool, arguments);
        Assert.True(result.IsError is not true, TextOf(result));
        Assert.Equal(result.StructuredContent!.Value.GetRawText(), JsonElement.Parse(TextOf(result)).GetRawText());
        return result.StructuredContent.Value;
    }

    /// <summary>Calls a tool that must refuse and gives its text.</summary>
    public async Task<string> RefusedAsync(string tool, params (string Name, object Value)[] arguments)
    {
        var result = await CallAsync(tool, arguments);
        var text = TextOf(result);
        Assert.True(result.IsError is true, text);
        return text;
    }

    public static string TextOf(CallToolResult result) => string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _peer.DisposeAsync();
    }
}
