using System.Text;
using CryptoMcp.Ledger.Journal;
using Microsoft.Win32.SafeHandles;

namespace CryptoMcp.Ledger.Postgres;

/// <summary>
/// This host's note of the last record it knows to be durable. It is never flushed: it is there to notice a database that
/// comes back with less than it had, not to prove anything after this host's own power cut.
/// </summary>
internal sealed class HeadNote : IDisposable
{
    private readonly SafeFileHandle _file;

    private HeadNote(string path, SafeFileHandle file)
    {
        Path = path;
        _file = file;
        var bytes = new byte[RandomAccess.GetLength(file)];
        Known = JournalHead.Parse(bytes.Length > 0 && RandomAccess.Read(file, bytes, 0) == bytes.Length ? bytes : null);
    }

    internal string Path { get; }

    /// <summary>What was noted when it was opened.</summary>
    internal JournalHead? Known { get; }

    public void Dispose() => _file.Dispose();

    internal static HeadNote Open(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(path, options).Dispose();
        return new(path, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read));
    }

    internal void Write(long sequence, ReadOnlySpan<byte> hash) =>
        RandomAccess.Write(_file, new JournalHead(sequence, Encoding.ASCII.GetString(hash)).ToBytes(), 0);
}
