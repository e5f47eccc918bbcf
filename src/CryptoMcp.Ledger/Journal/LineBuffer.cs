using System.Buffers;

namespace CryptoMcp.Ledger.Journal;

/// <summary>Bytes that grow at the end and can be cut back, so that lines are written where they will be flushed from.</summary>
internal sealed class LineBuffer(int capacity = 64 << 10) : IBufferWriter<byte>
{
    private byte[] _bytes = new byte[capacity];

    /// <summary>How many bytes are written; a smaller value cuts the end off.</summary>
    internal int Length { get; set; }

    /// <summary>What is written.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <inheritdoc/>
    public void Advance(int count) => Length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    /// <summary>Appends bytes.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        EnsureRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Appends one byte.</summary>
    internal void Add(byte value)
    {
        EnsureRoom(1);
        _bytes[Length++] = value;
    }

    private void EnsureRoom(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(checked(Length + count), _bytes.Length * 2));
        }
    }
}
