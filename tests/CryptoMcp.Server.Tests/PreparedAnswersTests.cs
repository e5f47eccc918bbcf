using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Server.QuickStart;

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
        Assert.NotNull(PreparedAnswers.Load());
        foreach (var revision in Revision.Legacy)
        {
            Assert.False(PreparedAnswers.Load()!.Find(Encoding.UTF8.GetBytes(revision), "initialize"u8).IsEmpty);
        }

        Assert.False(PreparedAnswers.Load()!.Find("2026-07-28"u8, "server/discover"u8).IsEmpty);
        Assert.True(PreparedAnswers.Load()!.Find("2026-07-28"u8, "initialize"u8).IsEmpty);
        Assert.True(PreparedAnswers.Load()!.Find("1999-01-01"u8, "initialize"u8).IsEmpty);
    }

    private static JsonArray Lines(string text) =>
        new([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))]);
}
