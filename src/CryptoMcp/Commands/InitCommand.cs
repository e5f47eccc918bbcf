using System.CommandLine;
using System.Text.Json.Nodes;
using CryptoMcp.Guard;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Commands;

/// <summary><c>init</c>: a wallet and a cautious policy for test networks.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var command = new Command("init", "Create a wallet and a cautious policy for test networks, where there are none. Changes nothing that exists.");
        command.Run((parsed, _) =>
        {
            var home = GuardHome.Locate(parsed.GetValue(CommandTree.Home));
            var made = FirstStart.Prepare(home, ChainTable.Load(home), TimeProvider.System);
            if (parsed.GetValue(CommandTree.Json))
            {
                Console.Out.WriteLine(new JsonObject
                {
                    ["home"] = home.Root,
                    ["policy"] = home.PolicyFile,
                    ["wallets"] = new JsonArray([.. new WalletStore(home, TimeProvider.System).List().Select(wallet =>
                        (JsonNode)new JsonObject { ["name"] = wallet.Name, ["address"] = wallet.EvmAddress.ToString() })]),
                    ["made"] = new JsonArray([.. made.Select(line => (JsonNode)JsonValue.Create(line))]),
                }.ToJsonString());
                return Task.FromResult(ExitCode.Success);
            }

            foreach (var line in made.DefaultIfEmpty($"Nothing to do: '{home.Root}' has a wallet and a policy."))
            {
                Console.Out.WriteLine(line);
            }

            Console.Out.WriteLine();
            foreach (var wallet in new WalletStore(home, TimeProvider.System).List())
            {
                Console.Out.WriteLine($"Wallet {wallet.Name}: {wallet.AddressText}");
            }

            Console.Out.WriteLine($"Policy: {home.PolicyFile}");
            Console.Out.WriteLine("Fund the address from a faucet of Sepolia or Base Sepolia, then give your MCP client this entry:");
            Console.Out.WriteLine();
            Console.Out.WriteLine(ClientConfig.Stdio(parsed.GetValue(CommandTree.Home) is null ? null : home.Root));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
