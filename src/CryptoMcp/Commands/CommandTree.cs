using System.CommandLine;

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
        root.Subcommands.Add(AuditCommand.Create());
        root.Subcommands.Add(FreezeCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(SandboxCommand.Create());
        return root;
    }
}
