using System.CommandLine;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger.Journal;
using Spectre.Console;

namespace CryptoMcp.Commands;

/// <summary><c>audit watch</c>: the journal as it grows, for a person to look on.</summary>
internal static class AuditWatchCommand
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var last = new Option<int>("--last") { Description = "How many records to show before the new ones.", HelpName = "N", DefaultValueFactory = _ => 10 };
        last.Within(0, 1_000_000);
        var command = new Command("watch", "Show what the guard records as it happens: payments with amount and payee, decisions, freezes. Ends with Ctrl+C.");
        command.Options.Add(last);
        command.Run((parsed, ct) => WatchAsync(
            GuardHome.Locate(parsed.GetValue(CommandTree.Home)), parsed.GetValue(last), parsed.GetValue(CommandTree.Json), ct));
        return command;
    }

    private static async Task<int> WatchAsync(GuardHome home, int last, bool json, CancellationToken ct)
    {
        Terminal.PrepareOutput();
        try
        {
            await ForJournalAsync(home, ct);
            using var tail = new JournalTail(home.Guard);
            var story = new AuditStory();
            ShowLast(tail, last, story, json);
            while (true)
            {
                await Task.Delay(s_pause, ct);
                foreach (var line in tail.ReadNew())
                {
                    Show(line, story, json);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }

    private static async Task ForJournalAsync(GuardHome home, CancellationToken ct)
    {
        if (!File.Exists(home.JournalFile))
        {
            Console.Error.WriteLine($"There is no journal yet at '{home.JournalFile}'. Waiting for the guard to begin one.");
        }

        while (!File.Exists(home.JournalFile))
        {
            await Task.Delay(s_pause, ct);
        }
    }

    private static void ShowLast(JournalTail tail, int last, AuditStory story, bool json)
    {
        var shown = new Queue<JournalLine>();
        foreach (var line in tail.ReadNew())
        {
            shown.Enqueue(line);
            if (shown.Count > last)
            {
                // What is not shown still tells what later records are about.
                story.Note(shown.Dequeue());
            }
        }

        foreach (var line in shown)
        {
            Show(line, story, json);
        }
    }

    private static void Show(JournalLine line, AuditStory story, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(line.Record.GetRawText());
            return;
        }

        foreach (var text in story.Tell(line))
        {
            AnsiConsole.MarkupLine(text);
        }
    }
}
