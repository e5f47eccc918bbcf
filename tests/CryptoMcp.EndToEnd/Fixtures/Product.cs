using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd.Fixtures;

/// <summary>The built program, run as a user runs it.</summary>
internal static class Product
{
    /// <summary>The executable.</summary>
    public static string Executable { get; } = RepositoryPaths.BuiltFile("CryptoMcp", "cryptomcp");

    /// <summary>How to start it with a home and arguments, in an environment that holds nothing else.</summary>
    public static ChildProcessStart Command(string home, params string[] arguments) => new(Executable, arguments)
    {
        CleanEnvironment = true,
        WorkingDirectory = home,
        Environment = new Dictionary<string, string?> { ["CRYPTOMCP_HOME"] = home, ["HOME"] = home },
    };

    /// <summary>Runs a command to its end.</summary>
    public static Task<ChildProcess> RunAsync(string home, params string[] arguments) => ChildProcess.RunAsync(Command(home, arguments));
}
