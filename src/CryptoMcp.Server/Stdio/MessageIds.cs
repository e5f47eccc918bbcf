using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Server.Stdio;

/// <summary>Finds ids where the SDK's own types cannot be relied on.</summary>
internal static class MessageIds
{
    /// <summary>The id of a message that could not be read as a whole, or the default one.</summary>
    public static RequestId FindIn(ReadOnlySpan<byte> line)
    {
        // As deep as it may be: the members around the id are skipped, not kept.
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return default;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id"u8);
                reader.Read();
                if (isId)
                {
                    return reader.TokenType == JsonTokenType.String ? new(reader.GetString()!)
                        : reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? new(number)
                        : default;
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // No JSON, so no id.
        }

        return default;
    }

    /// <summary>The request that <c>notifications/cancelled</c> takes back, or null.</summary>
    public static RequestId? CancelledBy(JsonRpcNotification cancelled) =>
        cancelled.Params is not JsonObject parameters || parameters["requestId"] is not JsonValue id ? null
            : id.TryGetValue(out string? text) ? new(text)
            : id.TryGetValue(out long number) ? new(number)
            : null;
}
