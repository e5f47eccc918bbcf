using System.Runtime.InteropServices;

namespace CryptoMcp.Cryptography;

/// <summary>
/// Whole pages from the system for one secret. mlock and MADV_DONTDUMP work on pages, so a page is never shared between a secret
/// and something else: unlocking one secret cannot unlock another. As a <see cref="SafeHandle"/> it is zeroed and freed by a
/// critical finalizer even if nobody disposed it.
/// </summary>
internal sealed partial class LockedPages : SafeHandle
{
    private const int MadviseDontDump = 16; // MADV_DONTDUMP of Linux
    private readonly nuint _size;

    public unsafe LockedPages(int length)
        : base(0, ownsHandle: true)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        _size = ((nuint)length + page - 1) / page * page;
        SetHandle((nint)NativeMemory.AlignedAlloc(_size, page));
        NativeMemory.Clear((void*)handle, _size);
        IsLocked = TryLock();
    }

    public bool IsLocked { get; }

    public override bool IsInvalid => handle == 0;

    protected override unsafe bool ReleaseHandle()
    {
        // A call through a library boundary is not elided by the JIT, unlike a plain store before a free might be.
        NativeMemory.Clear((void*)handle, _size);
        if (IsLocked)
        {
            _ = OperatingSystem.IsWindows() ? VirtualUnlock(handle, _size) : Munlock(handle, _size);
        }

        NativeMemory.AlignedFree((void*)handle);
        return true;
    }

    /// <summary>Best effort: RLIMIT_MEMLOCK or the working-set quota may refuse, which is not a reason to refuse the wallet.</summary>
    private bool TryLock()
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                return VirtualLock(handle, _size) != 0;
            }

            if (OperatingSystem.IsLinux())
            {
                _ = Madvise(handle, _size, MadviseDontDump);
            }

            return Mlock(handle, _size) == 0;
        }
        catch (DllNotFoundException)
        {
            return false; // a C library of another name: the secret is still off the heap and zeroed
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "mlock")]
    private static partial int Mlock(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "munlock")]
    private static partial int Munlock(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Madvise(nint address, nuint length, int advice);

    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int VirtualLock(nint address, nuint size);

    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int VirtualUnlock(nint address, nuint size);
}
