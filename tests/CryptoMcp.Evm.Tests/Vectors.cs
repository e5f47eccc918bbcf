using System.IO.Compression;
using System.Text.Json.Nodes;
using CryptoMcp.Testing;

namespace CryptoMcp.Evm.Tests;

/// <summary>The test cases of npm <c>@ethersproject/testcases</c> (MIT).</summary>
internal static class Vectors
{
    public static IReadOnlyList<JsonNode> Load(string name, int atLeast)
    {
        using var file = File.OpenRead(RepositoryPaths.InChainsPackage("@ethersproject/testcases", "testcases", name + ".json.gz"));
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        List<JsonNode> cases = [.. JsonNode.Parse(unpacked)!.AsArray().Select(node => node!)];
        Assert.True(cases.Count >= atLeast, $"{name} has {cases.Count} cases only.");
        return cases;
    }

    public static string Text(this JsonNode node, string member) => node[member]!.GetValue<string>();

    public static string? TextOrNull(this JsonNode node, string member) => node[member]?.GetValue<string>();

    public static byte[] Bytes(this JsonNode node, string member) => Hex.ParseData(node.Text(member));
}
