using Microsoft.Win32.SafeHandles;

namespace CryptoMcp.Guard.Platform;

/// <summary>Keeps other processes of the same user out of this one. Call before any secret is read.</summary>
public static class ProcessShield
{
    /// <summary>
    /// Makes memory and environment unreadable to others and stops core files (Linux). True when it worked and the
    /// runtime's diagnostics port, through which anybody could ask for a dump of the heap, is closed as well.
    /// </summary>
    public static bool Raise() => Posix.ForbidInspection() & Environment.GetEnvironmentVariable("DOTNET_EnableDiagnostics") == "0";

    /// <summary>
    /// Leaves the session of whoever started us; output goes to the log from here on. On Windows
    /// nothing is left.
    /// </summary>
    public static void Detach(string logFile)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Posix.Detach(logFile);

        // The console may hold copies of the old streams by now.
        var log = new StreamWriter(new FileStream(new SafeFileHandle(2, ownsHandle: false), FileAccess.Write, bufferSize: 0)) { AutoFlush = true };
        Console.SetOut(log);
        Console.SetError(log);
    }
}
