using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Server.QuickStart;
using Microsoft.Extensions.DependencyInjection;

namespace CryptoMcp.Server.Tests;

/// <summary>The answers built into the program are those that the SDK gives for the tools of this build.</summary>
public sealed class PreparedAnswersTests
{
    [Fact]
    public async Task The_prepared_answers_are_what_the_SDK_answers()
    {
        var recorded = Encoding.UTF8.GetString(await PreparedAnswersRecorder.RecordAsync(services => services.AddCryptoMcpServer()));
        Snapshot.Check(
            Snapshot.PathOf("src", "CryptoMcp.Server", "QuickStart", "prepared-answers.jsonl"),
            recorded,
            static (committed, actual) => JsonNode.DeepEquals(Lines(committed), Lines(actual)));
    }

    [Fact]
    public void They_are_built_into_the_program()
    {
        Assert.NotNull(PreparedAnswers.Load(ToolSelection.Default));
        foreach (var revision in Revision.Legacy)
        {
            Assert.False(PreparedAnswers.Load(ToolSelection.Default)!.Find(Encoding.UTF8.GetBytes(revision), "initialize"u8).IsEmpty);
        }

        Assert.False(PreparedAnswers.Load(ToolSelection.Default)!.Find("2026-07-28"u8, "server/discover"u8).IsEmpty);
        Assert.True(PreparedAnswers.Load(ToolSelection.Default)!.Find("2026-07-28"u8, "initialize"u8).IsEmpty);
        Assert.True(PreparedAnswers.Load(ToolSelection.Default)!.Find("1999-01-01"u8, "initialize"u8).IsEmpty);
    }

    [Theory]
    [InlineData("default", false)]
    [InlineData("default", true)]
    [InlineData("all", true)]
    [InlineData("contracts", false)]
    [InlineData("x402,wallet", false)]
    public async Task Of_a_selection_they_list_what_the_SDK_lists(string toolsets, bool readOnly)
    {
        var selection = new ToolSelection { Toolsets = ToolSelection.TryParseToolsets(toolsets)!, ReadOnly = readOnly };
        var recorded = await PreparedAnswersRecorder.RecordAsync(services =>
        {
            services.AddSingleton(ServerOptions.None with { Tools = selection });
            services.AddCryptoMcpServer();
        });
        var asked = new PreparedAnswers(recorded);
        var prepared = PreparedAnswers.Load(selection)!;
        foreach (var revision in Revision.Legacy.Append(Revision.Modern))
        {
            var name = Encoding.UTF8.GetBytes(revision);
            Assert.True(JsonNode.DeepEquals(
                JsonNode.Parse(asked.Find(name, "tools/list"u8).ToArray()), JsonNode.Parse(prepared.Find(name, "tools/list"u8).ToArray())));
        }
    }

    private static JsonArray Lines(string text) =>
        new([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))]);
}
