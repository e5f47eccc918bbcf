using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>
/// A value of an ABI or EIP-712 type. Made by conversion from <see cref="EvmAddress"/>, <see cref="BigInteger"/>,
/// integers, booleans, text, bytes and <see cref="Hash32"/>; lists, tuples and structs by <see cref="List"/>, members in order.
/// </summary>
public readonly struct AbiValue : IEquatable<AbiValue>
{
    private readonly object? _content;

    private AbiValue(object content) => _content = content;

    /// <summary>Items of a list, members of a tuple.</summary>
    /// <exception cref="EvmFormatException">The value is something else.</exception>
    public IReadOnlyList<AbiValue> Items => _content as AbiValue[] ?? throw NotA("a list");

    /// <summary>An item or member.</summary>
    public AbiValue this[int index] => Items[index];

    /// <summary>A list, tuple or struct.</summary>
    public static AbiValue List(params AbiValue[] items) => new(items);

    /// <summary>An address.</summary>
    public static implicit operator AbiValue(EvmAddress value) => new(value);

    /// <summary>An integer.</summary>
    public static implicit operator AbiValue(BigInteger value) => new(value);

    /// <summary>An integer.</summary>
    public static implicit operator AbiValue(ulong value) => new((BigInteger)value);

    /// <summary>An integer.</summary>
    public static implicit operator AbiValue(long value) => new((BigInteger)value);

    /// <summary>An integer.</summary>
    public static implicit operator AbiValue(uint value) => new((BigInteger)value);

    /// <summary>An integer.</summary>
    public static implicit operator AbiValue(int value) => new((BigInteger)value);

    /// <summary>A boolean.</summary>
    public static implicit operator AbiValue(bool value) => new(value);

    /// <summary>Text.</summary>
    public static implicit operator AbiValue(string value) => new(value);

    /// <summary>Bytes.</summary>
    public static implicit operator AbiValue(byte[] value) => new(value);

    /// <summary>32 bytes.</summary>
    public static implicit operator AbiValue(Hash32 value) => new(value.ToArray());

    /// <summary>Equality of content.</summary>
    public static bool operator ==(AbiValue left, AbiValue right) => left.Equals(right);

    /// <summary>Inequality of content.</summary>
    public static bool operator !=(AbiValue left, AbiValue right) => !left.Equals(right);

    /// <summary>The integer.</summary>
    /// <exception cref="EvmFormatException">The value is something else.</exception>
    public BigInteger AsNumber() => _content is BigInteger value ? value : throw NotA("an integer");

    /// <summary>The address.</summary>
    /// <exception cref="EvmFormatException">The value is something else.</exception>
    public EvmAddress AsAddress() => _content is EvmAddress value ? value : throw NotA("an address");

    /// <summary>The boolean.</summary>
    /// <exception cref="EvmFormatException">The value is something else.</exception>
    public bool AsFlag() => _content is bool value ? value : throw NotA("a boolean");

    /// <summary>The bytes.</summary>
    /// <exception cref="EvmFormatException">The value is something else.</exception>
    public byte[] AsBytes() => _content as byte[] ?? throw NotA("bytes");

    /// <summary>The 32 bytes.</summary>
    /// <exception cref="EvmFormatException">The value is something else.</exception>
    public Hash32 AsHash() => new(AsBytes());

    /// <summary>The text.</summary>
    /// <exception cref="EvmFormatException">The value is something else.</exception>
    public string AsText() => _content as string ?? throw NotA("text");

    /// <inheritdoc/>
    public bool Equals(AbiValue other) => (_content, other._content) switch
    {
        (byte[] left, byte[] right) => left.AsSpan().SequenceEqual(right),
        (AbiValue[] left, AbiValue[] right) => left.AsSpan().SequenceEqual(right),
        var (left, right) => Equals(left, right),
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AbiValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _content switch
    {
        byte[] bytes => bytes.Length,
        AbiValue[] items => items.Length,
        _ => _content?.GetHashCode() ?? 0,
    };

    /// <summary>The value for people: hexadecimal bytes, decimal integers, checksummed addresses.</summary>
    public override string ToString() => _content switch
    {
        byte[] bytes => Hex.Format(bytes),
        AbiValue[] items => $"[{string.Join(", ", items)}]",
        bool flag => flag ? "true" : "false",
        _ => _content?.ToString() ?? "(nothing)",
    };

    private EvmFormatException NotA(string expected) => new($"Expected {expected}, got {Kind()}.");

    private string Kind() => _content switch
    {
        BigInteger => "an integer",
        EvmAddress => "an address",
        bool => "a boolean",
        byte[] => "bytes",
        string => "text",
        AbiValue[] => "a list",
        _ => "nothing",
    };
}
