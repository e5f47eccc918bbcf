using System.Text.Json;
using CryptoMcp.Testing;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.EndToEnd.Fixtures;

/// <summary>What a tool answered.</summary>
internal sealed record ToolAnswer(bool IsError, string Text, JsonElement Structured)
{
    /// <summary>A member of the structured result as text; empty when absent.</summary>
    public string this[string member] =>
        Structured.ValueKind == JsonValueKind.Object && Structured.TryGetProperty(member, out var value) ? value.ToString() : "";

    /// <summary>The error's code: what stands before the first colon.</summary>
    public string Code => IsError ? Text.Split(':')[0] : "";
}

/// <summary>The C# MCP client, connected to the product.</summary>
internal sealed class McpSession : IAsyncDisposable
{
    /// <summary>The name that clients of these tests give; idempotency keys belong to it.</summary>
    public const string ClientName = "end-to-end";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly RecordingStream? _recording;

    private McpSession(McpClient client, ChildProcess? server, RecordingStream? recording)
    {
        Client = client;
        Server = server!;
        _recording = recording;
    }

    public McpClient Client { get; }

    /// <summary>The server, when it runs over stdio.</summary>
    public ChildProcess Server { get; }

    /// <summary>Every byte that the server wrote to standard output.</summary>
    public string Traffic => _recording?.Text ?? "";

    public static async Task<McpSession> OverStdioAsync(ChildProcessStart start, string? revision, Action<McpClientOptions>? configure = null)
    {
        var server = await ChildProcess.StartAsync(start with { RawOutput = true });
        var recording = new RecordingStream(server.Output);
        try
        {
            return new McpSession(await CreateAsync(new StreamClientTransport(server.Input, recording), revision, configure), server, recording);
        }
        catch (Exception problem)
        {
            var said = server.ErrorText;
            await server.DisposeAsync();
            throw new InvalidOperationException($"No session over stdio. The server said:\n{said}", problem);
        }
    }

    public static async Task<McpSession> OverHttpAsync(Uri url, string? revision)
    {
        var transport = new HttpClientTransport(new HttpClientTransportOptions { Endpoint = url, TransportMode = HttpTransportMode.StreamableHttp });
        return new McpSession(await CreateAsync(transport, revision), null, null);
    }

    public async Task<ToolAnswer> CallAsync(string tool, object? arguments = null)
    {
        var map = arguments is null
            ? []
            : JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);
        var result = await Client.CallToolAsync(tool, map, cancellationToken: TestContext.Current.CancellationToken).AsTask().WaitAsync(s_patience);
        var text = string.Join('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        return new ToolAnswer(result.IsError == true, text, result.StructuredContent is { } structured ? structured : default);
    }

    /// <summary>Pays USDC to the tests' payee.</summary>
    public Task<ToolAnswer> SendUsdcAsync(string amount, string key) => CallAsync(
        "transfer_send",
        new { amount = $"{amount} USDC", to = TestWallet.Payee, chain = TestWallet.Chain, idempotency_key = key });

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Client.DisposeAsync();
        }
        finally
        {
            if (Server is not null)
            {
                await Server.DisposeAsync();
            }
        }
    }

    private static async Task<McpClient> CreateAsync(IClientTransport transport, string? revision, Action<McpClientOptions>? configure = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var options = new McpClientOptions
        {
            ProtocolVersion = revision,
            ClientInfo = new Implementation { Name = ClientName, Version = "1" },
            InitializationTimeout = TimeSpan.FromSeconds(60),
        };
        configure?.Invoke(options);
        return await McpClient.CreateAsync(transport, options, cancellationToken: limit.Token);
    }
}
