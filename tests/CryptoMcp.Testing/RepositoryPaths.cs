namespace CryptoMcp.Testing;

/// <summary>Where the things that tests need lie in the working copy.</summary>
public static class RepositoryPaths
{
    /// <summary>The folder that holds CryptoMcp.sln, found upwards from the test's own executable.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the local nodes, contracts and reference libraries.</summary>
    public static string Chains { get; } = Path.Combine(Root, "tests", "chains");

    /// <summary>The folder of the real MCP clients.</summary>
    public static string Clients { get; } = Path.Combine(Root, "tests", "clients");

    /// <summary>A file inside an npm package of <see cref="Chains"/>.</summary>
    /// <exception cref="FileNotFoundException">The packages are not installed.</exception>
    public static string InChainsPackage(string package, params string[] path) => InPackage(Chains, package, path);

    /// <summary>A file inside an npm package of <see cref="Clients"/>.</summary>
    /// <exception cref="FileNotFoundException">The packages are not installed.</exception>
    public static string InClientsPackage(string package, params string[] path) => InPackage(Clients, package, path);

    /// <summary>
    /// The built output of a project, in the configuration that the running test was built in, e.g.
    /// <c>BuiltFile("CryptoMcp", "cryptomcp.dll")</c>.
    /// </summary>
    /// <exception cref="FileNotFoundException">The project is not built.</exception>
    public static string BuiltFile(string project, string file)
    {
        // artifacts/bin/<project>/<configuration>/<file>; AppContext.BaseDirectory is such a folder itself.
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var path = Path.Combine(Root, "artifacts", "bin", project, configuration, file);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{project} is not built ({configuration}). Build CryptoMcp.sln first.", path);
    }

    private static string InPackage(string folder, string package, string[] path)
    {
        var file = Path.Combine([folder, "node_modules", .. package.Split('/'), .. path]);
        return Path.Exists(file)
            ? file
            : throw new FileNotFoundException(
                $"The npm packages in {Path.GetRelativePath(Root, folder)} are not installed. Run ./test, or npm ci --ignore-scripts there.", file);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CryptoMcp.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds CryptoMcp.sln.");
    }
}
