using System.Text.Json.Nodes;

namespace CryptoMcp.Server.Tests;

/// <summary>One shape of text for every failure, over the real transport.</summary>
public sealed class ToolPipelineTests
{
    [Theory]
    [InlineData("test_refuse", "{}", "not_today: The shop is closed. Next: come back tomorrow.")]
    [InlineData("test_list", "{}", "missing_argument: 'shelf' is required. Next: add it; it is one of top, bottom (Which shelf).")]
    [InlineData("test_list", """{"shelf":"top","cursor":"x"}""", "bad_cursor: 'x' is not a cursor of this list with these filters. Next: repeat the call without cursor to start over, and keep the other arguments the same from page to page.")]
    [InlineData("test_list", """{"shelf":"top","limit":1000}""", "invalid_argument: 'limit' cannot be 1000. Next: it is an integer from 1 to 100 (Things per page).")]
    [InlineData("test_order", """{"lines":[{"thing":"a","count":1},{"thing":"a","count":10}]}""", "invalid_argument: 'lines[1].count' cannot be 10. Next: it is an integer from 1 to 9.")]
    [InlineData("test_order", """{"lines":[{"thing":"a"}]}""", "missing_argument: 'lines[0].count' is required. Next: add it; it is an integer from 1 to 9.")]
    [InlineData("test_talk", """{"bytes":20001}""", "result_too_large: The result of test_talk has 20001 bytes; at most 20000 are returned. Next: ask for less: a smaller limit, detail=concise, or a narrower filter, and page with the cursor.")]
    public async Task A_refusal_says_what_to_do_next(string tool, string arguments, string expected)
    {
        var result = await CallAsync(tool, arguments);
        Assert.True((bool?)result["isError"]);
        Assert.Equal(expected, Text(result));
    }

    [Theory]
    [InlineData("test_break")]
    [InlineData("test_time_out")]
    public async Task An_unforeseen_failure_keeps_its_details_to_itself(string tool)
    {
        var result = await CallAsync(tool, "{}");
        Assert.True((bool?)result["isError"]);
        Assert.Matches($"^internal_error: {tool} failed in a way it did not expect \\(reference [0-9a-f]{{8}}\\)\\. Next: ", Text(result));
        Assert.DoesNotContain("private detail", result.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_done_is_reported_however_long_the_report()
    {
        Assert.Equal(30_000, Text(await CallAsync("test_act_and_talk", """{"bytes":30000}""")).Length);
        Assert.Equal(20_000, Text(await CallAsync("test_talk", """{"bytes":20000}""")).Length);
    }

    [Fact]
    public async Task Nulls_for_optional_arguments_count_as_left_out()
    {
        var result = await CallAsync("test_list", """{"shelf":"top","limit":null,"cursor":null}""");
        Assert.Equal(20, result["structuredContent"]!["things"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_result_reads_as_it_is_meant()
    {
        var result = await CallAsync("test_list", """{"shelf":"top","limit":1}""");
        Assert.Contains("top Café <0>", Text(result), StringComparison.Ordinal);
        Assert.Equal("first", (string?)result["structuredContent"]!["things"]![0]!["note"]);
        Assert.Null(result["isError"]);
    }

    [Fact]
    public async Task Schemas_have_one_type_each_and_lists_say_how_long_they_keep()
    {
        await using var peer = new StdioPeer(prepared: false);
        var list = (await peer.AskAsync(CryptoMcp.Server.QuickStart.PreparedAnswersRecorder.Request("2026-07-28", "tools/list", 1)))["result"]!;
        Assert.DoesNotContain("\"null\"", list.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("public", (string?)list["cacheScope"]);
        Assert.Equal(3_600_000, (long?)list["ttlMs"]);
        var names = list["tools"]!.AsArray().Select(tool => (string)tool!["name"]!).ToList();
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        var read = await peer.AskAsync(
            """{"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":"test://resource","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""");
        Assert.Equal("private", (string?)read["result"]!["cacheScope"]);
        Assert.Equal(0, (long?)read["result"]!["ttlMs"]);
    }

    private static async Task<JsonNode> CallAsync(string tool, string arguments)
    {
        await using var peer = new StdioPeer(prepared: false);
        await peer.AskAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""");
        var answer = await peer.AskAsync($$$"""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}}}""");
        return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
    }

    private static string Text(JsonNode result) => (string)Assert.Single(result["content"]!.AsArray())!["text"]!;
}
