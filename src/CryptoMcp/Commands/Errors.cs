using System.CommandLine;
using System.Text.Json;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;

namespace CryptoMcp.Commands;

/// <summary>Runs a command's body and turns what it throws into words and an exit code.</summary>
internal static class Errors
{
    /// <summary>Code of the problem that a policy file does not load.</summary>
    public const string PolicyInvalid = "policy_invalid";

    /// <summary>Sets the command's action.</summary>
    public static void Run(this Command command, Func<ParseResult, CancellationToken, Task<int>> body) =>
        command.SetAction((parsed, ct) => GuardAsync(() => body(parsed, ct), parsed.GetValue(CommandTree.Json), ct));

    /// <summary>Runs a body and turns what it throws into words and an exit code.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> body, bool json, CancellationToken ct)
    {
        try
        {
            return await body();
        }
        catch (GuardException e)
        {
            Print(e.Problem, json);
            return e.Problem.Decision is not null ? ExitCode.Refused : e.Problem.Code == PolicyInvalid ? ExitCode.CheckFailed : ExitCode.Failed;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            Print(new GuardProblem { Code = "file_not_found", Problem = e.Message, Next = "Check the path." }, json);
            return ExitCode.Usage;
        }
        catch (InvalidDataException e)
        {
            Print(new GuardProblem { Code = "file_invalid", Problem = e.Message, Next = "Correct that file and try again." }, json);
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is LedgerException or IOException or UnauthorizedAccessException or FormatException)
        {
            Print(new GuardProblem { Code = "failed", Problem = e.Message, Next = "Run 'cryptomcp doctor'." }, json);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }

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
