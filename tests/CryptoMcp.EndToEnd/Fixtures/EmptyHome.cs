using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd.Fixtures;

/// <summary>A home directory in which nothing is yet. What was started for it is gone when it is disposed.</summary>
internal sealed class EmptyHome : IAsyncDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("cm-").FullName;

    public string GuardFolder => Path.Combine(Folder, "guard");

    /// <summary>Runs a command to its end, with nobody at a terminal.</summary>
    public Task<ChildProcess> RunAsync(params string[] arguments) => Product.RunAsync(Folder, arguments);

    /// <summary>Writes a file into the home.</summary>
    /// <returns>Its path.</returns>
    public async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        await AutoStartedGuard.EndAsync(GuardFolder);
        Directory.Delete(Folder, recursive: true);
    }
}
