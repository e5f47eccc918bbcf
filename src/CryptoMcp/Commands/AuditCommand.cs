using System.CommandLine;
using System.Text;
using System.Text.Json;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger.Journal;
using CryptoMcp.Ledger.Postgres;

namespace CryptoMcp.Commands;

/// <summary><c>audit</c>: the journal, read and verified. Works while the guard runs.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var verify = new Option<bool>("--verify") { Description = "Check every record's hash and the chain of hashes, and say where it breaks." };
        var from = new Option<long>("--from") { Description = "First record to print, by its sequence number.", HelpName = "SEQ" };
        var command = new Command("audit", "Print the journal, which is ledger and audit log in one, or verify it.");
        command.Options.Add(verify);
        command.Options.Add(from);
        command.Subcommands.Add(AuditReplayCommand.Create());
        command.Subcommands.Add(AuditExportCommand.Create());
        command.Subcommands.Add(AuditWatchCommand.Create());
        command.Run(async (parsed, ct) =>
        {
            var home = GuardHome.Locate(parsed.GetValue(CommandTree.Home));
            var json = parsed.GetValue(CommandTree.Json);
            await using var database = HomeLedger.DatabaseOf(home);
            if (database is null && !File.Exists(home.JournalFile))
            {
                if (!json)
                {
                    Console.Out.WriteLine($"There is no journal yet at '{home.JournalFile}'.");
                }
                else if (parsed.GetValue(verify))
                {
                    Console.Out.WriteLine("""{"whole":true,"records":0,"head":""}""");
                }

                return ExitCode.Success;
            }

            if (parsed.GetValue(verify))
            {
                return Tell(database is null ? JournalVerifier.Verify(home.Guard) : await PostgresAudit.VerifyAsync(database, ct), json);
            }

            var first = parsed.GetValue(from);
            await foreach (var line in (database is null ? JournalReader.Read(home.Guard, first).ToAsyncEnumerable() : PostgresAudit.ReadAsync(database, first, ct)).WithCancellation(ct))
            {
                Print(line, json);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static int Tell(JournalReport report, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(Json(report));
        }
        else if (report.IsWhole)
        {
            Console.Out.WriteLine($"The journal is whole: {report.Records} records, head {report.HeadHash}.");
        }
        else
        {
            Console.Error.WriteLine($"The journal is NOT whole: {report.Fault}");
        }

        return report.IsWhole ? ExitCode.Success : ExitCode.CheckFailed;
    }

    private static string Json(JournalReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("whole", report.IsWhole);
            json.WriteNumber("records", report.Records);
            json.WriteString("head", report.HeadHash);
            if (report.Fault is { } fault)
            {
                json.WriteString("fault", fault);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Print(JournalLine line, bool json) => Console.Out.WriteLine(json
        ? line.Record.GetRawText()
        : $"{line.Sequence,8}  {line.Time:yyyy-MM-dd HH:mm:ss}  {line.Type,-16} {line.PaymentId}");
}
