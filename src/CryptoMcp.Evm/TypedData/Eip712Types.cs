using System.Text;

namespace CryptoMcp.Evm;

/// <summary>
/// Struct definitions of <see href="https://eips.ethereum.org/EIPS/eip-712">EIP-712</see> and the hashing of their values.
/// Values are <see cref="AbiValue"/>s: structs are lists of their members in order.
/// </summary>
public sealed class Eip712Types
{
    /// <summary>Name of the domain's struct.</summary>
    internal const string DomainType = "EIP712Domain";

    private readonly Dictionary<string, AbiType> _structs = [];
    private readonly Dictionary<string, Hash32> _typeHashes = [];

    internal Eip712Types(IReadOnlyDictionary<string, IReadOnlyList<(string Name, string Type)>> definitions)
    {
        foreach (var name in definitions.Keys)
        {
            Resolve(name, definitions, []);
        }

        foreach (var name in definitions.Keys)
        {
            _typeHashes[name] = Hash32.Keccak(Encoding.UTF8.GetBytes(EncodeType(name)));
        }
    }

    /// <summary>The struct names.</summary>
    public IReadOnlyCollection<string> Names => _structs.Keys;

    /// <summary>
    /// Reads definitions in the form of encodeType: <c>Mail(Person from,string contents)Person(string name,address wallet)</c>.
    /// </summary>
    /// <exception cref="EvmFormatException">The text is malformed, or a type does not exist or contains itself.</exception>
    public static Eip712Types Parse(string encodeType)
    {
        var definitions = new Dictionary<string, IReadOnlyList<(string, string)>>();
        foreach (var definition in encodeType.Split(')', StringSplitOptions.RemoveEmptyEntries))
        {
            var open = definition.IndexOf('(', StringComparison.Ordinal);
            var members = new List<(string, string)>();
            foreach (var member in open < 0
                ? throw Malformed(encodeType)
                : definition[(open + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = member.Split(' ');
                members.Add(parts.Length == 2 ? (parts[1], parts[0]) : throw Malformed(encodeType));
            }

            if (!definitions.TryAdd(definition[..open], members))
            {
                throw Malformed(encodeType);
            }
        }

        return new(definitions);
    }

    /// <summary>Definition of a struct, its own first, then those that it uses in alphabetical order.</summary>
    /// <exception cref="EvmFormatException">There is no such struct.</exception>
    public string EncodeType(string name)
    {
        var used = new SortedSet<string>(StringComparer.Ordinal);
        CollectUsed(Find(name), used);
        used.Remove(name);
        return string.Concat(used.Prepend(name).Select(Define));
    }

    /// <summary>keccak256(typeHash ‖ encodeData): a struct's hash.</summary>
    /// <exception cref="EvmFormatException">There is no such struct, or a member does not fit its type.</exception>
    public Hash32 HashStruct(string name, AbiValue value) => Hash32.Keccak(EncodeData(name, value));

    /// <summary>typeHash ‖ encodeData: one word for the type and each member.</summary>
    /// <exception cref="EvmFormatException">There is no such struct, or a member does not fit its type.</exception>
    public byte[] EncodeData(string name, AbiValue value)
    {
        var members = Find(name).Components;
        if (value.Items.Count != members.Count)
        {
            throw new EvmFormatException($"A value of {name} has {value.Items.Count} members instead of {members.Count}.");
        }

        var encoded = new byte[32 + (32 * members.Count)];
        _typeHashes[name].WriteTo(encoded);
        for (var i = 0; i < members.Count; i++)
        {
            try
            {
                WriteMember(members[i].Type, value[i], encoded.AsSpan(32 + (32 * i), 32));
            }
            catch (EvmFormatException error)
            {
                throw new EvmFormatException($"{name}.{members[i].Name}: {error.Message}", error);
            }
        }

        return encoded;
    }

    /// <summary>The struct type of this name.</summary>
    internal AbiType Find(string name) => _structs.TryGetValue(name, out var type)
        ? type
        : throw new EvmFormatException($"There is no struct {UntrustedText.Quote(name)} among the types.");

    /// <summary>Structs that the given one uses, itself included.</summary>
    internal SortedSet<string> Used(string name)
    {
        var used = new SortedSet<string>(StringComparer.Ordinal);
        CollectUsed(Find(name), used);
        return used;
    }

    private static void CollectUsed(AbiType type, SortedSet<string> used)
    {
        while (type.Element is { } element)
        {
            type = element;
        }

        if (type.Kind == AbiKind.Tuple && used.Add(type.CanonicalName))
        {
            foreach (var member in type.Components)
            {
                CollectUsed(member.Type, used);
            }
        }
    }

    private static bool IsIdentifier(string text) => text.Length is >= 1 and <= 128 && !char.IsAsciiDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$');

    private static EvmFormatException Malformed(string text) =>
        new($"{UntrustedText.Quote(text)} is no EIP-712 type: expected a form such as 'Mail(address to,string contents)'.");

    private string Define(string name) =>
        $"{name}({string.Join(',', Find(name).Components.Select(member => $"{member.Type.CanonicalName} {member.Name}"))})";

    private void WriteMember(AbiType type, AbiValue value, Span<byte> word)
    {
        switch (type.Kind)
        {
            case AbiKind.Text:
                Hash32.Keccak(AbiWord.StrictUtf8.GetBytes(value.AsText())).WriteTo(word);
                break;
            case AbiKind.Bytes:
                Hash32.Keccak(value.AsBytes()).WriteTo(word);
                break;
            case AbiKind.Tuple:
                HashStruct(type.CanonicalName, value).WriteTo(word);
                break;
            case AbiKind.List or AbiKind.FixedList:
                var items = value.Items;
                if (type.Kind == AbiKind.FixedList && items.Count != type.Size)
                {
                    throw new EvmFormatException($"A value of type {type} has {items.Count} items.");
                }

                var encoded = new byte[32 * items.Count];
                for (var i = 0; i < items.Count; i++)
                {
                    WriteMember(type.Element!, items[i], encoded.AsSpan(32 * i, 32));
                }

                Hash32.Keccak(encoded).WriteTo(word);
                break;
            default:
                AbiWord.Write(type, value, word);
                break;
        }
    }

    /// <summary>Resolves a struct's members. A struct that contains itself has no defined hash and is refused.</summary>
    private AbiType Resolve(string name, IReadOnlyDictionary<string, IReadOnlyList<(string Name, string Type)>> definitions,
        HashSet<string> open)
    {
        if (_structs.TryGetValue(name, out var known))
        {
            return known;
        }

        if (!IsIdentifier(name) || AbiType.Elementary(name) is not null || !open.Add(name))
        {
            throw new EvmFormatException(
                $"The EIP-712 struct {UntrustedText.Quote(name)} contains itself, or has the name of another type.");
        }

        var members = new List<AbiParameter>();
        foreach (var (memberName, typeText) in definitions[name])
        {
            if (!IsIdentifier(memberName) || members.Exists(member => member.Name == memberName))
            {
                throw new EvmFormatException($"{name}.{UntrustedText.Quote(memberName)} is no proper member name, or occurs twice.");
            }

            members.Add(new(memberName, MemberType(typeText, definitions, open)));
        }

        open.Remove(name);
        return _structs[name] = AbiType.Struct(name, members);
    }

    private AbiType MemberType(string text, IReadOnlyDictionary<string, IReadOnlyList<(string Name, string Type)>> definitions,
        HashSet<string> open)
    {
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        var baseName = bracket < 0 ? text : text[..bracket];
        var type = definitions.ContainsKey(baseName) ? Resolve(baseName, definitions, open) : AbiType.Elementary(baseName);

        // The type's text is hashed as it stands, so abbreviations (uint) would be another type than they mean.
        if (type is null || type.CanonicalName != baseName || baseName == "function")
        {
            throw new EvmFormatException($"There is no EIP-712 type {UntrustedText.Quote(text)}.");
        }

        if (bracket < 0)
        {
            return type;
        }

        var suffixes = new AbiSignatureParser(text[bracket..]);
        type = suffixes.ReadListSuffixes(type);
        suffixes.End();
        return type.CanonicalName == text ? type : throw new EvmFormatException($"There is no EIP-712 type {UntrustedText.Quote(text)}.");
    }
}
