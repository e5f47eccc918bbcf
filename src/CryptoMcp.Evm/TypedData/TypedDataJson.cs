using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace CryptoMcp.Evm;

/// <summary>
/// Reads typed data from JSON. Two readers must never see two messages in one text, so anything that could be read
/// differently is refused: duplicate, unknown, missing and surplus members, unused types, integers in other than plain
/// decimal form, a domain type that does not list exactly the domain's members.
/// </summary>
internal static class TypedDataJson
{
    public static TypedData Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonText.Parse(json);
        return Read(document.RootElement);
    }

    private static TypedData Read(JsonElement root)
    {
        Only(root, "typed data", "types", "primaryType", "domain", "message");
        var definitions = Definitions(Need(root, "typed data", "types"));
        var domain = Domain(Need(root, "typed data", "domain"));
        if (definitions.Remove(Eip712Types.DomainType, out var domainMembers) && !domainMembers.SequenceEqual(domain.Members()))
        {
            throw new EvmFormatException("The type EIP712Domain does not list exactly the members of the domain in the order of EIP-712.");
        }

        var types = new Eip712Types(definitions);
        var primary = JsonText.Of(Need(root, "typed data", "primaryType"), "primaryType");
        if (types.Names.Except(types.Used(primary)).FirstOrDefault() is { } unused)
        {
            throw new EvmFormatException($"The type {UntrustedText.Quote(unused)} is not used by {primary}.");
        }

        return new(domain, types, primary, Value(types.Find(primary), Need(root, "typed data", "message"), "message"));
    }

    private static Dictionary<string, IReadOnlyList<(string Name, string Type)>> Definitions(JsonElement types)
    {
        var definitions = new Dictionary<string, IReadOnlyList<(string, string)>>();
        foreach (var definition in Object(types, "types").EnumerateObject())
        {
            var members = new List<(string, string)>();
            foreach (var member in Array(definition.Value, "types"))
            {
                Only(member, "a member of a type", "name", "type");
                members.Add((JsonText.Of(Need(member, "a member", "name"), "name"), JsonText.Of(Need(member, "a member", "type"), "type")));
            }

            definitions.Add(JsonText.NameOf(definition), members);
        }

        return definitions;
    }

    private static Eip712Domain Domain(JsonElement domain)
    {
        Only(domain, "domain", "name", "version", "chainId", "verifyingContract", "salt");
        return new()
        {
            Name = domain.TryGetProperty("name", out var name) ? JsonText.Of(name, "domain.name") : null,
            Version = domain.TryGetProperty("version", out var version) ? JsonText.Of(version, "domain.version") : null,
            ChainId = domain.TryGetProperty("chainId", out var chainId) ? Number(chainId, "domain.chainId") : null,
            VerifyingContract = domain.TryGetProperty("verifyingContract", out var contract)
                ? EvmAddress.Parse(JsonText.Of(contract, "domain.verifyingContract"))
                : null,
            Salt = domain.TryGetProperty("salt", out var salt) ? Hash32.Parse(JsonText.Of(salt, "domain.salt")) : null,
        };
    }

    private static AbiValue Value(AbiType type, JsonElement value, string at)
    {
        switch (type.Kind)
        {
            case AbiKind.Tuple:
                foreach (var given in Object(value, at).EnumerateObject())
                {
                    if (type.Components.All(member => !given.NameEquals(member.Name)))
                    {
                        throw new EvmFormatException(
                            $"{at} has the member {UntrustedText.Quote(JsonText.NameOf(given))}, which {type} does not have.");
                    }
                }

                return AbiValue.List([.. type.Components.Select(member =>
                    Value(member.Type, Need(value, at, member.Name), $"{at}.{member.Name}"))]);
            case AbiKind.List or AbiKind.FixedList:
                return AbiValue.List([.. Array(value, at).Select((item, index) =>
                    Value(type.Element!, item, string.Create(CultureInfo.InvariantCulture, $"{at}[{index}]")))]);
            case AbiKind.Flag:
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? value.GetBoolean()
                    : throw new EvmFormatException($"{at} is neither true nor false.");
            case AbiKind.Address:
                return EvmAddress.Parse(JsonText.Of(value, at));
            case AbiKind.Bytes or AbiKind.FixedBytes:
                return Hex.ParseData(JsonText.Of(value, at));
            case AbiKind.Text:
                return JsonText.Of(value, at);
            default:
                return Number(value, at);
        }
    }

    /// <summary>A JSON integer or decimal text: digits without leading zeros, a minus sign only before a positive number.</summary>
    private static BigInteger Number(JsonElement value, string at)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => JsonText.Of(value, at),
            _ => throw new EvmFormatException($"{at} is no integer."),
        };
        var digits = text.AsSpan().TrimStart('-');
        if (digits.Length is 0 or > 78 || text.Length - digits.Length > 1 || digits.ContainsAnyExceptInRange('0', '9')
            || (digits[0] == '0' && text.Length > 1))
        {
            throw new EvmFormatException($"{at} is {UntrustedText.Quote(text)}: write integers in plain decimal digits.");
        }

        return BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    private static JsonElement Need(JsonElement of, string at, string member) => Object(of, at).TryGetProperty(member, out var value)
        ? value
        : throw new EvmFormatException($"{at} has no member '{member}'.");

    private static JsonElement Object(JsonElement value, string at) => value.ValueKind == JsonValueKind.Object
        ? value
        : throw new EvmFormatException($"{at} is no object.");

    private static JsonElement.ArrayEnumerator Array(JsonElement value, string at) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray()
        : throw new EvmFormatException($"{at} is no array.");

    private static void Only(JsonElement value, string at, params ReadOnlySpan<string> known)
    {
        foreach (var member in Object(value, at).EnumerateObject())
        {
            if (!known.Contains(JsonText.NameOf(member)))
            {
                throw new EvmFormatException($"{at} has the unknown member {UntrustedText.Quote(JsonText.NameOf(member))}.");
            }
        }
    }
}
