using System.IO.Pipelines;
using System.Text.Json;
using CryptoMcp.Server.Stdio;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>The server as it ships, pipeline and stdio transport and all, spoken to by a real MCP client over pipes.</summary>
internal sealed class ToolServer : IAsyncDisposable
{
    private readonly Pipe _toServer;
    private readonly Task<int> _run;

    private ToolServer(Pipe toServer, Task<int> run, McpClient client) => (_toServer, _run, Client) = (toServer, run, client);

    public McpClient Client { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="guardSocket">The guard's socket; without one there is no guard and no configuration.</param>
    /// <param name="chainsFile">A user's chains.</param>
    /// <param name="protocol">MCP revision; null for the newest.</param>
    /// <param name="tools">Which tools it offers; null for all.</param>
    public static async Task<ToolServer> StartAsync(
        string? guardSocket = null, string? chainsFile = null, string? protocol = null, ToolSelection? tools = null)
    {
        var (toServer, fromServer) = (new Pipe(), new Pipe());
        var options = new StdioServerOptions
        {
            ConfigureServices = services =>
            {
                services.AddSingleton((guardSocket is null
                    ? ServerOptions.None
                    : new() { GuardSocketPath = guardSocket, ChainsFile = chainsFile }) with { Tools = tools ?? ToolSelection.Everything });

                services.AddCryptoMcpServer();
            },
            Input = toServer.Reader.AsStream(),
            Output = fromServer.Writer.AsStream(),
        };

        // The server reads on the thread that runs it, as Main's thread does.
        var run = Task.Factory.StartNew(
            () => StdioServer.RunAsync(options), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        var client = await McpClient.CreateAsync(
            new StreamClientTransport(toServer.Writer.AsStream(), fromServer.Reader.AsStream()),
            new() { ProtocolVersion = protocol, ClientInfo = new() { Name = "Claude Desktop", Version = "1" } },
            cancellationToken: TestContext.Current.CancellationToken);
        return new(toServer, run, client);
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
        Assert.True(JsonElement.DeepEquals(result.StructuredContent!.Value, JsonElement.Parse(TextOf(result))), "text and structured content differ");
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
        await _toServer.Writer.CompleteAsync();
        await _run.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
