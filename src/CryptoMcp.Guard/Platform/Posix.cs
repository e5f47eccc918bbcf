using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace CryptoMcp.Guard.Platform;

/// <summary>The few system calls that .NET does not offer. Every member does nothing on Windows.</summary>
internal static partial class Posix
{
    private const int PrSetDumpable = 4;
    private const int RlimitCore = 4;
    private const int OpenReadWrite = 2;
    private const int OpenReadOnly = 0;
    private const int OpenWriteOnly = 1;
    private const int OpenAppend = 0x400;
    private const int OpenAppendOnMac = 0x8;

    /// <summary>
    /// Makes the process's memory and environment unreadable to other processes of the same user
    /// (<c>/proc/PID/mem</c>, <c>ptrace</c>) and stops core files. Returns false where that did not work.
    /// </summary>
    public static bool ForbidInspection()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var none = default(ResourceLimit);
        return SetProcess(PrSetDumpable, 0, 0, 0, 0) == 0 & SetResourceLimit(RlimitCore, in none) == 0;
    }

    /// <summary>
    /// Leaves the terminal's session, so that whoever started us can end without us, and sends what is written to the
    /// standard streams to a log that only we can read.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    public static void Detach(string logFile)
    {
        _ = SetSession();
        File.OpenHandle(logFile, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
        File.SetUnixFileMode(logFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var log = Open(logFile, OpenWriteOnly | (OperatingSystem.IsMacOS() ? OpenAppendOnMac : OpenAppend));
        _ = Duplicate(Open("/dev/null", OpenReadWrite), 0);
        _ = Duplicate(log, 1);
        _ = Duplicate(log, 2);
    }

    /// <summary>Makes a rename in the directory survive a power cut.</summary>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var directory = Open(path, OpenReadOnly);
        if (directory >= 0)
        {
            _ = Sync(directory);
            _ = Close(directory);
        }
    }

    /// <summary>The user that this process acts as.</summary>
    public static uint EffectiveUser() => OperatingSystem.IsWindows() ? 0 : GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int SetProcess(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetResourceLimit(int resource, in ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    private static partial int SetSession();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Duplicate(int from, int to);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
