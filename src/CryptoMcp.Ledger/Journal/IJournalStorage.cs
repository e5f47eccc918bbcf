namespace CryptoMcp.Ledger.Journal;

/// <summary>
/// Where the journal's bytes are. One writer; nothing that was written counts as kept before <see cref="Flush"/> has
/// returned. Tests put stores here that forget, fail and fill up.
/// </summary>
public interface IJournalStorage : IDisposable
{
    /// <summary>Length in bytes.</summary>
    long Length { get; }

    /// <summary>Name for messages.</summary>
    string Name { get; }

    /// <summary>Reads up to the buffer's length; 0 at the end.</summary>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Writes all bytes at an offset.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Returns when all that was written will survive a power cut.</summary>
    /// <exception cref="IOException">It may not survive; a later success proves nothing about it.</exception>
    void Flush();

    /// <summary>Cuts the end off.</summary>
    void Truncate(long length);

    /// <summary>The head noted last, or nothing.</summary>
    byte[]? ReadHead();

    /// <summary>The snapshot kept last, or nothing. Whether it is whole is for the reader to see.</summary>
    byte[]? ReadSnapshot();

    /// <summary>Puts a snapshot in the place of the last one: wholly and durably, or not at all.</summary>
    /// <exception cref="IOException">The disk is full or failed; the last snapshot is still there.</exception>
    void WriteSnapshot(IReadOnlyList<ReadOnlyMemory<byte>> parts);

    /// <summary>Notes the head beside the journal, without flushing.</summary>
    void WriteHead(ReadOnlySpan<byte> head);
}
