namespace CryptoMcp.Server.Stdio;

/// <summary>Serves one client over stdin and stdout until it closes its end.</summary>
/// <remarks>
/// One thread, the caller's, reads lines for the life of the process. While the client only shakes hands and lists, the
/// prepared answers serve it; the first message that they do not cover starts the SDK, which gets the opening request again
/// so that it knows the client, and every line from there on.
/// </remarks>
public static class StdioServer
{
    /// <summary>Returns the exit code when the client has closed its end.</summary>
    public static async Task<int> RunAsync(StdioServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var lines = new LineReader(options.Input ?? StandardStreams.OpenInput());
        var output = new LineWriter(options.Output ?? StandardStreams.OpenOutput());
        var loop = new StdioLoop(options, lines, output);
        loop.Run();
        await loop.EndAsync();
        return 0;
    }
}
