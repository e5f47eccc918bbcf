using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd;

/// <summary>The commands with which an owner reads, writes and compares policies.</summary>
public sealed class PolicyCommandTests
{
    private static string Example => Path.Combine(RepositoryPaths.Root, "policies", "example.json");

    [Fact]
    public async Task The_example_loads_and_is_explained_in_english()
    {
        await using var home = new EmptyHome();
        await using var check = await home.RunAsync("policy", "check", Example);
        await using var explain = await home.RunAsync("policy", "explain", Example);

        Assert.True(check.ExitCode == 0, check.ErrorText);
        Assert.Equal(0, explain.ExitCode);
        Assert.Contains("Research agent", explain.OutputText, StringComparison.Ordinal);
        Assert.Contains("25.00 USD", explain.OutputText, StringComparison.Ordinal);
        Assert.Contains("Nobody is watching at night", explain.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_is_named_by_line_and_column()
    {
        await using var home = new EmptyHome();
        var text = await File.ReadAllTextAsync(Example, TestContext.Current.CancellationToken);
        var spoiled = text
            .Replace("\"25 USD\"", "25", StringComparison.Ordinal)
            .Replace("\"window\": \"30d\"", "\"window\": \"a while\"", StringComparison.Ordinal)
            .Replace("\"allow\":  \"x402.pay\"", "\"permit\": \"x402.pay\"", StringComparison.Ordinal);
        var file = await home.WriteAsync("spoiled.json", spoiled);
        await using var check = await home.RunAsync("policy", "check", file);
        await using var explain = await home.RunAsync("policy", "explain", file);
        await using var diff = await home.RunAsync("policy", "diff", Example, file);

        Assert.Equal(3, check.ExitCode);
        foreach (var wrong in new[] { "25,", "\"a while\"", "\"permit\"" })
        {
            var line = spoiled[..spoiled.IndexOf(wrong, StringComparison.Ordinal)].Count(character => character == '\n') + 1;
            Assert.Matches($@"(?m)^{System.Text.RegularExpressions.Regex.Escape(file)}:{line}:\d+: \$\S+: \S", check.ErrorText);
        }

        foreach (var other in new[] { explain, diff })
        {
            Assert.Equal(3, other.ExitCode);
            Assert.StartsWith("policy_invalid: ", other.ErrorText, StringComparison.Ordinal);
            Assert.Contains($"cryptomcp policy check {file}", other.ErrorText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_template_is_a_policy_that_loads()
    {
        await using var home = new EmptyHome();
        await using var init = await home.RunAsync("init");
        await using var help = await home.RunAsync("policy", "new", "--help");
        foreach (var template in new[] { "research-agent", "treasury", "paid-api-buyer", "read-only", "test-networks", "facilitator" })
        {
            Assert.Contains(template, help.OutputText, StringComparison.Ordinal);
            await using var made = await home.RunAsync("policy", "new", "--template", template, "--chain", "base", "--chain", "sepolia");
            var file = await home.WriteAsync($"{template}.json", made.OutputText);
            await using var check = await home.RunAsync("policy", "check", file);
            Assert.True(check.ExitCode == 0, $"{template}: {made.ErrorText}{check.ErrorText}");
        }

        await using var unknown = await home.RunAsync("policy", "new", "--chain", "atlantis");
        Assert.Equal(1, unknown.ExitCode);
        Assert.StartsWith("unknown_chain: ", unknown.ErrorText, StringComparison.Ordinal);
        Assert.Contains("base", unknown.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_is_the_published_one()
    {
        await using var home = new EmptyHome();
        await using var schema = await home.RunAsync("policy", "schema");
        var published = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "schemas", "policy.schema.json"), TestContext.Current.CancellationToken);

        Assert.Equal(0, schema.ExitCode);
        Assert.NotNull(JsonNode.Parse(schema.OutputText));
        Assert.Equal(published.Trim(), schema.OutputText.Trim());
    }

    [Fact]
    public async Task A_comparison_says_what_loosens()
    {
        await using var home = new EmptyHome();
        var text = await File.ReadAllTextAsync(Example, TestContext.Current.CancellationToken);
        var looser = await home.WriteAsync("looser.json", text.Replace("\"25 USD\"", "\"2500 USD\"", StringComparison.Ordinal));
        await using var loosen = await home.RunAsync("policy", "diff", Example, looser);
        await using var tighten = await home.RunAsync("policy", "diff", looser, Example);
        await using var nothing = await home.RunAsync("policy", "diff", Example, Example);

        Assert.All(new[] { loosen, tighten, nothing }, run => Assert.Equal(0, run.ExitCode));
        Assert.Contains("Limits raised", loosen.OutputText, StringComparison.Ordinal);
        Assert.Contains("2500", loosen.OutputText, StringComparison.Ordinal);
        Assert.Contains("This change loosens the policy.", loosen.OutputText, StringComparison.Ordinal);
        Assert.Contains("Limits lowered", tighten.OutputText, StringComparison.Ordinal);
        Assert.Contains("This change loosens nothing.", tighten.OutputText, StringComparison.Ordinal);
        Assert.Equal("This change loosens nothing.", nothing.OutputText.Trim());
    }

    [Fact]
    public async Task The_shipped_cases_come_out_as_expected_and_a_wrong_one_is_named()
    {
        await using var home = new EmptyHome();
        var cases = Path.Combine(RepositoryPaths.Root, "policies", "cases.json");
        var text = await File.ReadAllTextAsync(cases, TestContext.Current.CancellationToken);
        var wrong = await home.WriteAsync("wrong.json", text.Replace("\"B8\", \"name\": \"anybody else, where anyone may be paid\", \"expect\": \"ALLOW\"", "\"B8\", \"name\": \"anybody else\", \"expect\": \"ASK\"", StringComparison.Ordinal));
        await using var shipped = await home.RunAsync("policy", "test", cases);
        await using var failing = await home.RunAsync("policy", "test", wrong, "--policy", Example);
        await using var json = await home.RunAsync("policy", "test", wrong, "--policy", Example, "--json");
        await using var broken = await home.RunAsync("policy", "test", await home.WriteAsync("broken.json", "{ \"cases\": [ { \"id\": 1 } ] }"));

        Assert.True(shipped.ExitCode == 0, shipped.OutputText + shipped.ErrorText);
        Assert.Contains("ok    A13 ", shipped.OutputText, StringComparison.Ordinal);
        Assert.Contains("shown by BudgetTests.G1_", shipped.OutputText, StringComparison.Ordinal);
        Assert.Equal(3, failing.ExitCode);
        Assert.Contains("WRONG B8 ", failing.OutputText, StringComparison.Ordinal);
        Assert.Equal(3, json.ExitCode);
        Assert.Equal(1, (int)JsonNode.Parse(json.OutputText)!["failed"]!);
        Assert.Equal(1, broken.ExitCode);
        Assert.StartsWith("cases_invalid: ", broken.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_explain_and_diff_speak_json()
    {
        await using var home = new EmptyHome();
        var text = await File.ReadAllTextAsync(Example, TestContext.Current.CancellationToken);
        var looser = await home.WriteAsync("looser.json", text.Replace("\"25 USD\"", "\"2500 USD\"", StringComparison.Ordinal));
        var spoiled = await home.WriteAsync("spoiled.json", text.Replace("\"25 USD\"", "25", StringComparison.Ordinal));
        await using var check = await home.RunAsync("policy", "check", Example, "--json");
        await using var mistakes = await home.RunAsync("policy", "check", spoiled, "--json");
        await using var explain = await home.RunAsync("policy", "explain", Example, "--json");
        await using var diff = await home.RunAsync("policy", "diff", Example, looser, "--json");

        Assert.True((bool)JsonNode.Parse(check.OutputText)!["loads"]!);
        Assert.Equal(3, mistakes.ExitCode);
        Assert.NotEmpty(JsonNode.Parse(mistakes.OutputText)!["mistakes"]!.AsArray());
        Assert.NotEmpty(JsonNode.Parse(explain.OutputText)!["lines"]!.AsArray());
        Assert.True((bool)JsonNode.Parse(diff.OutputText)!["loosens"]!);
        Assert.Contains("2500", JsonNode.Parse(diff.OutputText)!["raised"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Showing_the_policy_in_force_starts_a_guard_by_itself()
    {
        await using var home = new EmptyHome();
        await using var init = await home.RunAsync("init");
        await using var show = await home.RunAsync("policy", "show");
        await using var json = await home.RunAsync("policy", "show", "--json");

        Assert.True(show.ExitCode == 0, show.ErrorText);
        Assert.Contains(" left of ", show.OutputText, StringComparison.Ordinal);
        Assert.NotEmpty(JsonNode.Parse(json.OutputText)!["budgets"]!.AsArray());
        Assert.Single(AutoStartedGuard.Find(home.GuardFolder));
    }
}
