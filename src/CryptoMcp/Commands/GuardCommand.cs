using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using CryptoMcp.Guard;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace CryptoMcp.Commands;

/// <summary><c>guard</c>: the process that alone holds keys, policy and ledger.</summary>
internal static class GuardCommand
{
    private static readonly Option<bool> s_background = new("--background")
    {
        Description = "Leave the terminal once it listens, and write to guard.log. This is how 'serve' starts a guard.",
    };

    private static readonly Option<int?> s_idleExit = new("--idle-exit")
    {
        Description = "End after this many minutes without callers and open payments. In the background 30 by default, otherwise never.",
        HelpName = "MINUTES",
    };

    private static readonly Option<string?> s_ledger = new("--ledger")
    {
        Description = "Share the ledger in a PostgreSQL database with the guards of other hosts: 'Host=…;Database=…;Username=…'. The home remembers it.",
        HelpName = "CONNECTION",
    };

    private static readonly Option<int> s_approvalPort = new("--approval-port")
    {
        Description = "Port of the approval page on this machine; the next free one where somebody has it. 0 serves none. Default: $CRYPTOMCP_APPROVAL_PORT, else 7411.",
        DefaultValueFactory = _ => int.TryParse(
            Environment.GetEnvironmentVariable("CRYPTOMCP_APPROVAL_PORT"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? port
            : 7411,
        HelpName = "PORT",
    };

    private static readonly Option<bool> s_whileStdinOpen = new("--while-stdin-open")
    {
        Description = "End when standard input closes: for a program that starts a guard as a child of its own.",
        Hidden = true,
    };

    public static Command Create()
    {
        var command = new Command(
            "guard", "Run the guard: the process that alone holds keys, policy and ledger. 'serve' starts one by itself where none runs.");
        s_idleExit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var minutes) && minutes < 1)
            {
                result.AddError("--idle-exit takes at least 1 minute.");
            }
        });
        command.Options.Add(s_ledger);
        s_approvalPort.Within(0, 65535);
        command.Options.Add(s_approvalPort);
        command.Options.Add(s_background);
        command.Options.Add(s_idleExit);
        command.Options.Add(s_whileStdinOpen);
        command.Run(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        // Before any secret is read.
        var shielded = ProcessShield.Raise();
        EnvironmentSecrets.Refuse();
        var home = GuardHome.Locate(parsed.GetValue(CommandTree.Home));
        var background = parsed.GetValue(s_background);
        home.Prepare();
        if (parsed.GetValue(s_ledger) is { } ledger)
        {
            HomeLedger.Remember(home, ledger);
        }

        var minutes = parsed.GetValue(s_idleExit) ?? (background ? 30 : null);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => signal.Cancel = background);
        var options = new GuardOptions
        {
            Hardened = shielded,
            OpenLedger = HomeLedger.OpenAsync,
            ApprovalPort = parsed.GetValue(s_approvalPort) is > 0 and var port ? port : null,
            IdleExit = minutes is { } patience ? TimeSpan.FromMinutes(patience) : null,
            FailPoints = Testing.FailPointsFromEnvironment(),
            AskPassphrase = !background && Terminal.IsPresent ? wallet => Terminal.ReadSecret($"Passphrase of wallet '{wallet}': ") : null,
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (parsed.GetValue(s_whileStdinOpen))
        {
            StopAtEndOfInput(stop);
        }

        try
        {
            await GuardHost.RunAsync(home, options, Log, status => Announce(home, status, background), stop.Token);
        }
        catch (GuardException e) when (background && e.Problem.Code == GuardHost.AlreadyRunning)
        {
            // Another one was quicker; whoever started us will connect to it.
        }

        return ExitCode.Success;
    }

    private static void StopAtEndOfInput(CancellationTokenSource stop) => new Thread(() =>
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
            // Nobody has anything to say here; only the end counts.
        }

        stop.Cancel();
    })
    {
        IsBackground = true,
        Name = "end of input",
    }.Start();

    private static void Announce(GuardHome home, GuardStatus status, bool background)
    {
        if (background)
        {
            ProcessShield.Detach(home.LogFile);
        }

        Console.Error.WriteLine(
            $"{status.StartedAt:O} guard {status.Version}, process {status.ProcessId}, policy '{status.Policy.Name}' revision {status.Policy.Revision}, listens on {home.Socket}");
        if (status.ApprovalPage is { } page)
        {
            Console.Error.WriteLine($"  approval page: {page}");
        }

        foreach (var warning in status.Warnings)
        {
            Console.Error.WriteLine($"  {warning}");
        }
    }

    private static void Log(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
