using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Http;

/// <summary>
/// The agreement of headers and body that revision 2026-07-28 demands: a proxy may have routed on a header, so the body
/// must say the same thing.
/// </summary>
internal static class StatelessRequestValidator
{
    private static readonly SearchValues<char> s_fieldValue = SearchValues.Create(
        "\t" + string.Concat(Enumerable.Range(0x20, 0x7F - 0x20).Select(c => (char)c)));

    /// <summary>The fault to answer with, or null when headers and body agree.</summary>
    public static Fault? Check(HttpRequest http, JsonRpcMessage message, McpServerOptions options)
    {
        var version = http.Headers[Wire.ProtocolVersion].ToString();
        var (method, parameters) = message switch
        {
            JsonRpcRequest r => (r.Method, r.Params as JsonObject),
            JsonRpcNotification n => (n.Method, n.Params as JsonObject),
            _ => (null, null),
        };

        if (method is null)
        {
            return new(McpErrorCode.InvalidRequest, "Clients must not POST JSON-RPC responses in this revision.");
        }

        if (message is JsonRpcRequest && CheckMeta(version, parameters) is { } metaFault)
        {
            return metaFault;
        }

        if (!http.Headers.TryGetValue(Wire.Method, out var methodHeader))
        {
            return Fault.HeaderMismatch($"Missing required header {Wire.Method}.");
        }

        if (!string.Equals(methodHeader.ToString().Trim(), method, StringComparison.Ordinal))
        {
            return Fault.HeaderMismatch($"{Wire.Method} is '{methodHeader}' but the body's method is '{method}'.");
        }

        var nameField = method switch
        {
            RequestMethods.ToolsCall or RequestMethods.PromptsGet => "name",
            RequestMethods.ResourcesRead => "uri",
            _ => null,
        };

        if (nameField is null)
        {
            return null;
        }

        var name = parameters?[nameField] is JsonValue v && v.TryGetValue(out string? s) ? s : null;
        if (CheckHeader(http, Wire.Name, name) is { } nameFault)
        {
            return nameFault;
        }

        return method == RequestMethods.ToolsCall
            && name is not null
            && options.ToolCollection?.TryGetPrimitive(name, out var tool) is true
                ? CheckMirroredArguments(http, tool.ProtocolTool.InputSchema, parameters?["arguments"] as JsonObject)
                : null;
    }

    private static Fault? CheckMeta(string version, JsonObject? parameters)
    {
        var meta = parameters?["_meta"] as JsonObject;
        if (meta?[MetaKeys.ProtocolVersion] is not JsonValue declared || !declared.TryGetValue(out string? inBody))
        {
            return new(McpErrorCode.InvalidParams, $"params._meta must carry '{MetaKeys.ProtocolVersion}'.");
        }

        if (!string.Equals(inBody, version, StringComparison.Ordinal))
        {
            return Fault.HeaderMismatch($"{Wire.ProtocolVersion} is '{version}' but _meta says '{inBody}'.");
        }

        return meta[MetaKeys.ClientCapabilities] is JsonObject
            ? null
            : new(McpErrorCode.InvalidParams, $"params._meta must carry '{MetaKeys.ClientCapabilities}' as an object.");
    }

    private static Fault? CheckHeader(HttpRequest http, string header, string? expected)
    {
        if (!http.Headers.TryGetValue(header, out var raw))
        {
            return Fault.HeaderMismatch($"Missing required header {header}.");
        }

        return Decode(raw.ToString()) is not { } actual
            ? Fault.HeaderMismatch($"{header} is not a valid header value.")
            : string.Equals(actual, expected, StringComparison.Ordinal)
                ? null
                : Fault.HeaderMismatch($"{header} is '{actual}' but the body says '{expected}'.");
    }

    /// <summary>Parameters marked <c>x-mcp-header</c>, found by walking <c>properties</c> only.</summary>
    private static Fault? CheckMirroredArguments(HttpRequest http, JsonElement schema, JsonObject? arguments)
    {
        if (schema.ValueKind != JsonValueKind.Object
            || !schema.TryGetProperty("properties", out var properties)
            || properties.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var property in properties.EnumerateObject())
        {
            var value = arguments?[property.Name];
            if (CheckMirroredArguments(http, property.Value, value as JsonObject) is { } nested)
            {
                return nested;
            }

            if (property.Value.ValueKind != JsonValueKind.Object
                || !property.Value.TryGetProperty("x-mcp-header", out var mark)
                || mark.GetString() is not { Length: > 0 } suffix)
            {
                continue;
            }

            var header = Wire.ParamPrefix + suffix;
            var present = http.Headers.TryGetValue(header, out var raw);
            if (value is null)
            {
                if (present && Decode(raw.ToString()) is null)
                {
                    return Fault.HeaderMismatch($"{header} is not a valid header value.");
                }

                continue;
            }

            if (!present)
            {
                return Fault.HeaderMismatch($"Argument '{property.Name}' must be mirrored in {header}.");
            }

            if (Decode(raw.ToString()) is not { } actual || !Same(actual, value))
            {
                return Fault.HeaderMismatch($"{header} does not match argument '{property.Name}'.");
            }
        }

        return null;
    }

    private static bool Same(string header, JsonNode value)
    {
        var text = value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.ToJsonString(),
        };

        if (value.GetValueKind() != JsonValueKind.Number)
        {
            return string.Equals(header, text, StringComparison.Ordinal);
        }

        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        const long MaxSafe = (1L << 53) - 1;
        return long.TryParse(header, Style, CultureInfo.InvariantCulture, out var a)
            && long.TryParse(text, Style, CultureInfo.InvariantCulture, out var b)
            && a == b
            && a is >= -MaxSafe and <= MaxSafe;
    }

    private static string? Decode(string raw)
    {
        raw = raw.Trim();
        return raw.AsSpan().ContainsAnyExcept(s_fieldValue) ? null : McpHeaderEncoder.DecodeValue(raw);
    }
}
