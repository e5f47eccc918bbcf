using System.CommandLine;
using System.Text.Json;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;

namespace CryptoMcp.Commands;

/// <summary>Runs a command's body and turns what it throws into words and an exit code.</summary>
internal static class Errors
{
    /// <summary>Sets the command's action.</summary>
    public static void Run(this Command command, Func<ParseResult, CancellationToken, Task<int>> body) =>
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                return await body(parsed, ct);
            }
            catch (GuardException e)
            {
                Print(e.Problem, parsed.GetValue(CommandTree.Json));
                return e.Problem.Decision is null ? ExitCode.Failed : ExitCode.Refused;
            }
            catch (Exception e) when (e is LedgerException or IOException or UnauthorizedAccessException or FormatException)
            {
                Print(new GuardProblem { Code = "failed", Problem = e.Message, Next = "Run 'cryptomcp doctor'." }, parsed.GetValue(CommandTree.Json));
                return ExitCode.Failed;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return ExitCode.Success;
            }
        });

    /// <summary>Prints a problem to standard error.</summary>
    public static void Print(GuardProblem problem, bool json)
    {
        if (json)
        {
            Console.Error.WriteLine(JsonSerializer.Serialize(problem, GuardJson.Default.GuardProblem));
            return;
        }

        Console.Error.WriteLine($"{problem.Code}: {problem.Problem}");
        Console.Error.WriteLine($"Next: {problem.Next}");
    }
}
