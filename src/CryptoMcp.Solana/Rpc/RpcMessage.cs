using System.Buffers;
using System.Text.Json;

namespace CryptoMcp.Solana;

/// <summary>
/// The JSON-RPC 2.0 envelope. Ids are the positions in the exchange, so an answer to another request is noticed. What
/// an answer says that is not JSON-RPC is never repeated to anybody.
/// </summary>
internal static class RpcMessage
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>One object for one request, an array for several.</summary>
    public static void Write(IBufferWriter<byte> body, IReadOnlyList<RpcAnswer> answers)
    {
        using var writer = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true });
        if (answers.Count > 1)
        {
            writer.WriteStartArray();
        }

        for (var id = 0; id < answers.Count; id++)
        {
            var request = answers[id].Request;
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteNumber("id"u8, id + 1);
            writer.WriteString("method"u8, request.Method);
            writer.WriteStartArray("params"u8);
            request.WriteParameters?.Invoke(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        if (answers.Count > 1)
        {
            writer.WriteEndArray();
        }
    }

    /// <summary>
    /// Hands each result to its request. A single error object in answer to a batch leaves the requests unanswered:
    /// the node takes no batches.
    /// </summary>
    /// <exception cref="SolanaRpcException">The body is no JSON-RPC answer to these requests.</exception>
    public static void Read(ReadOnlyMemory<byte> body, IReadOnlyList<RpcAnswer> answers, string endpoint)
    {
        try
        {
            using var document = JsonDocument.Parse(body, s_strict);
            var root = document.RootElement;
            if (answers.Count == 1)
            {
                ReadOne(root, answers, endpoint);
                return;
            }

            if (root.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in root.EnumerateArray())
                {
                    ReadOne(item, answers, endpoint);
                }

                if (answers.Any(answer => !answer.IsAnswered))
                {
                    throw Bad(endpoint, "answers are missing from the batch");
                }
            }
            else if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("error"u8, out _))
            {
                throw Bad(endpoint, "the answer to a batch is no array");
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not valid Unicode.
            throw new SolanaRpcException(
                SolanaRpcFailure.BadAnswer, endpoint, "the answer is no JSON-RPC. Check that the address is a JSON-RPC endpoint.", error);
        }
    }

    private static void ReadOne(JsonElement item, IReadOnlyList<RpcAnswer> answers, string endpoint)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw Bad(endpoint, "the answer is no object");
        }

        var hasError = item.TryGetProperty("error"u8, out var error) && error.ValueKind == JsonValueKind.Object;
        if (!item.TryGetProperty("id"u8, out var idElement) || idElement.ValueKind != JsonValueKind.Number
            || !idElement.TryGetInt32(out var id) || id < 1 || id > answers.Count || answers[id - 1].IsAnswered)
        {
            if (!hasError || answers.Count != 1 || idElement.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
            {
                throw Bad(endpoint, "the answer carries the id of another request");
            }

            // JSON-RPC 2.0 section 5: an error before the id could be read carries the id null.
            answers[0].Fail(ReadError(error, endpoint));
            return;
        }

        var answer = answers[id - 1];
        if (hasError)
        {
            answer.Fail(ReadError(error, endpoint));
        }
        else if (item.TryGetProperty("result"u8, out var result))
        {
            try
            {
                answer.Succeed(result);
            }
            catch (SolanaFormatException problem)
            {
                throw new SolanaRpcException(
                    SolanaRpcFailure.BadAnswer, endpoint, $"the result of {answer.Request.Method} is malformed: {problem.Message}", problem);
            }
        }
        else
        {
            throw Bad(endpoint, "the answer has neither result nor error");
        }
    }

    private static SolanaRpcException ReadError(JsonElement error, string endpoint)
    {
        var code = error.TryGetProperty("code"u8, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var value) ? value : 0;
        var message = error.TryGetProperty("message"u8, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        return SolanaRpcException.Rpc(endpoint, code, message);
    }

    private static SolanaRpcException Bad(string endpoint, string what) =>
        new(SolanaRpcFailure.BadAnswer, endpoint, $"{what}. Check that the address is a JSON-RPC endpoint.");
}
