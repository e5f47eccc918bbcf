using System.CommandLine;
using CryptoMcp.Facilitating;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Commands;

/// <summary><c>facilitator</c>: verifies and settles x402 payments for sellers, with gas from the guard's wallet.</summary>
internal static class FacilitatorCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Loopback port.", DefaultValueFactory = _ => 7420, HelpName = "PORT" };
        port.Within(1, ushort.MaxValue);
        var wallet = new Option<string?>("--wallet") { Description = "Wallet of the policy that pays the gas, where there are several.", HelpName = "NAME" };
        var perMinute = new Option<int>("--per-minute") { Description = "Most verifications, and most settlements, a minute.", DefaultValueFactory = _ => 600, HelpName = "NUMBER" };
        perMinute.Within(1, 1_000_000);
        var command = new Command(
            "facilitator",
            "Serve an x402 facilitator on loopback: verify, settle, supported. The policy must allow 'facilitator.settle'; 'cryptomcp policy new --template facilitator' prints one that does.");
        command.Options.Add(port);
        command.Options.Add(wallet);
        command.Options.Add(perMinute);
        command.Run(async (parsed, ct) =>
        {
            var home = GuardHome.Locate(parsed.GetValue(CommandTree.Home));
            await FacilitatorServer.RunAsync(
                new(home, parsed.GetValue(port), parsed.GetValue(wallet), parsed.GetValue(perMinute)),
                (book, url) => Console.Error.WriteLine(
                    $"Facilitator listens on {url}, settles with {book.Account} on {string.Join(", ", book.Chains.Select(chain => chain.Name))}. Ctrl-C ends it."),
                ct);
            return ExitCode.Success;
        });
        return command;
    }
}
