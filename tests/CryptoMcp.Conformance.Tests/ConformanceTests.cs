using CryptoMcp.Testing;

namespace CryptoMcp.Conformance.Tests;

/// <summary>The official suite against a server that shares the product's HTTP transport.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("2026-07-28", 37)]
    [InlineData("2025-11-25", 30)]
    public async Task All_required_scenarios_pass(string revision, int required)
    {
        await using var host = await ChildProcess.StartAsync(new("dotnet", RepositoryPaths.BuiltFile("CryptoMcp.Conformance", "CryptoMcp.Conformance.dll")));
        var url = (await host.WaitForOutputAsync("listening on ")).Split(' ')[^1];
        var results = Directory.CreateTempSubdirectory("conformance");
        try
        {
            var suite = RepositoryPaths.InClientsPackage("@modelcontextprotocol/conformance", "dist", "index.js");
            await using var run = await ChildProcess.RunAsync(new(
                NodeScript.NodeForClients(), suite, "server", "--url", url, "--requirements", revision, "-o", results.FullName));
            var scenarios = ConformanceReport.Read(run.OutputText);
            var scored = scenarios.Where(scenario => scenario.Required).ToList();
            var summary =
                $"{revision}: {scored.Count(scenario => scenario.Failed == 0)} of {scored.Count} required scenarios, "
                + $"{scenarios.Sum(scenario => scenario.Passed)} checks passed, {scenarios.Sum(scenario => scenario.Failed)} failed";
            output.WriteLine(summary);
            TestContext.Current.SendDiagnosticMessage(summary);
            Assert.Equal(required, scored.Count);
            Assert.Empty(scored.Where(scenario => scenario.Failed > 0 || scenario.Passed == 0).Select(scenario => scenario.Name));
            Assert.True(run.ExitCode == 0, run.OutputText);
        }
        finally
        {
            results.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_failed_or_unscored_scenario_is_read_as_such()
    {
        var scenarios = ConformanceReport.Read(
            """
            ✓ tools-list: 4 passed, 0 failed
            ✗ caching: 7 passed, 1 failed
            ✗ tasks-lifecycle: 1 passed, 8 failed

            Not scored for 2026-07-28: 1 scenario(s) run, 1 failing.
              ✗ tasks-lifecycle (extension)
            """);
        Assert.Equal([new("tools-list", 4, 0, true), new("caching", 7, 1, true), new("tasks-lifecycle", 1, 8, false)], scenarios);
    }
}
