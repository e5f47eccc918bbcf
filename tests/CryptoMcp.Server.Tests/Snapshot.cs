using CryptoMcp.Testing;

namespace CryptoMcp.Server.Tests;

/// <summary>Files that are committed, compared by tests, and rewritten when CRYPTOMCP_UPDATE_SNAPSHOTS=1.</summary>
internal static class Snapshot
{
    private const string HowTo =
        "If the change is wanted, run: CRYPTOMCP_UPDATE_SNAPSHOTS=1 dotnet run --project tests/CryptoMcp.Server.Tests, look at the difference, commit it.";

    private static bool Updating => Environment.GetEnvironmentVariable("CRYPTOMCP_UPDATE_SNAPSHOTS") == "1";

    /// <summary>Where a file of the repository lies.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([RepositoryPaths.Root, .. parts]);

    /// <summary>Compares by <paramref name="same"/>, or writes.</summary>
    public static void Check(string path, string actual, Func<string, string, bool> same)
    {
        if (Updating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        var name = Path.GetRelativePath(RepositoryPaths.Root, path);
        Assert.True(File.Exists(path), $"{name} does not exist. {HowTo}");
        Assert.True(same(File.ReadAllText(path), actual), $"{name} is out of date. {HowTo}\nIt should be:\n{actual}");
    }

    /// <summary>A file that no longer stands for anything.</summary>
    public static void CheckGone(string path)
    {
        if (Updating)
        {
            File.Delete(path);
        }

        Assert.False(File.Exists(path), $"{Path.GetRelativePath(RepositoryPaths.Root, path)} stands for nothing any more. {HowTo}");
    }
}
