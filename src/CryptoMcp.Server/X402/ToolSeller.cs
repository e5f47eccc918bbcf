using System.Text;
using System.Text.Json;
using CryptoMcp.Payments;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Web;

namespace CryptoMcp.Server.X402;

/// <summary>
/// Calls a tool of an MCP server over Streamable HTTP: the few messages that a call takes, read as strictly as any
/// stranger's text. Speaks to servers with a handshake (2025-11-25 and earlier) and without one (2026-07-28).
/// </summary>
internal sealed class ToolSeller(SellerHttp http)
{
    private const string Legacy = "2025-11-25";
    private const string Modern = "2026-07-28";
    private const string PaymentExtension = "org.x402/payment";

    /// <summary>Opens a conversation.</summary>
    /// <exception cref="ToolException">The server does not answer as an MCP server.</exception>
    public async Task<ToolSession> OpenAsync(Uri address, CancellationToken ct)
    {
        var opening = WireJson.Write(writer => Message(writer, 1, "initialize", parameters =>
        {
            parameters.WriteString("protocolVersion", Legacy);
            parameters.WriteStartObject("capabilities");
            WriteExtension(parameters);
            parameters.WriteEndObject();
            parameters.WriteStartObject("clientInfo");
            parameters.WriteString("name", "cryptomcp");
            parameters.WriteString("version", "1");
            parameters.WriteEndObject();
        }));
        var answer = await PostAsync(address, opening, [], SellerLimits.Asking, ct).ConfigureAwait(false);
        if (!answer.IsSuccess || Read(answer, 1) is not { } result || !result.TryGetProperty("result", out var said)
            || !said.TryGetProperty("protocolVersion", out var version) || version.ValueKind != JsonValueKind.String)
        {
            // A server without handshake refuses initialize; the call itself will show whether it is one.
            return new(address, Modern, null);
        }

        var session = new ToolSession(address, version.GetString()!, answer.Header("Mcp-Session-Id"));
        var ready = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"u8.ToArray();
        await PostAsync(address, ready, HeadersOf(session, null), SellerLimits.Asking, ct).ConfigureAwait(false);
        return session;
    }

    /// <summary>Calls the tool, with a payment or without.</summary>
    /// <returns>The <c>result</c>; null when the server did not answer with one.</returns>
    /// <exception cref="WebFailureException">No complete answer.</exception>
    public async Task<JsonElement?> CallAsync(
        ToolSession session, string tool, JsonElement arguments, PaymentPayload? payment, SellerLimits limits, CancellationToken ct)
    {
        var body = WireJson.Write(writer => Message(writer, 2, "tools/call", parameters =>
        {
            parameters.WriteString("name", tool);
            parameters.WritePropertyName("arguments");
            arguments.WriteTo(parameters);
            parameters.WriteStartObject("_meta");
            parameters.WriteString("io.modelcontextprotocol/protocolVersion", session.Revision);
            parameters.WriteStartObject("io.modelcontextprotocol/clientCapabilities");
            WriteExtension(parameters);
            parameters.WriteEndObject();
            if (payment is not null)
            {
                parameters.WritePropertyName("x402/payment");
                parameters.WriteRawValue(payment.ToJson(), skipInputValidation: true);
            }

            parameters.WriteEndObject();
        }));
        var answer = await PostAsync(session.Address, body, HeadersOf(session, tool), limits, ct).ConfigureAwait(false);
        return Read(answer, 2) is { } reply && reply.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.Object ? result : null;
    }

    /// <summary>The terms in a result, in either binding; null when it asks for nothing.</summary>
    /// <exception cref="X402FormatException">They are malformed.</exception>
    public static PaymentRequired? TermsIn(JsonElement result)
    {
        if (Text(result, "resultType") == "payment_required" && result.TryGetProperty("paymentRequired", out var required))
        {
            return PaymentRequired.Read(required);
        }

        if (!result.TryGetProperty("isError", out var isError) || isError.ValueKind != JsonValueKind.True)
        {
            return null;
        }

        if (result.TryGetProperty("structuredContent", out var structured) && structured.ValueKind == JsonValueKind.Object
            && structured.TryGetProperty("x402Version", out _))
        {
            return PaymentRequired.Read(structured);
        }

        return result.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array && content.GetArrayLength() > 0
            && content[0].ValueKind == JsonValueKind.Object && Text(content[0], "text") is { } text && text.Contains("x402Version", StringComparison.Ordinal)
                ? PaymentRequired.Read(WireJson.Parse(Encoding.UTF8.GetBytes(text)))
                : null;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Message(Utf8JsonWriter writer, int id, string method, Action<Utf8JsonWriter> parameters)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WriteNumber("id", id);
        writer.WriteString("method", method);
        writer.WriteStartObject("params");
        parameters(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteExtension(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("extensions");
        writer.WriteStartObject(PaymentExtension);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static List<(string, string)> HeadersOf(ToolSession session, string? tool)
    {
        List<(string, string)> headers = [("MCP-Protocol-Version", session.Revision)];
        if (session.Id is { } id && id.Length <= 256 && !id.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            headers.Add(("Mcp-Session-Id", id));
        }

        if (tool is not null && session.Revision == Modern)
        {
            headers.Add(("Mcp-Method", "tools/call"));
            headers.Add(("Mcp-Name", tool));
        }

        return headers;
    }

    private async Task<SellerAnswer> PostAsync(Uri address, byte[] body, List<(string, string)> headers, SellerLimits limits, CancellationToken ct)
    {
        var request = new WebRequest
        {
            Address = address,
            Method = "POST",
            Headers = [("Accept", "application/json, text/event-stream"), .. headers],
            Body = body,
            ContentType = "application/json",
        };
        return (await http.AskAsync(request, limits, ct).ConfigureAwait(false)).Answer;
    }

    /// <summary>The message with this id, from one JSON text or from a stream of events.</summary>
    private static JsonElement? Read(SellerAnswer answer, int id)
    {
        if (answer.IsCut || answer.Body.IsEmpty)
        {
            return null;
        }

        if (answer.ContentType != "text/event-stream")
        {
            return Matching(answer.Body, id);
        }

        foreach (var part in Encoding.UTF8.GetString(answer.Body.Span).ReplaceLineEndings("\n").Split("\n\n"))
        {
            var data = string.Join('\n', part.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line[5..].TrimStart()));
            if (data.Length > 0 && Matching(Encoding.UTF8.GetBytes(data), id) is { } message)
            {
                return message;
            }
        }

        return null;
    }

    private static JsonElement? Matching(ReadOnlyMemory<byte> text, int id)
    {
        try
        {
            var message = WireJson.Parse(text);
            return message.ValueKind == JsonValueKind.Object && message.TryGetProperty("id", out var own) && own.ValueKind == JsonValueKind.Number
                && own.TryGetInt32(out var number) && number == id
                    ? message
                    : null;
        }
        catch (X402FormatException)
        {
            return null;
        }
    }
}

/// <summary>A conversation with an MCP server.</summary>
internal sealed record ToolSession(Uri Address, string Revision, string? Id);
