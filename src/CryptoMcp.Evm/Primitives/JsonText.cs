using System.Globalization;
using System.Text.Json;

namespace CryptoMcp.Evm;

/// <summary>
/// Text out of JSON that strangers wrote. The reader checks UTF-8 and escapes only when text is taken out, and then
/// throws what a caller would take for a mistake of its own; here it is malformed input like any other.
/// </summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Parses JSON in which no member occurs twice.</summary>
    /// <exception cref="EvmFormatException">It is no such JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json, s_strict);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a member's name is not valid Unicode, which the search for duplicates comes upon.
            var line = error is JsonException { LineNumber: { } number }
                ? string.Create(CultureInfo.InvariantCulture, $" (line {number + 1})")
                : string.Empty;
            throw new EvmFormatException($"The text is not valid JSON{line}: check the syntax; a member may occur only once.", error);
        }
    }

    /// <summary>The text of a JSON string.</summary>
    /// <exception cref="EvmFormatException">The value is no string, or holds half a surrogate pair or broken UTF-8.</exception>
    public static string Of(JsonElement value, string at)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw new EvmFormatException($"{at} is no text.");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new EvmFormatException($"{at} holds text that is not valid Unicode.", error);
        }
    }

    /// <summary>The name of a member.</summary>
    /// <exception cref="EvmFormatException">The name holds half a surrogate pair or broken UTF-8.</exception>
    public static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException error)
        {
            throw new EvmFormatException("The name of a member is not valid Unicode.", error);
        }
    }
}
