using System.Buffers.Binary;
using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>
/// Recursive Length Prefix encoding (Ethereum yellow paper, appendix B). Items are appended in order; a list is opened
/// and closed around its items, and its header is put in front when it closes.
/// </summary>
public sealed class RlpWriter
{
    private readonly Stack<int> _listStarts = new();
    private byte[] _buffer;
    private int _length;

    /// <summary>An empty writer.</summary>
    /// <param name="capacity">Bytes to reserve; it grows as needed.</param>
    public RlpWriter(int capacity = 256) => _buffer = new byte[Math.Max(capacity, 16)];

    /// <summary>What has been written. All lists must be closed.</summary>
    public ReadOnlySpan<byte> Written => _listStarts.Count == 0
        ? _buffer.AsSpan(0, _length)
        : throw new InvalidOperationException("A list is still open.");

    /// <summary>Appends a byte string.</summary>
    public RlpWriter Bytes(ReadOnlySpan<byte> value)
    {
        if (value.Length == 1 && value[0] < 0x80)
        {
            Append(value);
            return this;
        }

        Span<byte> header = stackalloc byte[9];
        Append(header[..WriteHeader(header, value.Length, 0x80)]);
        Append(value);
        return this;
    }

    /// <summary>Appends a non-negative integer: big-endian, without leading zeros, zero as the empty string.</summary>
    public RlpWriter Number(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        if (value.IsZero)
        {
            return Bytes([]);
        }

        Span<byte> bytes = stackalloc byte[32];
        return value.TryWriteBytes(bytes, out var written, isUnsigned: true, isBigEndian: true)
            ? Bytes(bytes[..written])
            : throw new EvmFormatException("An integer has more than 256 bits.");
    }

    /// <inheritdoc cref="Number(BigInteger)"/>
    public RlpWriter Number(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return Bytes(bytes.TrimStart((byte)0));
    }

    /// <summary>Appends an address, or the empty string for none.</summary>
    public RlpWriter Address(EvmAddress? value)
    {
        if (value is not { } address)
        {
            return Bytes([]);
        }

        Span<byte> bytes = stackalloc byte[EvmAddress.Size];
        address.WriteTo(bytes);
        return Bytes(bytes);
    }

    /// <summary>Opens a list.</summary>
    public RlpWriter BeginList()
    {
        _listStarts.Push(_length);
        return this;
    }

    /// <summary>Closes the list that was opened last.</summary>
    public RlpWriter EndList()
    {
        var start = _listStarts.Pop();
        var payload = _length - start;
        Span<byte> header = stackalloc byte[9];
        var headerLength = WriteHeader(header, payload, 0xc0);
        Reserve(headerLength);
        _buffer.AsSpan(start, payload).CopyTo(_buffer.AsSpan(start + headerLength));
        header[..headerLength].CopyTo(_buffer.AsSpan(start));
        _length += headerLength;
        return this;
    }

    /// <summary>A copy of what has been written.</summary>
    public byte[] ToArray() => Written.ToArray();

    /// <summary>Up to 55 bytes the header is one byte; above, it names how many bytes the length takes.</summary>
    private static int WriteHeader(Span<byte> header, int length, byte offset)
    {
        if (length < 56)
        {
            header[0] = (byte)(offset + length);
            return 1;
        }

        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        var trimmed = bytes.TrimStart((byte)0);
        header[0] = (byte)(offset + 55 + trimmed.Length);
        trimmed.CopyTo(header[1..]);
        return 1 + trimmed.Length;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int more)
    {
        if (_length + more > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _length + more));
        }
    }
}
