using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger;

/// <summary>JSON kept as its UTF-8 text and parsed when first read: a million past payments should not cost a million documents.</summary>
internal sealed class JsonText
{
    internal static readonly JsonText Empty = new(ReadOnlyMemory<byte>.Empty);

    private readonly ReadOnlyMemory<byte> _utf8;
    private object? _element;

    internal JsonText(ReadOnlyMemory<byte> utf8) => _utf8 = utf8;

    private JsonText(JsonElement element) => _element = element;

    /// <summary>The value; <see cref="JsonValueKind.Undefined"/> where nothing was recorded.</summary>
    internal JsonElement Element
    {
        get
        {
            if (_element is null)
            {
                if (_utf8.IsEmpty)
                {
                    return default;
                }

                using var document = JsonDocument.Parse(_utf8);
                _element = document.RootElement.Clone();
            }

            return (JsonElement)_element;
        }
    }

    internal bool IsEmpty => _element is null && _utf8.IsEmpty;

    /// <summary>Keeps an element that outlives its document.</summary>
    internal static JsonText Of(JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined ? Empty : new JsonText(element.Clone());

    /// <summary>A JSON string.</summary>
    internal static JsonText Of(string text) => new(Encoding.ASCII.GetBytes($"\"{JsonEncodedText.Encode(text)}\""));

    /// <summary>Appends the value on one line, in ASCII.</summary>
    internal void WriteTo(LineBuffer output)
    {
        if (_element is not JsonElement element)
        {
            output.Add(_utf8.Span);
            return;
        }

        // What already fits on a line is kept as it was written.
        var raw = JsonMarshal.GetRawUtf8Value(element);
        if (!raw.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e))
        {
            output.Add(raw);
            return;
        }

        using var writer = new Utf8JsonWriter(output);
        element.WriteTo(writer);
    }
}
