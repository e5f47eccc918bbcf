using System.Globalization;
using System.Text.RegularExpressions;

namespace CryptoMcp.Conformance.Tests;

/// <summary>One scenario of the suite.</summary>
/// <param name="Name">Its name, e.g. <c>tools-list</c>.</param>
/// <param name="Passed">Checks that passed.</param>
/// <param name="Failed">Checks that failed.</param>
/// <param name="Required">Whether the revision's requirements count it.</param>
public sealed record Scenario(string Name, int Passed, int Failed, bool Required);

/// <summary>The summary that the suite prints: a line for each scenario, then the list of those that are not scored.</summary>
public static partial class ConformanceReport
{
    /// <summary>Reads the scenarios out of the suite's output.</summary>
    public static IReadOnlyList<Scenario> Read(string output)
    {
        var unscored = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match match in Unscored().Matches(output))
        {
            unscored.Add(match.Groups["name"].Value);
        }

        var scenarios = new List<Scenario>();
        foreach (Match match in Line().Matches(output))
        {
            var name = match.Groups["name"].Value;
            scenarios.Add(new(name, Number(match, "passed"), Number(match, "failed"), !unscored.Contains(name)));
        }

        return scenarios;
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[✓✗] (?<name>[a-z0-9-]+): (?<passed>\d+) passed, (?<failed>\d+) failed", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex(@"^  [✓✗] (?<name>[a-z0-9-]+) \(", RegexOptions.Multiline)]
    private static partial Regex Unscored();
}
