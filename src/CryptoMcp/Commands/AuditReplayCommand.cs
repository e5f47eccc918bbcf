using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoMcp.Guard;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Commands;

/// <summary><c>audit replay</c>: every decision on record, derived again.</summary>
internal static class AuditReplayCommand
{
    public static Command Create()
    {
        var command = new Command(
            "replay",
            "Derive every recorded decision again from the journal and the policy revision of that time, and name the first that differs.");
        command.Run((parsed, _) => Task.FromResult(
            Run(GuardHome.Locate(parsed.GetValue(CommandTree.Home)), parsed.GetValue(CommandTree.Json))));
        return command;
    }

    private static int Run(GuardHome home, bool json)
    {
        var report = File.Exists(home.JournalFile) ? DecisionReplay.Run(home) : new(0, 0, 0, 0, null, null);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, AuditReportsJson.Default.ReplayReport));
        }
        else if (report.Agrees)
        {
            Console.Out.WriteLine(
                $"All {report.Decisions} decisions come out as they are recorded, under {report.Revisions} policy revisions and {report.Records} records.");
        }
        else
        {
            Complain(report);
        }

        return report.Agrees ? ExitCode.Success : ExitCode.CheckFailed;
    }

    private static void Complain(ReplayReport report)
    {
        if (report.Fault is { } fault)
        {
            Console.Error.WriteLine($"The journal is NOT whole: {fault}");
        }

        if (report.First is { } first)
        {
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Differing} of {report.Decisions} decisions differ. The first is record {first.Record}, {first.PaymentId}, made {first.At:yyyy-MM-dd HH:mm:ss'Z'} under revision {first.Revision?.ToString(CultureInfo.InvariantCulture) ?? "none"}."));
            Console.Error.WriteLine($"  recorded: {first.Recorded}");
            Console.Error.WriteLine($"  derived:  {first.Derived}");
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class AuditReportsJson : JsonSerializerContext;
