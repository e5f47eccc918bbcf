using System.Text.Json;
using System.Text.Unicode;

namespace CryptoMcp.Server.QuickStart;

/// <summary>
/// A message of the few kinds that can be answered without the SDK. Reading is strict: whatever is unusual in any way, valid
/// or not, is left to the SDK.
/// </summary>
internal ref struct QuickMessage
{
    private const int MaxIdDigits = 15;

    /// <summary>The id as it was written, quotes included; empty for a notification.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>The method's name.</summary>
    public ReadOnlySpan<byte> Method;

    /// <summary>The revision it declares: in <c>params</c> of <c>initialize</c>, else in <c>_meta</c>; empty if none.</summary>
    public ReadOnlySpan<byte> Revision;

    /// <summary>Reads one line; false for whatever is not plainly one of those messages.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out QuickMessage message)
    {
        message = default;
        if (!Utf8.IsValid(line))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(line);
            var read = new QuickMessage();
            if (!read.ReadEnvelope(ref reader, line) || reader.Read())
            {
                return false;
            }

            message = read;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool ReadEnvelope(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> line)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var version = false;
        Utf8JsonReader parameters = default;
        var hasParameters = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            var escaped = reader.ValueIsEscaped;
            if (escaped || !reader.Read())
            {
                return false;
            }

            if (name.SequenceEqual("jsonrpc"u8) && !version)
            {
                version = reader.ValueTextEquals("2.0"u8);
                if (!version)
                {
                    return false;
                }
            }
            else if (name.SequenceEqual("id"u8) && Id.IsEmpty)
            {
                if (!ReadId(ref reader, line))
                {
                    return false;
                }
            }
            else if (name.SequenceEqual("method"u8) && Method.IsEmpty)
            {
                if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped)
                {
                    return false;
                }

                Method = reader.ValueSpan;
            }
            else if (name.SequenceEqual("params"u8) && !hasParameters && reader.TokenType == JsonTokenType.StartObject)
            {
                hasParameters = true;
                parameters = reader;
                reader.Skip();
            }
            else
            {
                return false;
            }
        }

        return version && !Method.IsEmpty && ReadParameters(ref parameters, hasParameters);
    }

    private bool ReadId(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> line)
    {
        var raw = reader.ValueSpan;
        if (reader.TokenType == JsonTokenType.String)
        {
            // The token starts at its opening quote, the value behind it.
            Id = line.Slice((int)reader.TokenStartIndex, raw.Length + 2);
            return true;
        }

        Id = raw;
        return reader.TokenType == JsonTokenType.Number && raw.Length <= MaxIdDigits && !raw.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    private bool ReadParameters(scoped ref Utf8JsonReader reader, bool present)
    {
        if (Method.SequenceEqual("initialize"u8))
        {
            return present && ReadInitialize(ref reader);
        }

        var meta = false;
        while (present && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // A cursor, a subscription filter, anything: the SDK knows.
            if (meta || !reader.ValueTextEquals("_meta"u8) || !reader.Read() || !ReadMeta(ref reader))
            {
                return false;
            }

            meta = true;
        }

        return true;
    }

    private bool ReadInitialize(scoped ref Utf8JsonReader reader)
    {
        var capabilities = false;
        var client = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("protocolVersion"u8) && Revision.IsEmpty)
            {
                if (!reader.Read() || reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped)
                {
                    return false;
                }

                Revision = reader.ValueSpan;
            }
            else if (reader.ValueTextEquals("capabilities"u8) && !capabilities)
            {
                reader.Read();
                capabilities = QuickShapes.IsCapabilities(ref reader);
                if (!capabilities)
                {
                    return false;
                }
            }
            else if (reader.ValueTextEquals("clientInfo"u8) && !client)
            {
                reader.Read();
                client = QuickShapes.IsImplementation(ref reader);
                if (!client)
                {
                    return false;
                }
            }
            else
            {
                return false;
            }
        }

        return !Revision.IsEmpty && capabilities && client;
    }

    private bool ReadMeta(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var capabilities = false;
        var client = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("progressToken"u8))
            {
                reader.Read();
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
                {
                    return false;
                }
            }
            else if (reader.ValueTextEquals("io.modelcontextprotocol/protocolVersion"u8) && Revision.IsEmpty)
            {
                reader.Read();
                Revision = reader.ValueSpan;
                if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped)
                {
                    return false;
                }
            }
            else if (reader.ValueTextEquals("io.modelcontextprotocol/clientCapabilities"u8) && !capabilities)
            {
                reader.Read();
                capabilities = QuickShapes.IsCapabilities(ref reader);
                if (!capabilities)
                {
                    return false;
                }
            }
            else if (reader.ValueTextEquals("io.modelcontextprotocol/clientInfo"u8) && !client)
            {
                reader.Read();
                client = QuickShapes.IsImplementation(ref reader);
                if (!client)
                {
                    return false;
                }
            }
            else
            {
                return false;
            }
        }

        // All of the revision's members or none: half of them is for the SDK to refuse.
        return Revision.IsEmpty ? !capabilities && !client : capabilities;
    }
}
