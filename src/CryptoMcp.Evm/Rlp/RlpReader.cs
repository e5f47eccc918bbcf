using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>
/// Reads canonical RLP. Every value has exactly one encoding: a header that is longer than needed, a single byte in a
/// string header and leading zeros of an integer are refused, so that two different byte strings never decode alike.
/// </summary>
public ref struct RlpReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Reads the items one after another.</summary>
    public RlpReader(ReadOnlySpan<byte> encoded) => _rest = encoded;

    /// <summary>True when nothing is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>True when the next item is a list.</summary>
    public readonly bool IsList => !_rest.IsEmpty && _rest[0] >= 0xc0;

    /// <summary>Reads a byte string.</summary>
    /// <exception cref="EvmFormatException">The next item is a list, or malformed.</exception>
    public ReadOnlySpan<byte> ReadBytes() => ReadItem(list: false);

    /// <summary>Enters a list; the returned reader sees its items only.</summary>
    /// <exception cref="EvmFormatException">The next item is a byte string, or malformed.</exception>
    public RlpReader ReadList() => new(ReadItem(list: true));

    /// <summary>Reads a non-negative integer of at most 256 bits.</summary>
    /// <exception cref="EvmFormatException">The next item is something else, or has leading zeros.</exception>
    public BigInteger ReadInteger()
    {
        var bytes = ReadBytes();
        return bytes.Length <= 32 && (bytes.IsEmpty || bytes[0] != 0)
            ? new(bytes, isUnsigned: true, isBigEndian: true)
            : throw new EvmFormatException("RLP: an integer has leading zeros or more than 256 bits.");
    }

    /// <summary>Reads a non-negative integer of at most 64 bits.</summary>
    /// <exception cref="EvmFormatException">The next item is something else, or has leading zeros.</exception>
    public ulong ReadInteger64()
    {
        var value = ReadInteger();
        return value <= ulong.MaxValue ? (ulong)value : throw new EvmFormatException("RLP: an integer has more than 64 bits.");
    }

    /// <summary>Reads an address, or nothing for the empty string.</summary>
    /// <exception cref="EvmFormatException">The next item has another length.</exception>
    public EvmAddress? ReadAddress()
    {
        var bytes = ReadBytes();
        return bytes.IsEmpty ? null : new EvmAddress(bytes);
    }

    /// <summary>Makes sure that nothing is left.</summary>
    /// <exception cref="EvmFormatException">Something is left.</exception>
    public readonly void End()
    {
        if (!IsAtEnd)
        {
            throw new EvmFormatException($"RLP: {_rest.Length} bytes are left over.");
        }
    }

    private ReadOnlySpan<byte> ReadItem(bool list)
    {
        if (_rest.IsEmpty)
        {
            throw new EvmFormatException("RLP: the data ends early.");
        }

        var first = _rest[0];
        if (first >= 0xc0 != list)
        {
            throw new EvmFormatException(list
                ? "RLP: expected a list, found a byte string."
                : "RLP: expected a byte string, found a list.");
        }

        if (first < 0x80)
        {
            return Take(0, 1);
        }

        var shortForm = first - (list ? 0xc0 : 0x80);
        if (shortForm <= 55)
        {
            var item = Take(1, shortForm);
            return list || item.Length != 1 || item[0] >= 0x80
                ? item
                : throw new EvmFormatException("RLP: a single byte below 0x80 has a header that it does not need.");
        }

        var lengthBytes = _rest.Length > shortForm - 55
            ? _rest.Slice(1, shortForm - 55)
            : throw new EvmFormatException("RLP: the data ends early.");
        if (lengthBytes[0] == 0 || lengthBytes.Length > 4)
        {
            throw new EvmFormatException("RLP: a length has leading zeros or is larger than any data here.");
        }

        long length = 0;
        foreach (var part in lengthBytes)
        {
            length = (length << 8) | part;
        }

        return length < 56
            ? throw new EvmFormatException("RLP: a length below 56 has a long header.")
            : Take(1 + lengthBytes.Length, length);
    }

    private ReadOnlySpan<byte> Take(int header, long length)
    {
        if (length > _rest.Length - header)
        {
            throw new EvmFormatException("RLP: the data ends early.");
        }

        var item = _rest.Slice(header, (int)length);
        _rest = _rest[(header + (int)length)..];
        return item;
    }
}
