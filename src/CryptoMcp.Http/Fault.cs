using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Http;

/// <summary>A JSON-RPC error about to be written.</summary>
internal sealed record Fault(McpErrorCode Code, string Message, JsonNode? Data = null)
{
    /// <summary>Header and body disagree (<c>-32020</c>).</summary>
    public static Fault HeaderMismatch(string message) => new(McpErrorCode.HeaderMismatch, message);

    /// <summary>A revision that this server does not speak (<c>-32022</c>), with those that it does.</summary>
    public static Fault UnsupportedVersion(string requested, IList<string> supported) => new(
        McpErrorCode.UnsupportedProtocolVersion,
        $"Unsupported protocol version '{requested}'. Supported: {string.Join(", ", supported)}.",
        JsonSerializer.SerializeToNode(
            new UnsupportedProtocolVersionErrorData { Requested = requested, Supported = supported },
            Wire.TypeInfo<UnsupportedProtocolVersionErrorData>()));
}
