using System.CommandLine;
using CryptoMcp.Guard;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger;
using CryptoMcp.Ledger.Journal;
using CryptoMcp.Ledger.Postgres;

namespace CryptoMcp.Commands;

/// <summary><c>ledger</c>: the database in which several hosts share a ledger.</summary>
internal static class LedgerCommand
{
    public static Command Create()
    {
        var command = new Command("ledger", "Set up the PostgreSQL database in which several hosts share one ledger.");
        command.Subcommands.Add(Prepare());
        command.Subcommands.Add(Import());
        return command;
    }

    private static Command Prepare()
    {
        var connection = new Option<string?>("--ledger") { Description = "The database, as the owner of its tables: 'Host=…;Database=…;Username=…'.", HelpName = "CONNECTION" };
        var grant = new Option<string?>("--grant") { Description = "Give this role the few rights that a guard needs.", HelpName = "ROLE" };
        var print = new Option<bool>("--print") { Description = "Print the SQL instead of running it." };
        var command = new Command("prepare", "Make or upgrade the tables, and give a guard's role its rights.");
        command.Options.Add(connection);
        command.Options.Add(grant);
        command.Options.Add(print);
        command.Run(async (parsed, ct) =>
        {
            if (parsed.GetValue(print))
            {
                Console.Out.Write(Schema.Sql(parsed.GetValue(grant)));
                return ExitCode.Success;
            }

            await using var database = HomeLedger.DatabaseFor(GuardHome.Locate(parsed.GetValue(CommandTree.Home)), parsed.GetValue(connection));
            var applied = await Schema.PrepareAsync(database, parsed.GetValue(grant), ct);
            Console.Out.WriteLine(applied == 0
                ? $"The tables in {database.Name} are up to date (version {Schema.Current})."
                : $"The tables in {database.Name} are of version {Schema.Current} now.");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Import()
    {
        var command = new Command("import", "Copy this home's journal into the empty ledger that it is to share. The guard must not run.");
        command.Run(async (parsed, ct) =>
        {
            var home = GuardHome.Locate(parsed.GetValue(CommandTree.Home));
            await using var database = HomeLedger.DatabaseFor(home, null);
            try
            {
                using var homeLock = FileJournalStorage.Lock(home.Guard);
                var records = await JournalImport.RunAsync(home.Guard, database, ct);
                Console.Out.WriteLine($"{records} records of '{home.JournalFile}' are in {database.Name} now, hash by hash the same.");
                return ExitCode.Success;
            }
            catch (LedgerException e)
            {
                throw JournalOfHome.Unusable(e);
            }
        });
        return command;
    }
}
