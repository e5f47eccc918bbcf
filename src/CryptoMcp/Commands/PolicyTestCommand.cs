using System.CommandLine;
using System.Text.Json;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Policy;

namespace CryptoMcp.Commands;

/// <summary><c>policy test</c>: a table of spends and what a policy has to say about them.</summary>
internal static class PolicyTestCommand
{
    public static Command Create()
    {
        var cases = new Argument<string>("CASES") { Description = "A table of cases, such as policies/cases.json." };
        var policy = new Option<string?>("--policy")
        {
            Description = "The policy to test. By default the one that the table names, beside it.",
            HelpName = "FILE",
        };
        var command = new Command("test", "Run a table of spends and say whether a policy decides each as the table expects.");
        command.Arguments.Add(cases);
        command.Options.Add(policy);
        command.Run((parsed, _) => Task.FromResult(
            Run(parsed.GetRequiredValue(cases), parsed.GetValue(policy), parsed.GetValue(CommandTree.Json))));
        return command;
    }

    private static int Run(string path, string? policy, bool json)
    {
        var table = Load(path);
        var file = policy ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, table.PolicyFile);
        var results = table.Run(File.ReadAllBytes(file));
        var failed = results.Count(result => !result.Passed);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new()
                {
                    Policy = file,
                    Passed = results.Count(result => result.Ran && result.Passed),
                    Failed = failed,
                    Elsewhere = results.Count(result => !result.Ran),
                    Cases = results,
                },
                PolicyReportsJson.Default.PolicyTestReport));
        }
        else
        {
            Print(results, failed, file);
        }

        return failed == 0 ? ExitCode.Success : ExitCode.CheckFailed;
    }

    private static void Print(IReadOnlyList<PolicyTestResult> results, int failed, string file)
    {
        foreach (var result in results)
        {
            Console.Out.WriteLine(result switch
            {
                { Ran: false } => $"      {result.Id,-5} {result.Name}: {result.Expected}, decided by {result.DecidedBy}"
                    + (result.ShownBy is { } test ? $" and shown by {test}" : " and not shown yet"),
                { Passed: true } => $"ok    {result.Id,-5} {result.Name}: {result.Actual}",
                _ => $"WRONG {result.Id,-5} {result.Name}: expected {result.Expected}, was {result.Actual}. {result.Reason}",
            });
        }

        var ran = results.Count(result => result.Ran);
        Console.Out.WriteLine(failed == 0
            ? $"All {ran} cases come out as expected under '{file}'; {results.Count - ran} more are decided by other parts."
            : $"{failed} of {ran} cases come out otherwise than expected under '{file}'.");
    }

    private static PolicyTestTable Load(string path)
    {
        try
        {
            return PolicyTestTable.Load(File.ReadAllBytes(path));
        }
        catch (PolicyException e)
        {
            throw new GuardException(
                "cases_invalid", $"'{path}' does not load: {e.Mistakes[0]}", "Correct it; policies/cases.json of the repository is an example.", e);
        }
    }
}
