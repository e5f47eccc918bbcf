using System.Globalization;

namespace CryptoMcp.Evm;

/// <summary>Families of ABI types.</summary>
public enum AbiKind
{
    /// <summary><c>uint8</c> to <c>uint256</c>.</summary>
    UnsignedNumber,

    /// <summary><c>int8</c> to <c>int256</c>.</summary>
    SignedNumber,

    /// <summary><c>address</c>.</summary>
    Address,

    /// <summary><c>bool</c>.</summary>
    Flag,

    /// <summary><c>bytes1</c> to <c>bytes32</c>, and <c>function</c> as 24 bytes.</summary>
    FixedBytes,

    /// <summary><c>bytes</c>.</summary>
    Bytes,

    /// <summary><c>string</c>: UTF-8.</summary>
    Text,

    /// <summary><c>T[]</c>.</summary>
    List,

    /// <summary><c>T[n]</c>.</summary>
    FixedList,

    /// <summary><c>(T1,T2)</c>; in EIP-712 a struct.</summary>
    Tuple,
}

/// <summary>A type of the <see href="https://docs.soliditylang.org/en/latest/abi-spec.html">contract ABI</see>, also used for EIP-712
/// members.</summary>
public sealed class AbiType
{
    private AbiType(AbiKind kind, string canonicalName, int size, AbiType? element, IReadOnlyList<AbiParameter> components)
    {
        Kind = kind;
        CanonicalName = canonicalName;
        Size = size;
        Element = element;
        Components = components;
        IsDynamic = kind is AbiKind.Bytes or AbiKind.Text or AbiKind.List || (kind == AbiKind.FixedList && element!.IsDynamic)
            || components.Any(component => component.Type.IsDynamic);
        HeadSize = IsDynamic ? 32 : kind switch
        {
            AbiKind.FixedList => checked(size * element!.HeadSize),
            AbiKind.Tuple => components.Sum(component => component.Type.HeadSize),
            _ => 32,
        };
    }

    /// <summary>Family.</summary>
    public AbiKind Kind { get; }

    /// <summary>The name that selectors hash: <c>uint256</c>, <c>(address,bytes)[]</c>; in EIP-712 a struct's own name.</summary>
    public string CanonicalName { get; }

    /// <summary>Bits of an integer, bytes of <c>bytesN</c>, items of <c>T[n]</c>; otherwise 0.</summary>
    public int Size { get; }

    /// <summary>Type of a list's items.</summary>
    public AbiType? Element { get; }

    /// <summary>Members of a tuple.</summary>
    public IReadOnlyList<AbiParameter> Components { get; }

    /// <summary>True when values are of variable length and stand in the tail, behind an offset.</summary>
    public bool IsDynamic { get; }

    /// <summary>Bytes that a value takes in the head: 32 for a dynamic type's offset.</summary>
    internal int HeadSize { get; }

    /// <summary>Reads a type such as <c>uint256</c>, <c>bytes32[]</c> or <c>(address to,uint256 amount)[2]</c>.</summary>
    /// <exception cref="EvmFormatException">There is no such type.</exception>
    public static AbiType Parse(string text)
    {
        var parser = new AbiSignatureParser(text);
        var type = parser.ReadType();
        parser.End();
        return type;
    }

    /// <summary>The canonical name.</summary>
    public override string ToString() => CanonicalName;

    /// <summary>The elementary type of this name; <c>uint</c> and <c>int</c> mean 256 bits.</summary>
    internal static AbiType? Elementary(ReadOnlySpan<char> name) => name switch
    {
        "address" => new(AbiKind.Address, "address", 0, null, []),
        "bool" => new(AbiKind.Flag, "bool", 0, null, []),
        "string" => new(AbiKind.Text, "string", 0, null, []),
        "bytes" => new(AbiKind.Bytes, "bytes", 0, null, []),
        "function" => new(AbiKind.FixedBytes, "function", 24, null, []),
        "uint" => new(AbiKind.UnsignedNumber, "uint256", 256, null, []),
        "int" => new(AbiKind.SignedNumber, "int256", 256, null, []),
        _ when name.StartsWith("uint", StringComparison.Ordinal) => Bits(AbiKind.UnsignedNumber, name, name[4..]),
        _ when name.StartsWith("int", StringComparison.Ordinal) => Bits(AbiKind.SignedNumber, name, name[3..]),
        _ when name.StartsWith("bytes", StringComparison.Ordinal) && TrySize(name[5..], out var size) && size is >= 1 and <= 32
            => new(AbiKind.FixedBytes, name.ToString(), size, null, []),
        _ => null,
    };

    internal static AbiType Tuple(IReadOnlyList<AbiParameter> components) =>
        new(AbiKind.Tuple, $"({string.Join(',', components.Select(component => component.Type.CanonicalName))})", 0, null, components);

    internal static AbiType Struct(string name, IReadOnlyList<AbiParameter> members) => new(AbiKind.Tuple, name, 0, null, members);

    internal AbiType ListOf() => new(AbiKind.List, CanonicalName + "[]", 0, this, []);

    /// <summary>No contract has lists of a million fixed items; a bound keeps sizes within 32 bits.</summary>
    internal AbiType FixedListOf(int count) => count is >= 1 and <= 4096 && (long)count * HeadSize <= 1 << 24
        ? new(AbiKind.FixedList, string.Create(CultureInfo.InvariantCulture, $"{CanonicalName}[{count}]"), count, this, [])
        : throw new EvmFormatException($"A list type has {count} items; 1 to 4096 are supported.");

    internal static bool TrySize(ReadOnlySpan<char> digits, out int size) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out size) && digits[0] != '0';

    private static AbiType? Bits(AbiKind kind, ReadOnlySpan<char> name, ReadOnlySpan<char> digits) =>
        TrySize(digits, out var bits) && bits is >= 8 and <= 256 && bits % 8 == 0 ? new(kind, name.ToString(), bits, null, []) : null;
}

/// <summary>A parameter of a function or event, or a member of a tuple or struct.</summary>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsIndexed">For events: it stands in a topic.</param>
public sealed record AbiParameter(string Name, AbiType Type, bool IsIndexed = false);
