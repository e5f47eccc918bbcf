using System.CommandLine;
using System.Text;
using System.Text.Json;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger.Journal;

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
        command.Run((parsed, ct) =>
        {
            var home = GuardHome.Locate(parsed.GetValue(CommandTree.Home));
            if (!File.Exists(home.JournalFile))
            {
                if (!parsed.GetValue(CommandTree.Json))
                {
                    Console.Out.WriteLine($"There is no journal yet at '{home.JournalFile}'.");
                }
                else if (parsed.GetValue(verify))
                {
                    Console.Out.WriteLine("""{"whole":true,"records":0,"head":""}""");
                }

                return Task.FromResult(ExitCode.Success);
            }

            return Task.FromResult(parsed.GetValue(verify) ? Verify(home, parsed.GetValue(CommandTree.Json)) : Print(home, parsed.GetValue(from), parsed.GetValue(CommandTree.Json), ct));
        });
        return command;
    }

    private static int Verify(GuardHome home, bool json)
    {
        var report = JournalVerifier.Verify(home.Guard);
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

    private static int Print(GuardHome home, long from, bool json, CancellationToken ct)
    {
        foreach (var line in JournalReader.Read(home.Guard, from))
        {
            ct.ThrowIfCancellationRequested();
            Console.Out.WriteLine(json
                ? line.Record.GetRawText()
                : $"{line.Sequence,8}  {line.Time:yyyy-MM-dd HH:mm:ss}  {line.Type,-16} {line.PaymentId}");
        }

        return ExitCode.Success;
    }
}
