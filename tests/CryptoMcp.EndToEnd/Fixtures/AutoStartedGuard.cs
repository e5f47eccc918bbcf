using System.Diagnostics;
using System.Globalization;

namespace CryptoMcp.EndToEnd.Fixtures;

/// <summary>The guard that a server started on its own: in a session of its own, so nobody's child, and found by its home.</summary>
internal static class AutoStartedGuard
{
    /// <summary>The processes whose arguments name the guard command and lie in this home (Linux).</summary>
    public static IReadOnlyList<Process> Find(string guardFolder)
    {
        var home = Path.GetDirectoryName(guardFolder)!;
        var found = new List<Process>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                var arguments = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0');
                if (arguments.Contains("guard") && (arguments.Contains(home) || File.ReadAllText(Path.Combine(folder, "environ")).Contains($"CRYPTOMCP_HOME={home}\0", StringComparison.Ordinal)))
                {
                    found.Add(Process.GetProcessById(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture)));
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // A process that ended while we looked, or one of another user.
            }
        }

        return found;
    }

    /// <summary>Kills it, by its id, and waits until it is gone.</summary>
    public static async Task EndAsync(string guardFolder)
    {
        foreach (var guard in Find(guardFolder))
        {
            guard.Kill();
            await guard.WaitForExitAsync();
            guard.Dispose();
        }
    }
}
