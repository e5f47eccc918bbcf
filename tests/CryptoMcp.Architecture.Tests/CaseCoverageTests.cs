using System.Text.Json;
using System.Text.RegularExpressions;
using CryptoMcp.Testing;

namespace CryptoMcp.Architecture.Tests;

/// <summary>
/// Every attack and bad input on the list is either decided by the shipped policy table or names the test that shows its
/// outcome, and that test exists.
/// </summary>
public sealed partial class CaseCoverageTests
{
    /// <summary>Cases whose part of the product does not exist yet. A case that gets its test leaves this list.</summary>
    private static readonly string[] s_awaited =
    [
        // Paying for HTTP resources.
        "D7", "E11", "E15", "F1", "F3", "F5", "F7", "F9", "F15", "F17", "F19", "F23", "F27",

        // Approvals.
        "H1", "H3", "H5", "H7", "H9", "H11", "H13", "H15", "H17", "I9",

        // Custody.
        "J5", "J9", "J11",

        // Nothing on chain grants anything here; clients' rates and identities; other servers' tool names are beyond our reach.
        "L3", "L7", "L9", "L13",
    ];

    /// <summary>The list's numbers are odd, and its letters end here.</summary>
    private static readonly (char Group, int Last)[] s_groups =
    [
        ('A', 15), ('B', 11), ('C', 11), ('D', 21), ('E', 17), ('F', 27), ('G', 23), ('H', 17), ('I', 15), ('J', 13), ('K', 11), ('L', 13),
    ];

    private static readonly List<Case> s_cases = Read();

    public static IEnumerable<TheoryDataRow<string>> List() =>
        from entry in s_groups
        from number in Enumerable.Range(0, (entry.Last + 1) / 2)
        let id = $"{entry.Group}{1 + (2 * number)}"
        select new TheoryDataRow<string>(id) { TestDisplayName = $"{id} {s_cases.Find(c => c.Id == id)?.Name}" };

    [Theory]
    [MemberData(nameof(List))]
    public void A_case_is_decided_or_shown(string id)
    {
        var found = Assert.Single(s_cases, c => c.Id == id);
        if (found.DecidedBy is null)
        {
            return; // The table runs it: CaseTableTests and 'cryptomcp policy test'.
        }

        Assert.True(
            found.ShownBy is not null != s_awaited.Contains(id),
            $"{id} ({found.Name}) is decided by {found.DecidedBy}: name its test in 'shownBy', and take it off the list of what is awaited.");
    }

    [Fact]
    public void Every_test_that_the_table_names_exists()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .GroupBy(file => Path.GetFileNameWithoutExtension(file))
            .ToDictionary(group => group.Key, group => string.Concat(group.Select(File.ReadAllText)), StringComparer.Ordinal);
        var missing =
            from entry in s_cases
            where entry.ShownBy is not null
            let name = entry.ShownBy!.Split('.')
            where name.Length != 2 || !TestNames().Matches(tests.GetValueOrDefault(name[0], string.Empty)).Any(m => m.Groups[1].Value == name[1])
            select $"{entry.Id}: there is no test {entry.ShownBy}";

        Assert.Empty(missing);
    }

    private static List<Case> Read()
    {
        using var table = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(RepositoryPaths.Root, "policies", "cases.json")));
        return [.. table.RootElement.GetProperty("cases").EnumerateArray().Select(entry => new Case(
            entry.GetProperty("id").GetString()!, entry.GetProperty("name").GetString()!, Text(entry, "decidedBy"), Text(entry, "shownBy")))];
    }

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;

    [GeneratedRegex(@"public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex TestNames();

    private sealed record Case(string Id, string Name, string? DecidedBy, string? ShownBy);
}
