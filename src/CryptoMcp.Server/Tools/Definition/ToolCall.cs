using System.Globalization;
using System.Text.Json;
using CryptoMcp.Server.Infrastructure;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Tools.Definition;

/// <summary>One call of a tool: its arguments as text, and who makes it.</summary>
internal readonly struct ToolCall(RequestContext<CallToolRequestParams> request)
{
    /// <summary>The request as the protocol delivered it.</summary>
    public RequestContext<CallToolRequestParams> Request => request;

    /// <summary>True for <c>detail=detailed</c>.</summary>
    public bool IsDetailed => Find("detail") == "detailed";

    /// <summary>An argument that must be there.</summary>
    /// <exception cref="ToolException"><c>missing_argument</c>.</exception>
    public string Text(string name) => Find(name) ?? throw new ToolException("missing_argument", $"'{name}' is required.", $"Add '{name}'.");

    /// <summary>An argument that may be there; empty text counts as absent, since models fill in unused arguments.</summary>
    public string? Find(string name) =>
        request.Params.Arguments is { } arguments && arguments.TryGetValue(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
                JsonValueKind.Null or JsonValueKind.Undefined => null,
                _ => throw new ToolException("invalid_argument", $"'{name}' is not text.", $"Pass '{name}' as text in quotes."),
            }
            : null;

    /// <summary>A count between bounds.</summary>
    /// <exception cref="ToolException"><c>invalid_argument</c>.</exception>
    public int Count(string name, int least, int most, int byDefault)
    {
        if (request.Params.Arguments is not { } arguments || !arguments.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return byDefault;
        }

        var given = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= least && count <= most
            ? count
            : throw new ToolException("invalid_argument", $"'{name}' is not a whole number from {least} to {most}.", $"Pass a number from {least} to {most}.");
    }
}
