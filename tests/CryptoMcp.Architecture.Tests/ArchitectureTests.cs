using CryptoMcp.Testing;

namespace CryptoMcp.Architecture.Tests;

public sealed class ArchitectureTests
{
    private const int LongestFile = 500;

    [Fact]
    public void Arrows_run_down_only_and_packages_are_on_the_list()
    {
        var projects = ProjectsIn("src").Select(ProjectFile.Read).ToList();

        Assert.NotEmpty(projects);
        Assert.Empty(projects.SelectMany(Rooms.Violations));
    }

    [Fact]
    public void The_rooms_themselves_have_no_circle()
    {
        var done = new HashSet<string>();
        while (done.Count < Rooms.All.Count)
        {
            var next = Rooms.All.Where(room => !done.Contains(room.Key) && room.Value.Projects.All(done.Contains)).Select(room => room.Key).ToList();
            Assert.NotEmpty(next);
            done.UnionWith(next);
        }
    }

    [Fact]
    public void Everything_below_the_server_is_free_of_mcp()
    {
        string[] mcp = ["CryptoMcp", "CryptoMcp.Server", "CryptoMcp.Http", "CryptoMcp.Payments.AspNetCore"];
        var offenders =
            from file in SourceFiles()
            where !mcp.Contains(ProjectOf(file))
            where File.ReadLines(file).Any(line => line.Contains("ModelContextProtocol", StringComparison.Ordinal))
            select Relative(file);

        Assert.Empty(offenders);
    }

    [Fact]
    public void Shared_settings_bring_no_package_into_the_product()
    {
        foreach (var file in new[] { "Directory.Build.props", "src/Directory.Build.props" })
        {
            var settings = ProjectFile.Read(Path.Combine(RepositoryPaths.Root, file));
            Assert.Empty(settings.Packages);
            Assert.Empty(settings.References);
        }
    }

    [Fact]
    public void The_solution_holds_every_project()
    {
        var solution = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "CryptoMcp.sln"));
        var missing = ProjectsIn("src").Concat(ProjectsIn("tests")).Concat(ProjectsIn("bench")).Concat(ProjectsIn("examples"))
            .Select(Relative)
            .Where(project => !solution.Contains(project.Replace('/', '\\'), StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    [Fact]
    public void A_file_is_one_idea()
    {
        var tooLong =
            from file in SourceFiles()
            where !file.EndsWith(".g.cs", StringComparison.Ordinal) // tables that a program wrote; nobody reads them
            let lines = File.ReadLines(file).Count()
            where lines > LongestFile
            select $"{Relative(file)} has {lines} lines, more than {LongestFile}";

        Assert.Empty(tooLong);
    }

    [Theory]
    [InlineData("CryptoMcp.Evm", "<ProjectReference Include=\"../CryptoMcp.Guard/CryptoMcp.Guard.csproj\" />", "runs up")]
    [InlineData("CryptoMcp.Policy", "<ProjectReference Include=\"..\\CryptoMcp.Evm\\CryptoMcp.Evm.csproj\" />", "runs up")]
    [InlineData("CryptoMcp.Server", "<ProjectReference Include=\"../CryptoMcp.Guard/CryptoMcp.Guard.csproj\" />", "runs up")]
    [InlineData("CryptoMcp.Server", "<ProjectReference Include=\"../CryptoMcp.Ledger/CryptoMcp.Ledger.csproj\" />", "runs up")]
    [InlineData("CryptoMcp.Payments", "<PackageReference Include=\"ModelContextProtocol\" />", "not on its list")]
    [InlineData("CryptoMcp.Cryptography", "<PackageReference Include=\"Portable.BouncyCastle\" />", "not on its list")]
    [InlineData("CryptoMcp.Ledger", "<FrameworkReference Include=\"Microsoft.AspNetCore.App\" />", "ASP.NET Core")]
    [InlineData("CryptoMcp.Attic", "", "no room")]
    public void A_forbidden_dependency_is_noticed(string name, string item, string complaint)
    {
        var project = ProjectFile.Parse(name, $"<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>{item}</ItemGroup></Project>");

        Assert.Contains(complaint, Assert.Single(Rooms.Violations(project)), StringComparison.Ordinal);
    }

    private static IEnumerable<string> ProjectsIn(string folder)
    {
        var path = Path.Combine(RepositoryPaths.Root, folder);
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*.csproj", SearchOption.AllDirectories)
                .Where(file => !file.Contains("node_modules", StringComparison.Ordinal))
            : [];
    }

    private static IEnumerable<string> SourceFiles() => ProjectsIn("src")
        .SelectMany(project => Directory.EnumerateFiles(Path.GetDirectoryName(project)!, "*.cs", SearchOption.AllDirectories));

    private static string ProjectOf(string file) => Relative(file).Split('/')[1];

    private static string Relative(string file) => Path.GetRelativePath(RepositoryPaths.Root, file).Replace('\\', '/');
}
