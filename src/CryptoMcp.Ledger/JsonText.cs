using System.Text;
using System.Text.Json;

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

    internal void WriteTo(Utf8JsonWriter writer)
    {
        if (_element is JsonElement element)
        {
            element.WriteTo(writer);
        }
        else
        {
            writer.WriteRawValue(_utf8.Span, skipInputValidation: true);
        }
    }
}
