using System.CommandLine;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Sandbox;
using Spectre.Console;

namespace CryptoMcp.Commands;

/// <summary><c>sandbox</c>: the whole product with play money on a local chain.</summary>
internal static class SandboxCommand
{
    public static Command Create()
    {
        var tour = new Option<bool>("--tour") { Description = "Drive it through an MCP client, print what is said, and end." };
        var port = new Option<int>("--port") { Description = "Loopback port of the MCP server; a free one by default.", HelpName = "PORT" };
        port.Within(0, ushort.MaxValue);
        var command = new Command("sandbox", "Play money on a local chain: starts a chain, a token, a wallet with small caps and the MCP server. Ctrl-C removes it all.");
        command.Options.Add(tour);
        command.Options.Add(port);
        command.Run((parsed, ct) => RunAsync(parsed.GetValue(tour), parsed.GetValue(port), ct));
        return command;
    }

    private static async Task<int> RunAsync(bool tour, int port, CancellationToken ct)
    {
        Terminal.PrepareOutput();
        try
        {
            await using var ground = await StartAsync(port, ct);
            if (tour)
            {
                await Tour.RunAsync(ground, ct);
                return ExitCode.Success;
            }

            AnsiConsole.MarkupLine(
                $"[bold]The sandbox runs.[/] Wallet {ground.Wallet} holds 100 USDC and 1 ETH of play money{(ground.HasSolana ? ", and 100 USDC and 1 SOL on Solana" : "")}.");
            AnsiConsole.WriteLine($"MCP endpoint: {ground.Url}");
            AnsiConsole.WriteLine($"Chain: {ground.ChainUrl} (id 31337)   Policy: {ground.Home.PolicyFile}");
            AnsiConsole.WriteLine("Entry for an MCP client:");
            AnsiConsole.WriteLine();
            AnsiConsole.WriteLine(ClientConfig.Http(ground.Url));
            AnsiConsole.WriteLine();
            AnsiConsole.WriteLine("Ctrl-C ends and removes everything.");
            await Task.Delay(Timeout.Infinite, ct);
        }
        catch (SandboxException e)
        {
            throw new GuardException("sandbox_failed", e.Message, "Check that Node 20 or newer and npm work, then try again.", e);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            AnsiConsole.WriteLine("The sandbox is gone.");
        }

        return ExitCode.Success;
    }

    private static async Task<PlayGround> StartAsync(int port, CancellationToken ct)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive)
        {
            return await PlayGround.StartAsync(port, step => Console.Error.WriteLine($"{step} ..."), ct);
        }

        return await AnsiConsole.Status().StartAsync(
            "Starting", async status => await PlayGround.StartAsync(port, step => status.Status(Markup.Escape(step)), ct));
    }
}
