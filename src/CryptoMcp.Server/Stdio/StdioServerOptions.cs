using CryptoMcp.Server.QuickStart;
using Microsoft.Extensions.DependencyInjection;

namespace CryptoMcp.Server.Stdio;

/// <summary>What a server on stdin and stdout needs.</summary>
public sealed class StdioServerOptions
{
    /// <summary>
    /// Registers the MCP server and its services. Called once, off the reading thread, when a message arrives that needs it
    /// or when the client pauses. Hosted services are not started: there is no generic host here.
    /// </summary>
    public required Action<IServiceCollection> ConfigureServices { get; init; }

    /// <summary>Answers prepared at build time, which spare the client the start of the SDK; null to do without.</summary>
    public PreparedAnswers? Prepared { get; init; }

    /// <summary>Where messages come from; standard input unless set.</summary>
    public Stream? Input { get; init; }

    /// <summary>Where messages go; standard output unless set.</summary>
    public Stream? Output { get; init; }

    /// <summary>Measures the two times below.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Pause of the client after which the SDK is started in the background, so that the first tool call finds it warm.
    /// </summary>
    public TimeSpan WarmUpDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long requests in flight may go on after the client closed its end.</summary>
    public TimeSpan EndGrace { get; init; } = TimeSpan.FromSeconds(2);
}
