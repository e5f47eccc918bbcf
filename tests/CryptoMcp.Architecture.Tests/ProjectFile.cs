using System.Xml.Linq;

namespace CryptoMcp.Architecture.Tests;

/// <summary>The references that one project file (or props file) declares.</summary>
public sealed record ProjectFile(string Name, string[] References, string[] Packages, bool Web)
{
    public static ProjectFile Read(string path) => Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));

    public static ProjectFile Parse(string name, string xml)
    {
        var project = XDocument.Parse(xml);
        return new ProjectFile(
            name,
            [.. Included(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))],
            [.. Included(project, "PackageReference")],
            Included(project, "FrameworkReference").Contains("Microsoft.AspNetCore.App")
                || (string?)project.Root?.Attribute("Sdk") == "Microsoft.NET.Sdk.Web");
    }

    private static IEnumerable<string> Included(XDocument project, string item) =>
        project.Descendants(item).Select(element => (string?)element.Attribute("Include")).OfType<string>();
}
