using System.IO.Compression;
using System.Text.Json;

namespace CryptoMcp.Cryptography.Tests.Vectors;

/// <summary>Vectors as JSON under gzip: committed ones from the assembly, those of ethers from its npm package.</summary>
internal static class VectorFile
{
    /// <summary>Names another folder of <c>*.json.gz</c> of <c>@ethersproject/testcases</c>.</summary>
    private const string EthersFolderVariable = "CRYPTOMCP_ETHERS_TESTCASES";

    public const string EthersMissing =
        "@ethersproject/testcases is not installed ('npm ci' in tests/chains, or set CRYPTOMCP_ETHERS_TESTCASES): vectors of ethers skipped.";

    public static bool EthersIsPresent => Directory.Exists(EthersFolder);

    /// <summary>The folder that holds the solution.</summary>
    public static string Repository { get; } = FindRepository();

    public static JsonDocument Embedded(string name)
    {
        using Stream stream = typeof(VectorFile).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"No embedded vectors '{name}'.");
        return Read(stream);
    }

    public static JsonDocument Ethers(string name)
    {
        using FileStream stream = File.OpenRead(Path.Combine(EthersFolder, name + ".json.gz"));
        return Read(stream);
    }

    /// <summary>Bytes of a property in hex, with or without 0x.</summary>
    public static byte[] Bytes(this JsonElement element, string name)
    {
        string text = element.GetProperty(name).GetString()!;
        return Convert.FromHexString(text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text);
    }

    private static string EthersFolder => Environment.GetEnvironmentVariable(EthersFolderVariable)
        ?? Path.Combine(Repository, "tests", "chains", "node_modules", "@ethersproject", "testcases", "testcases");

    private static JsonDocument Read(Stream stream)
    {
        using var text = new GZipStream(stream, CompressionMode.Decompress);
        return JsonDocument.Parse(text);
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CryptoMcp.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
