using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CryptoMcp.Ledger.Journal;

/// <summary>
/// The journal in a private directory: <c>journal.jsonl</c>, <c>journal.head</c>, <c>journal.snapshot</c> and <c>journal.lock</c>. The lock is
/// the operating system's and ends with the process, however that ends.
/// </summary>
public sealed partial class FileJournalStorage : IJournalStorage
{
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileModeOfOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const int LeastPadding = 64 << 10;
    private const int MostPadding = 4 << 20;

    private readonly string _directory;
    private readonly FileStream _lock;
    private readonly SafeFileHandle _journal;
    private readonly SafeFileHandle _head;
    private long _fileLength;

    private FileJournalStorage(string directory, FileStream exclusive, SafeFileHandle journal, SafeFileHandle head)
    {
        _directory = directory;
        Name = JournalPath(directory);
        _lock = exclusive;
        _journal = journal;
        _head = head;
        _fileLength = RandomAccess.GetLength(journal);
        Length = _fileLength;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length { get; private set; }

    /// <summary>Path of the journal in a directory.</summary>
    public static string JournalPath(string directory) => Path.Combine(directory, "journal.jsonl");

    /// <summary>Path of the head note in a directory.</summary>
    public static string HeadPath(string directory) => Path.Combine(directory, "journal.head");

    /// <summary>Path of the snapshot in a directory.</summary>
    public static string SnapshotPath(string directory) => Path.Combine(directory, "journal.snapshot");

    /// <summary>Opens the journal of a directory for this process alone.</summary>
    /// <param name="directory">Made with mode 0700 if it is missing.</param>
    /// <param name="create">Make a journal if there is none and never was one.</param>
    /// <exception cref="JournalException">Locked by another process, not the user's own, open to others, a link, or missing.</exception>
    public static FileJournalStorage Open(string directory, bool create)
    {
        PrivatePath.EnsureDirectory(directory);
        var (journalPath, headPath) = (JournalPath(directory), HeadPath(directory));
        var exclusive = (FileStream)Lock(directory);
        try
        {
            var exists = PrivatePath.CheckFile(journalPath);
            var headExists = PrivatePath.CheckFile(headPath);
            if (!exists && (!create || headExists))
            {
                throw new JournalException(headExists
                    ? $"{journalPath} is missing, but its head file is there: the record of past payments was removed. Bring the journal back; do not start without it."
                    : $"{journalPath} does not exist.");
            }

            var journal = OpenHandle(journalPath);
            var head = OpenHandle(headPath);
            if (!exists)
            {
                // The names must survive a power cut as well as the bytes.
                FlushDirectory(directory);
            }

            return new(directory, exclusive, journal, head);
        }
        catch
        {
            exclusive.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> buffer) => RandomAccess.Read(_journal, buffer, offset);

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_journal, bytes, offset);
        Length = offset + bytes.Length;
        if (Length > _fileLength)
        {
            _fileLength = Length;
            Pad();
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(_journal);
            return;
        }

        // fdatasync(2) keeps the bytes and what is needed to find them again, and leaves the time of the last change.
        var added = false;
        try
        {
            _journal.DangerousAddRef(ref added);
            if (FlushData((int)_journal.DangerousGetHandle()) != 0)
            {
                throw new IOException($"{Name} cannot be flushed to disk (error {Marshal.GetLastPInvokeError()}).");
            }
        }
        finally
        {
            if (added)
            {
                _journal.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public void Truncate(long length)
    {
        RandomAccess.SetLength(_journal, length);
        (_fileLength, Length) = (length, length);
    }

    /// <inheritdoc/>
    public byte[]? ReadHead()
    {
        var bytes = new byte[RandomAccess.GetLength(_head)];
        return bytes.Length == 0 || RandomAccess.Read(_head, bytes, 0) != bytes.Length ? null : bytes;
    }

    /// <inheritdoc/>
    public byte[]? ReadSnapshot()
    {
        var path = SnapshotPath(_directory);
        if (!PrivatePath.CheckFile(path) || new FileInfo(path).Length > Array.MaxLength)
        {
            return null;
        }

        return File.ReadAllBytes(path);
    }

    /// <inheritdoc/>
    public void WriteSnapshot(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        var path = SnapshotPath(_directory);
        var next = path + ".new";
        PrivatePath.CheckFile(next);
        using (var file = new FileStream(next, Options(FileShare.None, FileMode.Create)))
        {
            foreach (var part in parts)
            {
                file.Write(part.Span);
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
        FlushDirectory(_directory);
    }

    /// <inheritdoc/>
    public void WriteHead(ReadOnlySpan<byte> head) => RandomAccess.Write(_head, head, 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_fileLength > Length)
        {
            RandomAccess.SetLength(_journal, Length);
        }

        _journal.Dispose();
        _head.Dispose();
        _lock.Dispose();
    }

    /// <summary>
    /// Makes room ahead, filled with line feeds, which readers of lines pass over. To flush bytes that are written over
    /// others costs about half of a flush that must also note a new length.
    /// </summary>
    private void Pad()
    {
        var padding = new byte[Math.Clamp(_fileLength, LeastPadding, MostPadding)];
        Array.Fill(padding, (byte)'\n');
        try
        {
            RandomAccess.Write(_journal, padding, _fileLength);
        }
        catch (IOException)
        {
            // A disk that is nearly full has no room ahead: then each flush notes its length.
        }

        _fileLength = RandomAccess.GetLength(_journal);
    }

    /// <summary>Takes the lock of a directory, which one guard can have. It ends with the process, however that ends.</summary>
    /// <exception cref="JournalLockedException">Another guard has it.</exception>
    public static IDisposable Lock(string directory)
    {
        var path = Path.Combine(directory, "journal.lock");
        PrivatePath.CheckFile(path);
        try
        {
            return new FileStream(path, Options(FileShare.None));
        }
        catch (IOException e)
        {
            throw new JournalLockedException($"{path} is held by another guard. Only one may write this journal: use the running one, or stop it first.", e);
        }
    }

    private static SafeFileHandle OpenHandle(string path)
    {
        // Readers in other processes (audit) may look on; the lock file keeps out a second writer.
        using var stream = new FileStream(path, Options(FileShare.ReadWrite));
        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    }

    private static FileStreamOptions Options(FileShare share, FileMode mode = FileMode.OpenOrCreate)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileModeOfOwner;
        }

        return options;
    }

    private static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = OpenDirectory(directory, 0);
        if (descriptor < 0 || FlushDescriptor(descriptor) != 0)
        {
            throw new JournalException($"{directory} cannot be flushed to disk (error {Marshal.GetLastPInvokeError()}).");
        }

        _ = CloseDescriptor(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDirectory(string path, int readOnly);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FlushData(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseDescriptor(int descriptor);

    /// <summary>Refuses what others could read, write or redirect.</summary>
    private static class PrivatePath
    {
        internal static void EnsureDirectory(string directory)
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
                return;
            }

            if (!Directory.Exists(directory))
            {
                Directory.CreateDirectory(directory, DirectoryMode);
            }

            Check(new DirectoryInfo(directory), DirectoryMode, "0700");
        }

        /// <summary>Whether the file exists; refuses it if it is not private.</summary>
        internal static bool CheckFile(string path)
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is null && !file.Exists)
            {
                return false;
            }

            Check(file, FileModeOfOwner, "0600");
            return true;
        }

        private static void Check(FileSystemInfo entry, UnixFileMode expected, string octal)
        {
            if (entry.LinkTarget is not null)
            {
                throw new JournalException($"{entry.FullName} is a symbolic link. Give the real path.");
            }

            if (OperatingSystem.IsWindows())
            {
                return;
            }

            if ((entry.UnixFileMode & ~expected) != 0)
            {
                throw new JournalException($"{entry.FullName} is open to other users. Run: chmod {octal} '{entry.FullName}'");
            }

            try
            {
                // Only the owner may set a mode: setting the one it has tells whose it is, on every Unix.
                entry.UnixFileMode = expected;
            }
            catch (UnauthorizedAccessException e)
            {
                throw new JournalException($"{entry.FullName} belongs to another user.", e);
            }
        }
    }
}
