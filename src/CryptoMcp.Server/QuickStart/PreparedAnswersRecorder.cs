using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CryptoMcp.Server.Stdio;
using Microsoft.Extensions.DependencyInjection;

namespace CryptoMcp.Server.QuickStart;

/// <summary>
/// Asks the SDK, over the very transport that clients use, everything that <see cref="QuickFront"/> may answer in its place,
/// and writes the answers down.
/// </summary>
public static class PreparedAnswersRecorder
{
    private static readonly string[] s_lists =
        ["tools/list", "prompts/list", "resources/list", "resources/templates/list"];

    /// <summary>The lines of <see cref="PreparedAnswers"/> for the server that <paramref name="configureServices"/> describes.</summary>
    public static async Task<byte[]> RecordAsync(Action<IServiceCollection> configureServices)
    {
        // Revisions often agree on a result, and each is recorded once.
        var recorded = new List<(List<string> Revisions, string Method, string Result)>();
        foreach (var revision in Revision.Legacy)
        {
            await AskAsync(configureServices, revision, ["initialize", "ping", .. s_lists], recorded);
        }

        await AskAsync(configureServices, Revision.Modern, ["server/discover", .. s_lists], recorded);
        return Write(recorded);
    }

    /// <summary>A request as a client of that revision writes it.</summary>
    internal static string Request(string revision, string method, int id)
    {
        const string Client = """{"name":"recorder","version":"1"}""";
        var parameters = method == "initialize"
            ? $$"""{"protocolVersion":"{{revision}}","capabilities":{},"clientInfo":{{Client}}}"""
            : revision == Revision.Modern
                ? $$$"""
                    {"_meta":{"io.modelcontextprotocol/protocolVersion":"{{{revision}}}","io.modelcontextprotocol/clientCapabilities":{},
                    "io.modelcontextprotocol/clientInfo":{{{Client}}}}}
                    """.ReplaceLineEndings("")
                : "{}";
        return $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""";
    }

    private static async Task AskAsync(
        Action<IServiceCollection> configureServices,
        string revision,
        string[] methods,
        List<(List<string> Revisions, string Method, string Result)> recorded)
    {
        var questions = new StringBuilder();
        for (var id = 0; id < methods.Length; id++)
        {
            questions.Append(Request(revision, methods[id], id)).Append('\n');
        }

        using var input = new MemoryStream(Encoding.UTF8.GetBytes(questions.ToString()));
        using var output = new MemoryStream();
        await StdioServer.RunAsync(new() { ConfigureServices = configureServices, Input = input, Output = output });
        foreach (var line in Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order())
        {
            using var answer = JsonDocument.Parse(line);

            // What is refused is not recorded, and so left to the SDK each time.
            if (answer.RootElement.TryGetProperty("result", out var result))
            {
                Add(recorded, revision, methods[answer.RootElement.GetProperty("id").GetInt32()], Relaxed(result));
            }
        }
    }

    private static void Add(
        List<(List<string> Revisions, string Method, string Result)> recorded, string revision, string method, string result)
    {
        foreach (var known in recorded)
        {
            if (known.Method == method && known.Result == result)
            {
                known.Revisions.Add(revision);
                return;
            }
        }

        recorded.Add(([revision], method, result));
    }

    private static byte[] Write(List<(List<string> Revisions, string Method, string Result)> recorded)
    {
        var lines = new StringBuilder();
        foreach (var (revisions, method, result) in recorded.OrderBy(r => r.Method, StringComparer.Ordinal))
        {
            var spoken = string.Join("\",\"", revisions);
            lines.Append($$"""{"revisions":["{{spoken}}"],"method":"{{method}}","result":{{result}}}""").Append('\n');
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    private static string Relaxed(JsonElement result)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            result.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
