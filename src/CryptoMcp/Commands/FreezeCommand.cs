using System.CommandLine;
using System.Text.Json.Nodes;
using CryptoMcp.Guard;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Commands;

/// <summary><c>freeze</c>: stop all spending at once. Stopping is free; going on needs the owner at a terminal.</summary>
internal static class FreezeCommand
{
    public static Command Create()
    {
        var off = new Option<bool>("--off") { Description = "Let spending go on. Asks at the terminal." };
        var reason = new Option<string>("--reason") { Description = "Why, for the journal.", DefaultValueFactory = _ => "the owner asked for it", HelpName = "TEXT" };
        var command = new Command("freeze", "Stop all spending at once. Reading and following go on.");
        command.Options.Add(off);
        command.Options.Add(reason);
        command.Run(async (parsed, ct) =>
        {
            var home = GuardHome.Locate(parsed.GetValue(CommandTree.Home));
            home.Prepare();
            if (!parsed.GetValue(off))
            {
                // A file works whether or not the guard runs, and nothing the guard does can be in its way.
                GuardHome.WritePrivateFile(home.FrozenFile, System.Text.Encoding.UTF8.GetBytes($"{DateTimeOffset.UtcNow:O} {parsed.GetRequiredValue(reason)}\n"));
                var fleet = await HomeLedger.FreezeFleetAsync(home, parsed.GetRequiredValue(reason), ct);
                Report(
                    parsed.GetValue(CommandTree.Json),
                    frozen: true,
                    ["Frozen: nothing is signed until 'cryptomcp freeze --off'.", .. fleet ? (string[])["So are all other hosts on this ledger."] : []]);
                return ExitCode.Success;
            }

            Terminal.Require("'freeze --off'");
            if (!Terminal.Confirm("Payments will be signed again.", "unfreeze"))
            {
                return ExitCode.Failed;
            }

            var ended = await Thaw.RunAsync(home, HomeLedger.OpenAsync, TimeProvider.System, ct);
            Report(parsed.GetValue(CommandTree.Json), frozen: false, ended.Count == 0 ? ["Nothing was frozen."] : ended);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Report(bool json, bool frozen, IReadOnlyList<string> lines)
    {
        if (json)
        {
            Console.Out.WriteLine(new JsonObject
            {
                ["frozen"] = frozen,
                ["report"] = new JsonArray([.. lines.Select(line => (JsonNode)JsonValue.Create(line))]),
            }.ToJsonString());
            return;
        }

        foreach (var line in lines)
        {
            Console.Out.WriteLine(line);
        }
    }
}
