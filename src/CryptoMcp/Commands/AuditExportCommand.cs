using System.CommandLine;
using System.Text.Json;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Commands;

/// <summary><c>audit export</c>: one row for each payment, for books and spreadsheets. A journal that is not whole is not exported.</summary>
internal static class AuditExportCommand
{
    public static Command Create()
    {
        var csv = new Option<bool>("--csv") { Description = "Write comma-separated values with a header row." };
        var command = new Command(
            "export",
            "Write every payment, oldest first: what, to whom, how much with its unit, fee, state, rule. Choose --csv, or --json for an array of objects.");
        command.Options.Add(csv);
        command.Validators.Add(result =>
        {
            if (result.GetValue(csv) == result.GetValue(CommandTree.Json))
            {
                result.AddError("Choose one form: audit export --csv, or audit export --json.");
            }
        });
        command.Run((parsed, _) => Task.FromResult(Export(GuardHome.Locate(parsed.GetValue(CommandTree.Home)), parsed.GetValue(csv))));
        return command;
    }

    private static int Export(GuardHome home, bool csv)
    {
        var payments = File.Exists(home.JournalFile) ? Payments(home) : [];
        using var output = new StreamWriter(Console.OpenStandardOutput());
        if (csv)
        {
            WriteCsv(output, payments);
        }
        else
        {
            WriteJson(output, payments);
        }

        return ExitCode.Success;
    }

    private static IReadOnlyList<Payment> Payments(GuardHome home)
    {
        var (report, payments) = JournalVerifier.ReadPayments(home.Guard);
        return report.Fault is not { } fault
            ? payments
            : throw new GuardException(
                "journal_broken", $"The journal is not whole, so nothing was exported: {fault}", "Run 'cryptomcp audit --verify', and bring back a whole copy of the journal.");
    }

    private static void WriteCsv(StreamWriter output, IReadOnlyList<Payment> payments)
    {
        var table = new CsvTable(output);
        table.Row(ExportedPayment.Columns);
        foreach (var payment in payments)
        {
            table.Row(ExportedPayment.Of(payment).Row());
        }
    }

    private static void WriteJson(StreamWriter output, IReadOnlyList<Payment> payments)
    {
        output.Write('[');
        for (var i = 0; i < payments.Count; i++)
        {
            output.Write(i == 0 ? "\n" : ",\n");
            output.Write(JsonSerializer.Serialize(ExportedPayment.Of(payments[i]), ExportJson.Default.ExportedPayment));
        }

        output.WriteLine(payments.Count == 0 ? "]" : "\n]");
    }
}
