using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Server.QuickStart;
using CryptoMcp.Testing;

namespace CryptoMcp.Server.Tests;

/// <summary>With prepared answers or without, a client must not be able to tell.</summary>
public sealed class QuickFrontTests
{
    private const string Hello = """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}""";
    private const string Meta = "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}";
    private const string Initialized = """{"jsonrpc":"2.0","method":"notifications/initialized"}""";
    private const string Call = """{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"test_list","arguments":{"shelf":"top","limit":1}}}""";

    private static readonly string s_initialize = Request("initialize", Hello);

    private static string Request(string method, string? parameters = null, string id = "1") =>
        $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}"{{(parameters is null ? "" : ",\"params\":" + parameters)}}}""";

    private static string Modern(string method, string id = "1", string more = "") => Request(method, $$$"""{"_meta":{{{{Meta}}}}{{{more}}}}""", id);

    public static TheoryData<string, string[]> Conversations => new()
    {
        { "legacy handshake and lists", [s_initialize, Initialized, Request("tools/list", null, "2"), Request("prompts/list", "{}", "3"), Request("resources/list", "{}", "4"), Request("resources/templates/list", "{}", "5"), Request("ping", null, "6")] },
        { "legacy, then a call", [s_initialize, Initialized, Request("tools/list", "{}", "2"), Call] },
        { "call right after the handshake", [s_initialize, Initialized, Call] },
        { "call without the confirmation", [s_initialize, Call] },
        { "modern discovery, lists and a call", [Modern("server/discover"), Modern("tools/list", "2"), Modern("prompts/list", "3"), Modern("tools/call", "4", """,  "name":"test_list","arguments":{"shelf":"top"}""")] },
        { "modern list first", [Modern("tools/list", "\"a\""), Modern("ping", "2"), Modern("initialize", "3")] },
        { "modern, then a message without revision", [Modern("tools/list"), Request("tools/list", "{}", "2")] },
        { "modern, then another revision", [Modern("tools/list"), Modern("tools/list", "2").Replace("2026-07-28", "2025-11-25", StringComparison.Ordinal)] },
        { "modern discovery, then legacy", [Modern("server/discover"), Request("initialize", Hello, "2"), Initialized, Request("tools/list", null, "3")] },
        { "legacy, then a modern request", [s_initialize, Initialized, Modern("tools/list", "2")] },
        { "legacy revision in the metadata", [Modern("tools/list").Replace("2026-07-28", "2025-11-25", StringComparison.Ordinal)] },
        { "unknown revision in the metadata", [Modern("tools/list").Replace("2026-07-28", "2031-01-01", StringComparison.Ordinal)] },
        { "unknown revision in the handshake", [s_initialize.Replace("2025-11-25", "1999-01-01", StringComparison.Ordinal), Request("tools/list", null, "2")] },
        { "modern revision in the handshake", [s_initialize.Replace("2025-11-25", "2026-07-28", StringComparison.Ordinal)] },
        { "old revisions", [s_initialize.Replace("2025-11-25", "2024-11-05", StringComparison.Ordinal), Initialized, Request("tools/list", "{}", "2")] },
        { "handshake twice", [s_initialize, Initialized, Request("initialize", Hello, "2"), Request("tools/list", null, "3")] },
        { "no handshake", [Request("tools/list")] },
        { "discovery without metadata", [Request("server/discover")] },
        { "metadata without capabilities", [Request("tools/list", """{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}""")] },
        { "metadata with a log level", [Modern("tools/list").Replace("Capabilities\":{}", "Capabilities\":{},\"io.modelcontextprotocol/logLevel\":\"info\"", StringComparison.Ordinal)] },
        { "ids as text, escaped text and large numbers", [Request("initialize", Hello, "\"\\u0041\\\"b\""), Request("tools/list", null, "\"ünï\""), Request("ping", null, "9007199254740993")] },
        { "a cursor", [s_initialize, Initialized, Request("tools/list", """{"cursor":"x"}""", "2")] },
        { "a progress token", [s_initialize, Initialized, Request("tools/list", """{"_meta":{"progressToken":7}}""", "2")] },
        { "capabilities with content", [Request("initialize", """{"protocolVersion":"2025-06-18","capabilities":{"roots":{"listChanged":true},"sampling":{},"elicitation":{"form":{},"url":{}}},"clientInfo":{"name":"t","title":"T","version":"1"}}"""), Initialized, Call] },
        { "unknown method", [s_initialize, Initialized, Request("no/such", null, "2"), Request("tools/list", null, "3")] },
        { "unknown tool and bad arguments", [s_initialize, Initialized, Call.Replace("test_list", "nope", StringComparison.Ordinal), Call.Replace("\"id\":9", "\"id\":10", StringComparison.Ordinal).Replace("top", "left", StringComparison.Ordinal)] },
        { "cancelling nothing", [s_initialize, Initialized, """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}""", Request("tools/list", null, "2")] },
        { "a batch", [$"[{s_initialize}]", s_initialize, Request("tools/list", null, "2")] },
        { "garbage", ["{", "hello", "\"x\"", "{}", """{"jsonrpc":"1.0","id":1,"method":"ping"}""", Request("initialize", Hello, "2"), Initialized, "]", Request("tools/list", null, "3")] },
        { "blank lines and carriage returns", ["", "  ", s_initialize + "\r", Initialized + "\r", Request("tools/list", null, "2") + " \r"] },
        { "spaces and order of members", ["""  { "method" : "initialize" , "params" : """ + Hello + """ , "id" : 1 , "jsonrpc" : "2.0" }  """] },
        { "escaped names", [s_initialize.Replace("\"method\"", "\"m\\u0065thod\"", StringComparison.Ordinal), Request("tools\\/list", null, "2")] },
        { "a member twice", ["""{"jsonrpc":"2.0","id":1,"id":2,"method":"initialize","params":""" + Hello + "}", Request("initialize", Hello, "3")] },
        { "broken client", [Request("initialize", """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":5}}"""), Request("tools/list", null, "2")] },
        { "prompts and resources", [s_initialize, Initialized, Request("prompts/get", """{"name":"test_prompt","arguments":{"name":"x"}}""", "2"), Request("resources/read", """{"uri":"test://resource"}""", "3")] },
    };

    [Theory]
    [MemberData(nameof(Conversations))]
    public async Task A_client_cannot_tell_prepared_answers_from_the_SDK(string name, string[] lines)
    {
        Assert.NotEmpty(name);
        var quick = await ConverseAsync(prepared: true, lines);
        var full = await ConverseAsync(prepared: false, lines);
        Assert.Equal(full.Count, quick.Count);
        Assert.NotEmpty(full);
        for (var i = 0; i < full.Count; i++)
        {
            Assert.True(JsonNode.DeepEquals(full[i], quick[i]), $"expected {full[i].ToJsonString()}\nbut was {quick[i].ToJsonString()}");
        }
    }

    [Theory]
    [MemberData(nameof(Conversations))]
    public async Task All_lines_at_once_are_answered_too(string name, string[] lines)
    {
        // As "printf '...' | server" sends them: nothing waits for anything, and the last line may lack its newline.
        Assert.NotEmpty(name);
        await using var peer = new StdioPeer(prepared: true);
        await peer.SendRawAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        var quick = Sorted(await peer.EndAndCollectAsync());
        var full = Sorted(await ConverseAsync(prepared: false, lines));
        Assert.Equal(full, quick);
    }

    [Fact]
    public async Task Handshake_and_lists_never_start_the_SDK()
    {
        await using var peer = new StdioPeer(prepared: true, clock: new StoppedClock());
        Assert.Equal("2025-11-25", (string?)(await peer.AskAsync(s_initialize))["result"]!["protocolVersion"]);
        await peer.SendAsync(Initialized);
        Assert.NotEmpty((await peer.AskAsync(Request("tools/list", null, "2")))["result"]!["tools"]!.AsArray());
        await peer.EndAsync();
        Assert.Equal(0, peer.Configured);
    }

    [Fact]
    public async Task The_SDK_is_started_once_when_the_client_pauses_and_then_serves_the_call()
    {
        var clock = new StoppedClock();
        await using var peer = new StdioPeer(prepared: true, clock: clock);
        await peer.AskAsync(s_initialize);
        await peer.SendAsync(Initialized);
        await peer.AskAsync(Request("tools/list", null, "2"));
        Assert.Equal(0, peer.Configured);
        clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(1, peer.Configured);

        // Still answered from the prepared ones, without a second answer from the SDK.
        Assert.Equal(3, (int?)(await peer.AskAsync(Request("ping", null, "3")))["id"]);
        var called = await peer.AskAsync(Call);
        Assert.Equal(9, (int?)called["id"]);
        Assert.Equal(25, (int?)called["result"]!["structuredContent"]!["total"]);
        Assert.Equal(1, peer.Configured);
    }

    [Fact]
    public async Task Nothing_is_recorded_for_a_request_that_is_refused()
    {
        var recorded = Encoding.UTF8.GetString(await PreparedAnswersRecorder.RecordAsync(services =>
            ServerSetup.AddToolPipeline(services, options => options.ServerInfo = new() { Name = "bare", Version = "1" })));
        Assert.Contains("\"method\":\"initialize\"", recorded, StringComparison.Ordinal);
        Assert.Contains("\"method\":\"server/discover\"", recorded, StringComparison.Ordinal);
        Assert.DoesNotContain("\"method\":\"prompts/list\"", recorded, StringComparison.Ordinal);
    }

    private static async Task<List<JsonNode>> ConverseAsync(bool prepared, string[] lines)
    {
        await using var peer = new StdioPeer(prepared);
        var messages = new List<JsonNode>();
        foreach (var line in lines)
        {
            await peer.SendAsync(line);
            if (ExpectsAnswer(line))
            {
                messages.Add(await peer.ReceiveAsync());
            }
        }

        messages.AddRange(await peer.EndAndCollectAsync());
        return messages;
    }

    // Requests, and whatever is refused as unreadable.
    private static bool ExpectsAnswer(string line) =>
        !string.IsNullOrWhiteSpace(line) && !line.Contains("\"notifications/", StringComparison.Ordinal);

    private static List<string> Sorted(List<JsonNode> messages) =>
        [.. messages.Select(m => $"{m["id"]?.ToJsonString()} {m["error"]?.ToJsonString()} {m["result"]?.ToJsonString()}").Order(StringComparer.Ordinal)];
}
