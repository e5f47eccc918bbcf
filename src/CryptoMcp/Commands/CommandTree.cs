using System.CommandLine;
using System.CommandLine.Invocation;

namespace CryptoMcp.Commands;

/// <summary>The command line: <c>cryptomcp --help</c> is its documentation.</summary>
internal static class CommandTree
{
    /// <summary>Where keys, policy and journal live; every command takes it.</summary>
    public static readonly Option<string?> Home = new("--home")
    {
        Description = "Home directory of wallet, policy and journal. Default: $CRYPTOMCP_HOME, else ~/.cryptomcp.",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>Machine-readable output, for the commands that report something.</summary>
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print JSON instead of text.",
        Recursive = true,
    };

    /// <summary>Runs a command line; one that is wrong gets its help and <see cref="ExitCode.Usage"/>.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Create().Parse(args);
        var code = await parsed.InvokeAsync();
        return parsed.Action is ParseErrorAction ? ExitCode.Usage : code;
    }

    /// <summary>Refuses numbers outside a range where the command line is read, before anything has happened.</summary>
    public static void Within(this Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        // A text that is no number at all has its own message.
        if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && (number < least || number > most))
        {
            result.AddError($"{option.Name} takes a number from {least} to {most}, not {number}.");
        }
    });

    /// <summary>The command tree.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand(
            """
            CryptoMcp gives AI agents a crypto wallet which their owner's policy binds.

            First steps:
              cryptomcp sandbox --tour    see it work with play money on a local chain
              cryptomcp init              create a wallet and a cautious policy for test networks
              cryptomcp serve             what an MCP client starts (stdio)
              cryptomcp doctor            check keys, policy, journal and chains

            Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a check did not pass, 4 refused by the guard.
            """);
        root.Options.Add(Home);
        root.Options.Add(Json);
        root.Subcommands.Add(ServeCommand.Create());
        root.Subcommands.Add(GuardCommand.Create());
        root.Subcommands.Add(InitCommand.Create());
        root.Subcommands.Add(WalletCommand.Create());
        root.Subcommands.Add(PolicyCommand.Create());
        root.Subcommands.Add(ApproveCommand.Create());
        root.Subcommands.Add(AuditCommand.Create());
        root.Subcommands.Add(LedgerCommand.Create());
        root.Subcommands.Add(FreezeCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(FacilitatorCommand.Create());
        root.Subcommands.Add(SandboxCommand.Create());
        return root;
    }
}
