using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using CryptoMcp.Cryptography;

namespace CryptoMcp.Evm;

/// <summary>32 bytes: a Keccak-256 hash, a block or transaction hash, a topic, a storage key, an EIP-712 digest.</summary>
public readonly struct Hash32 : IEquatable<Hash32>
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="EvmFormatException">There are not exactly 32 bytes.</exception>
    public Hash32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new EvmFormatException($"A hash has 32 bytes, not {bytes.Length}.");
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>True when all bytes are zero.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>The Keccak-256 hash of the data.</summary>
    public static Hash32 Keccak(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[Size];
        Keccak256.Hash(data, digest);
        return new(digest);
    }

    /// <summary>Reads <c>0x</c> and 64 digits.</summary>
    /// <exception cref="EvmFormatException">The text is something else.</exception>
    public static Hash32 Parse(string text) =>
        TryParse(text, out var hash)
            ? hash
            : throw new EvmFormatException($"{UntrustedText.Quote(text)} is not a hash: expected 0x and 64 hexadecimal digits.");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out Hash32 hash)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (text is null || !Hex.TryParseFixed(text, bytes))
        {
            hash = default;
            return false;
        }

        hash = new(bytes);
        return true;
    }

    /// <summary>Equality.</summary>
    public static bool operator ==(Hash32 left, Hash32 right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(Hash32 left, Hash32 right) => !left.Equals(right);

    /// <summary>Writes the 32 bytes.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        WriteTo(bytes);
        return bytes;
    }

    /// <summary>The address in the last 20 bytes; false when the first 12 are not zero.</summary>
    public bool TryToAddress(out EvmAddress address)
    {
        Span<byte> bytes = stackalloc byte[Size];
        WriteTo(bytes);
        address = new(bytes[12..]);
        return !bytes[..12].ContainsAnyExcept((byte)0);
    }

    /// <inheritdoc/>
    public bool Equals(Hash32 other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Hash32 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary><c>0x</c> and 64 lower-case digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        WriteTo(bytes);
        return Hex.Format(bytes);
    }
}
