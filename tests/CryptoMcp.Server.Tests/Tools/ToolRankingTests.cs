using System.Text.Json;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>People's prompts, from a committed file, against what the tools say of themselves.</summary>
public sealed class ToolRankingTests
{
    /// <summary>A score that no prompt about something else may reach, and that every prompt with a right tool must.</summary>
    private const double Noise = 1.9;

    public static TheoryData<string, string?> Prompts()
    {
        var data = new TheoryData<string, string?>();
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Tools", "prompts.json")));
        foreach (var entry in file.RootElement.EnumerateArray())
        {
            data.Add(entry.GetProperty("prompt").GetString()!, entry.GetProperty("tool").GetString());
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Prompts))]
    public void A_prompt_ranks_its_tool_first_and_no_tool_for_something_else(string prompt, string? tool)
    {
        var ranked = new ToolRanking(ListedTools.All).Rank(prompt);
        var shown = string.Join(", ", ranked.Take(4).Select(entry => $"{entry.Tool} {entry.Score:F2}"));
        if (tool is null)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(shown);
            Assert.True(ranked[0].Score < Noise, shown);
        }
        else
        {
            Assert.True(ranked[0].Tool == tool && ranked[0].Score >= Noise, $"expected {tool}, ranked {shown}");
        }
    }

    [Fact]
    public void Every_tool_has_three_prompts_at_least()
    {
        var counts = Prompts().CountBy(row => row.Data.Item2 ?? "").ToDictionary(StringComparer.Ordinal);
        Assert.All(ListedTools.All, tool => Assert.True(counts.GetValueOrDefault(tool.Name) >= 3, tool.Name));
        Assert.True(counts[""] >= 3);
        Assert.All(counts.Keys, name => Assert.True(name.Length == 0 || ListedTools.All.Any(tool => tool.Name == name), name));
    }
}
