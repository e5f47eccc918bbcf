using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace CryptoMcp.Testing;

/// <summary>
/// Contracts of <c>tests/chains/contracts</c>, compiled with npm's <c>solc</c> when a test first wants them and kept in
/// <c>artifacts/contracts</c> until the source changes.
/// </summary>
public static class SolidityContracts
{
    /// <summary>The runtime code of one contract of a file, as hex text.</summary>
    public static async Task<string> RuntimeCodeAsync(string file, string contract) =>
        (await CompileAsync(file))[contract]!["runtime"]!.GetValue<string>();

    /// <summary>All contracts of a file: <c>{ name: { runtime, creation, abi } }</c>.</summary>
    public static async Task<JsonNode> CompileAsync(string file)
    {
        var source = await File.ReadAllBytesAsync(Path.Combine(RepositoryPaths.Chains, "contracts", file));
        var folder = Directory.CreateDirectory(Path.Combine(RepositoryPaths.Root, "artifacts", "contracts")).FullName;
        var kept = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file)}-{Convert.ToHexStringLower(SHA256.HashData(source))[..16]}.json");
        if (!File.Exists(kept))
        {
            await using var compiler = await ChildProcess.RunAsync(
                new ChildProcessStart("node", "compile.mjs", file) { WorkingDirectory = RepositoryPaths.Chains });
            if (compiler.ExitCode != 0)
            {
                throw new InvalidOperationException($"{file} does not compile.\n{compiler.ErrorText}");
            }

            // Suites run side by side: a file appears whole or not at all.
            var fresh = Path.Combine(folder, Path.GetRandomFileName());
            await File.WriteAllTextAsync(fresh, compiler.OutputText);
            File.Move(fresh, kept, overwrite: true);
        }

        return JsonNode.Parse(await File.ReadAllTextAsync(kept))!;
    }
}
