using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger.Tests;

/// <summary>
/// A disk in memory that keeps apart what was written and what was flushed, so that a power cut can be tried; it can
/// also fill up or fail to flush. The bytes outlive the ledger that wrote them.
/// </summary>
public sealed class MemoryDisk
{
    private readonly Lock _gate = new();
    private byte[] _flushed = [];
    private byte[] _head = [];

    public byte[] Written { get; private set; } = [];

    public long Capacity { get; set; } = long.MaxValue;

    public byte[]? Snapshot { get; set; }

    public bool FailFlush { get; set; }

    public int Flushes { get; private set; }

    public byte[]? Head
    {
        get => _head.Length == 0 ? null : _head;
        set => _head = value ?? [];
    }

    public static MemoryDisk Holding(byte[] journal, byte[]? head) => new() { Written = journal, _flushed = journal, Head = head };

    public IJournalStorage Open() => new Handle(this);

    /// <summary>The power goes: of what was not flushed, only the first <paramref name="lucky"/> bytes got to the disk.</summary>
    public void PowerCut(int lucky)
    {
        lock (_gate)
        {
            Written = Written.Length <= _flushed.Length ? _flushed : Written[..Math.Min(Written.Length, _flushed.Length + lucky)];
            _flushed = Written;
        }
    }

    /// <summary>The power goes while the disk writes: of what was not flushed, any pages may have got there, in any order.</summary>
    public void PowerCut(int page, Func<int, bool> kept)
    {
        lock (_gate)
        {
            var left = (byte[])Written.Clone();
            for (var i = _flushed.Length; i < left.Length; i++)
            {
                if (!kept(i / page))
                {
                    left[i] = (byte)'\n'; // As the room ahead of the end was filled.
                }
            }

            (Written, _flushed) = (left, left);
        }
    }

    private sealed class Handle(MemoryDisk disk) : IJournalStorage
    {
        public long Length => disk.Written.Length;

        public string Name => "memory";

        public int Read(long offset, Span<byte> buffer)
        {
            var rest = disk.Written.AsSpan((int)Math.Min(offset, disk.Written.Length));
            var count = Math.Min(rest.Length, buffer.Length);
            rest[..count].CopyTo(buffer);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            lock (disk._gate)
            {
                var room = (int)Math.Min(bytes.Length, Math.Max(0, disk.Capacity - offset));
                var grown = new byte[Math.Max(disk.Written.Length, offset + room)];
                disk.Written.CopyTo(grown, 0);
                bytes[..room].CopyTo(grown.AsSpan((int)offset));
                disk.Written = grown;
                if (room < bytes.Length)
                {
                    throw new IOException("No space left on device");
                }
            }
        }

        public void Flush()
        {
            lock (disk._gate)
            {
                if (disk.FailFlush)
                {
                    throw new IOException("Input/output error");
                }

                disk._flushed = disk.Written;
                disk.Flushes++;
            }
        }

        public void Truncate(long length)
        {
            lock (disk._gate)
            {
                disk.Written = disk.Written[..(int)length];
            }
        }

        public byte[]? ReadSnapshot() => disk.Snapshot;

        public void WriteSnapshot(IReadOnlyList<ReadOnlyMemory<byte>> parts) => disk.Snapshot = [.. parts.SelectMany(part => part.ToArray())];

        public byte[]? ReadHead() => disk.Head;

        public void WriteHead(ReadOnlySpan<byte> head) => disk.Head = head.ToArray();

        public void Dispose()
        {
        }
    }
}
