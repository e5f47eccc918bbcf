using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace CryptoMcp.Evm;

/// <summary>
/// ABI values as people and agents write them: JSON in which integers are decimal text, addresses and bytes are 0x-hex,
/// lists and tuples are arrays. Integers may also be JSON numbers without fraction or exponent.
/// </summary>
public static class AbiText
{
    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Reads the arguments of a function from a JSON array; empty text stands for none.</summary>
    /// <exception cref="EvmFormatException">The text is no such array, or a value does not fit its type; names the argument.</exception>
    public static AbiValue[] ReadArguments(AbiFunction function, string json)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json.Length == 0 ? "[]" : json, s_strict);
            return ReadArguments(function, document.RootElement, (_, value) => value);
        }
        catch (JsonException e)
        {
            throw new EvmFormatException($"The arguments are no JSON array: {UntrustedText.Quote(e.Message)}", e);
        }
    }

    /// <summary>Reads the arguments of a function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="list">A JSON array with one value for each parameter.</param>
    /// <param name="translate">Replaces the text of a value, such as a name by its address, before it is read.</param>
    /// <exception cref="EvmFormatException">A value does not fit its type; names the argument.</exception>
    public static AbiValue[] ReadArguments(AbiFunction function, JsonElement list, Func<AbiType, string, string> translate)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(translate);
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != function.Inputs.Count)
        {
            throw new EvmFormatException($"{function.Signature} takes {function.Inputs.Count} arguments; write them as a JSON array.");
        }

        var values = new AbiValue[function.Inputs.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = function.Inputs[i];
            try
            {
                values[i] = Read(parameter.Type, list[i], translate);
            }
            catch (EvmFormatException e)
            {
                throw new EvmFormatException($"Argument {i + 1}{(parameter.Name.Length == 0 ? string.Empty : $" ({parameter.Name})")}: {e.Message}", e);
            }
        }

        return values;
    }

    /// <summary>True if a value of this type can hold text that somebody else chose.</summary>
    public static bool HoldsText(AbiType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.Kind == AbiKind.Text || (type.Element is { } element && HoldsText(element))
            || type.Components.Any(component => HoldsText(component.Type));
    }

    private static AbiValue Read(AbiType type, JsonElement json, Func<AbiType, string, string> translate) => type.Kind switch
    {
        AbiKind.List => AbiValue.List([.. Items(type, json).Select(item => Read(type.Element!, item, translate))]),
        AbiKind.FixedList => AbiValue.List([.. Items(type, json, type.Size).Select(item => Read(type.Element!, item, translate))]),
        AbiKind.Tuple => AbiValue.List(
            [.. Items(type, json, type.Components.Count).Select((item, i) => Read(type.Components[i].Type, item, translate))]),
        _ => ReadText(type, translate(type, TextOf(type, json))),
    };

    private static AbiValue ReadText(AbiType type, string text) => type.Kind switch
    {
        AbiKind.UnsignedNumber or AbiKind.SignedNumber => Number(type, text),
        AbiKind.Address => EvmAddress.TryParse(text, out var address, out var problem) ? address : throw new EvmFormatException(problem),
        AbiKind.Flag => text switch { "true" => true, "false" => false, _ => throw Wrong(type, text, "Write true or false.") },
        AbiKind.Text => text,
        _ => Bytes(type, text),
    };

    private static AbiValue Number(AbiType type, string text)
    {
        var digits = text.AsSpan();
        var negative = type.Kind == AbiKind.SignedNumber && digits.StartsWith("-");
        digits = negative ? digits[1..] : digits;
        return digits.Length is > 0 and <= 78 && !digits.ContainsAnyExceptInRange('0', '9')
            ? BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) * (negative ? -1 : 1)
            : throw Wrong(type, text, "Write decimal digits.");
    }

    private static AbiValue Bytes(AbiType type, string text)
    {
        var hex = text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : throw Wrong(type, text, "Write 0x and hexadecimal digits.");
        if (hex.Length % 2 != 0 || !hex.All(char.IsAsciiHexDigit) || (type.Kind == AbiKind.FixedBytes && hex.Length != 2 * type.Size))
        {
            throw Wrong(type, text, type.Kind == AbiKind.FixedBytes ? $"Write 0x and {2 * type.Size} hexadecimal digits." : "Write 0x and whole bytes.");
        }

        return Convert.FromHexString(hex);
    }

    private static string TextOf(AbiType type, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number when type.Kind is AbiKind.UnsignedNumber or AbiKind.SignedNumber => json.GetRawText(),
        _ => throw new EvmFormatException($"A value of type {type} is written as text."),
    };

    private static JsonElement.ArrayEnumerator Items(AbiType type, JsonElement json, int? count = null) =>
        json.ValueKind == JsonValueKind.Array && (count is null || json.GetArrayLength() == count)
            ? json.EnumerateArray()
            : throw new EvmFormatException($"A value of type {type} is written as a JSON array{(count is null ? string.Empty : $" of {count} values")}.");

    private static EvmFormatException Wrong(AbiType type, string text, string advice) =>
        new($"{UntrustedText.Quote(text)} is not a value of type {type}. {advice}");
}
