using System.Text;

namespace CryptoMcp.Policy.Tests;

/// <summary>The table of attacks and bad input that ships with the product, each case by its name.</summary>
public sealed class CaseTableTests
{
    private static readonly PolicyTestTable s_table = PolicyTestTable.Load(Encoding.UTF8.GetBytes(Samples.Resource("cases.json")));

    private static readonly byte[] s_policy = Encoding.UTF8.GetBytes(Samples.ExampleText);

    public static IEnumerable<TheoryDataRow<string>> Cases() =>
        s_table.Run(s_policy).Where(result => result.DecidedBy == "policy")
            .Select(result => new TheoryDataRow<string>(result.Id) { TestDisplayName = $"{result.Id} {result.Name}: {result.Expected}" });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Case(string id)
    {
        var result = s_table.Run(id, s_policy);
        Assert.True(result.Passed, $"{result.Id} {result.Name}: expected {result.Expected}, was {result.Actual}. {result.Reason}");
    }

    [Fact]
    public void Ids_are_unique() => Assert.Equal(s_table.Ids.Count, s_table.Ids.Distinct().Count());

    [Fact]
    public void Every_case_of_the_groups_that_a_policy_decides_is_there()
    {
        string[] expected =
        [
            .. new[] { 1, 3, 5, 7, 9, 11, 13, 15 }.Select(n => $"A{n}"), .. new[] { 1, 3, 5, 7, 9, 11 }.Select(n => $"B{n}"),
            .. new[] { 1, 3, 5, 7, 9, 11 }.Select(n => $"C{n}"), .. Enumerable.Range(0, 11).Select(n => $"D{1 + (2 * n)}"),
            .. Enumerable.Range(0, 9).Select(n => $"E{1 + (2 * n)}"), .. Enumerable.Range(0, 14).Select(n => $"F{1 + (2 * n)}"),
            .. Enumerable.Range(0, 12).Select(n => $"G{1 + (2 * n)}"), .. new[] { 1, 3, 5, 7, 9, 11, 13, 15 }.Select(n => $"I{n}"),
        ];
        Assert.Empty(expected.Except(s_table.Ids));
    }

    [Fact]
    public void A_case_with_a_wrong_expectation_fails()
    {
        var wrong = Samples.Resource("cases.json").Replace(
            "\"code\": \"over_budget\", \"rule\": \"ever\"", "\"code\": \"over_budget\", \"rule\": \"day\"", StringComparison.Ordinal);
        var result = PolicyTestTable.Load(Encoding.UTF8.GetBytes(wrong)).Run("G18", s_policy);
        Assert.False(result.Passed);
        Assert.Contains("by ever", result.Actual, StringComparison.Ordinal);
    }
}
