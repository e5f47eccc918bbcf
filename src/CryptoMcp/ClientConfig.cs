using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CryptoMcp;

/// <summary>Entries for the config files of MCP clients (<c>mcpServers</c> of Claude Desktop, Claude Code, Cursor).</summary>
internal static class ClientConfig
{
    private static readonly JsonWriterOptions s_pretty = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A client that starts the server itself.</summary>
    public static string Stdio(string? home) => Entry(server =>
    {
        server.WriteString("command", Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "cryptomcp" ? path : "cryptomcp");
        server.WriteStartArray("args");
        server.WriteStringValue("serve");
        if (home is not null)
        {
            server.WriteStringValue("--home");
            server.WriteStringValue(home);
        }

        server.WriteEndArray();
    });

    /// <summary>A client that connects to a server which runs already.</summary>
    public static string Http(Uri url) => Entry(server =>
    {
        server.WriteString("type", "http");
        server.WriteString("url", url.ToString());
    });

    private static string Entry(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_pretty))
        {
            json.WriteStartObject();
            json.WriteStartObject("mcpServers");
            json.WriteStartObject("cryptomcp");
            write(json);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
