using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Http;

/// <summary>Header names, protocol revisions and the JSON routines that every handler shares.</summary>
internal static class Wire
{
    public const string SessionId = "Mcp-Session-Id";
    public const string ProtocolVersion = "MCP-Protocol-Version";
    public const string Method = "Mcp-Method";
    public const string Name = "Mcp-Name";
    public const string ParamPrefix = "Mcp-Param-";

    /// <summary>First revision without <c>initialize</c> and sessions.</summary>
    public const string FirstStatelessVersion = "2026-07-28";

    public static readonly string[] StatelessVersions = [FirstStatelessVersion];

    public static readonly string[] SupportedVersions =
        ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", .. StatelessVersions];

    public static readonly JsonTypeInfo<JsonRpcMessage> MessageType = TypeInfo<JsonRpcMessage>();

    private static readonly JsonTypeInfo<JsonRpcError> s_errorType = TypeInfo<JsonRpcError>();

    /// <summary>Revisions are ISO dates, so ordinal order is chronological order.</summary>
    public static bool IsStateless(string? version) =>
        !string.IsNullOrEmpty(version) && string.CompareOrdinal(version, FirstStatelessVersion) >= 0;

    /// <summary>Whether the body itself says that it belongs to a revision without sessions.</summary>
    public static bool DeclaresStatelessVersion(JsonRpcMessage message) =>
        message is JsonRpcRequest { Params: JsonObject parameters }
        && parameters["_meta"] is JsonObject meta
        && meta[MetaKeys.ProtocolVersion] is JsonValue value
        && value.TryGetValue(out string? version)
        && IsStateless(version);

    public static JsonTypeInfo<T> TypeInfo<T>() =>
        (JsonTypeInfo<T>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T));

    public static Task WriteErrorAsync(HttpContext http, int status, RequestId id, Fault fault)
    {
        // JsonRpcError writes a default RequestId as null, which is what an unreadable id calls for.
        var error = new JsonRpcError
        {
            Id = id,
            Error = new() { Code = (int)fault.Code, Message = fault.Message, Data = fault.Data },
        };
        return Results.Json(error, s_errorType, statusCode: status).ExecuteAsync(http);
    }

    /// <summary>Refuses with a status of HTTP's own and <c>-32600</c> in the body.</summary>
    public static Task RefuseAsync(HttpContext http, int status, string message, RequestId id = default) =>
        WriteErrorAsync(http, status, id, new(McpErrorCode.InvalidRequest, message));
}
