using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Testing;

namespace CryptoMcp.Server.Tests;

/// <summary>Lines that are almost right: whatever the front makes of them, the SDK would have answered the same.</summary>
public sealed class QuickFrontFuzzTests
{
    private const int Rounds = 250;

    private const string Meta =
        """{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}},"io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"}}}""";

    private static readonly string[] s_seeds =
    [
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"roots":{"listChanged":true}},"clientInfo":{"name":"t","version":"1"}}}""",
        """{"jsonrpc":"2.0","id":"a","method":"tools/list","params":""" + Meta + "}",
        """{"jsonrpc":"2.0","id":2,"method":"server/discover","params":""" + Meta + "}",
    ];

    // Pieces that are at home in such lines, so that mutations stay close to what parses.
    private static readonly string[] s_pieces =
    [
        "\"", "{", "}", "[", "]", ",", ":", "null", "true", "0", "-1", "1.5", "1e2", "\\u0041", "\\", " ", "\t", "\u00e9", "\"id\":3,", "\"_meta\":{},",
        "\"cursor\":\"x\",", "\"method\":\"ping\",", "\"params\":{},", "2025-06-18", "2024-11-05", "1.0", "\"progressToken\":1,", "\"icons\":[],",
    ];

    [Fact]
    public async Task Mutated_openings_get_the_answers_of_the_SDK()
    {
        var random = new Random(20261120);
        var quickly = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var line = Mutate(s_seeds[random.Next(s_seeds.Length)], random);
            var (quick, started) = await AnswersAsync(line, prepared: true);
            var (full, _) = await AnswersAsync(line, prepared: false);
            Assert.True(full.SequenceEqual(quick), $"{line}\nexpected {string.Join('\n', full)}\nbut was {string.Join('\n', quick)}");
            quickly += started ? 0 : 1;
        }

        // Otherwise the mutations would be too wild to test anything.
        Assert.InRange(quickly, Rounds / 10, Rounds * 9 / 10);
    }

    private static string Mutate(string seed, Random random)
    {
        var line = new StringBuilder(seed);
        for (var edits = random.Next(1, 3); edits > 0; edits--)
        {
            var at = random.Next(line.Length);
            switch (random.Next(6))
            {
                case 0:
                    line.Remove(at, Math.Min(random.Next(1, 4), line.Length - at));
                    break;
                case 1:
                    line.Insert(at, s_pieces[random.Next(s_pieces.Length)]);
                    break;
                case 2:
                    // Behind a comma or brace, where a member may stand.
                    var member = seed.IndexOfAny(['{', ','], at % seed.Length);
                    line.Insert(Math.Min(line.Length, member < 0 ? line.Length : member + 1), s_pieces[random.Next(s_pieces.Length)]);
                    break;
                case 3:
                    // Still a letter where a letter was, most often inside a name.
                    line[at] = char.IsAsciiLetter(line[at]) ? (char)random.Next('a', 'z') : line[at];
                    break;
                case 4:
                    // White space where JSON allows it.
                    line.Replace(",\"", random.Next(2) == 0 ? " ,\"" : ",\t\"");
                    break;
                default:
                    line[at] = (char)random.Next(' ', '~');
                    break;
            }
        }

        return line.Replace("\n", "").ToString();
    }

    private static async Task<(List<string> Answers, bool Started)> AnswersAsync(string line, bool prepared)
    {
        // The clock stands still, so nothing starts the SDK but a line that needs it.
        await using var peer = new StdioPeer(prepared, clock: new StoppedClock());
        await peer.SendAsync(line);
        var answers = (await peer.EndAndCollectAsync()).Select(Canonical).Order(StringComparer.Ordinal).ToList();
        return (answers, peer.Configured > 0);
    }

    private static string Canonical(JsonNode message) =>
        $"{message["id"]?.ToJsonString()} {message["method"]} {message["error"]?.ToJsonString()} {message["result"]?.ToJsonString()}";
}
