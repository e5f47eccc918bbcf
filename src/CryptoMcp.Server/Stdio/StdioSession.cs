using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Stdio;

/// <summary>The SDK's server over <see cref="StdioTransport"/>, from its start to a clean end.</summary>
internal sealed class StdioSession : IAsyncDisposable
{
    private static readonly TimeSpan s_cancelGrace = TimeSpan.FromSeconds(1);

    private readonly ServiceProvider _services;
    private readonly McpServer _server;
    private readonly StdioTransport _transport;
    private readonly StdioServerOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    private StdioSession(ServiceProvider services, McpServer server, StdioTransport transport, StdioServerOptions options)
    {
        _services = services;
        _server = server;
        _transport = transport;
        _options = options;
        _run = server.RunAsync(_stop.Token);
    }

    /// <summary>
    /// Builds the services and starts the server. With <paramref name="opening"/>, repeats a request that has been answered.
    /// </summary>
    public static StdioSession Start(StdioServerOptions options, LineWriter output, ReadOnlySpan<byte> opening)
    {
        var services = new ServiceCollection();
        options.ConfigureServices(services);
        services.AddLogging();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider>(new StandardErrorLog(Console.Error, options.Clock)));
        var provider = services.BuildServiceProvider();
        var loggers = provider.GetService<ILoggerFactory>();
        var transport = new StdioTransport(output, loggers);
        var server = McpServer.Create(transport, provider.GetRequiredService<IOptions<McpServerOptions>>().Value, loggers, provider);
        var session = new StdioSession(provider, server, transport, options);
        if (!opening.IsEmpty)
        {
            transport.AcceptSilently(opening);
        }

        return session;
    }

    /// <summary>Hands one line to the server.</summary>
    public void Accept(ReadOnlySpan<byte> line) => _transport.Accept(line);

    /// <summary>Refuses a line that was too long to be kept.</summary>
    public void RefuseTooLong() => _transport.RefuseLine(default);

    /// <summary>
    /// Ends the session after the client closed its end: what was asked is still answered, within the grace; then everything
    /// is cancelled. The SDK alone would wait for a subscription for ever and leave an orphan.
    /// </summary>
    public async Task EndAsync()
    {
        await WithinAsync(_transport.WhenAllAnswered(), _options.EndGrace);
        await _transport.DisposeAsync();
        await _stop.CancelAsync();
        await WithinAsync(_run, s_cancelGrace);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_run.IsCompleted)
        {
            // Disposing would wait for the tool that ignores its cancellation.
            return;
        }

        await _server.DisposeAsync();
        await _services.DisposeAsync();
        _stop.Dispose();
    }

    // A tool that ignores its cancellation must not keep the process: the end of Main takes it along.
    private async Task WithinAsync(Task task, TimeSpan limit)
    {
        using var waiting = new CancellationTokenSource();
        await Task.WhenAny(task, Task.Delay(limit, _options.Clock, waiting.Token));
        await waiting.CancelAsync();
    }
}
