using System.Text.Json.Nodes;

namespace CryptoMcp.Testing;

/// <summary>
/// A program of <c>tests/chains</c> that serves over HTTP: it gets its settings as one JSON argument, takes a free loopback port,
/// says <c>{"url": …}</c> in its first line once it answers, and ends when the test does.
/// </summary>
public sealed class NodeService : IAsyncDisposable
{
    private NodeService(ChildProcess process, Uri url)
    {
        Process = process;
        Url = url;
    }

    /// <summary>Where it listens, without a path.</summary>
    public Uri Url { get; }

    /// <summary>The process, for tests that kill or pause it.</summary>
    public ChildProcess Process { get; }

    /// <summary>Starts a program and returns when it answers.</summary>
    /// <param name="script">Path below <c>tests/chains</c>.</param>
    /// <param name="settings">Its settings.</param>
    public static async Task<NodeService> StartAsync(string script, JsonObject settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var process = await ChildProcess.StartAsync(
            new ChildProcessStart("node", script, settings.ToJsonString()) { WorkingDirectory = RepositoryPaths.Chains });
        try
        {
            var line = await process.WaitForOutputAsync("\"url\"", TimeSpan.FromSeconds(60));
            return new NodeService(process, new Uri(JsonNode.Parse(line)!["url"]!.GetValue<string>()));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
