using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace CryptoMcp.Payments;

/// <summary>
/// JSON as x402 parties exchange it. Two parsers that disagree about one text are a hole (the first of two equal keys is
/// judged, the last is paid), so what is ambiguous is refused: doubled keys, bytes that are not UTF-8, comments, trailing
/// commas, deep nesting.
/// </summary>
public static class WireJson
{
    /// <summary>Levels of nesting that are read.</summary>
    public const int MaxDepth = 32;

    private static readonly JsonDocumentOptions s_strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = MaxDepth,
    };

    /// <summary>Writes as JavaScript's <c>JSON.stringify</c> does: nothing escaped that need not be.</summary>
    internal static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 64 };

    /// <summary>Reads a whole text.</summary>
    /// <exception cref="X402FormatException">The text is no JSON, or ambiguous.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            throw new X402FormatException("The text is not UTF-8.");
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, s_strict);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            // The parser's own message may quote the text, which is a stranger's.
            throw new X402FormatException(
                $"The text is no JSON that can be read in one way only (line {error.LineNumber ?? 0}, byte {error.BytePositionInLine ?? 0}): "
                + "malformed, a key occurs twice, or it is nested too deeply.", error);
        }
    }

    /// <summary>What a writer wrote, as bytes.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            content(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a received node as it was received, down to the digits of its numbers.</summary>
    internal static void WriteVerbatim(this Utf8JsonWriter writer, string name, JsonElement node)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(node.GetRawText(), skipInputValidation: true);
    }
}
