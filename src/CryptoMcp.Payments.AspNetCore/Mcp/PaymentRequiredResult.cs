using System.Text.Json;
using System.Text.Json.Serialization;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Payments.AspNetCore.Mcp;

/// <summary>The extension's own result: <c>{"resultType":"payment_required","paymentRequired":{…}}</c>. The tool has not run.</summary>
internal sealed class PaymentRequiredResult : Result
{
    /// <summary>Value of <c>resultType</c>.</summary>
    public const string Type = "payment_required";

    /// <summary>The terms.</summary>
    [JsonPropertyName("paymentRequired")]
    public required JsonElement PaymentRequired { get; init; }
}

/// <summary>Source-generated JSON of results.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PaymentRequiredResult))]
[JsonSerializable(typeof(CallToolResult))]
internal sealed partial class McpJson : JsonSerializerContext;
