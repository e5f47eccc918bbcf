using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CryptoMcp.Testing;

/// <summary>Multicall3 at the address that it has on every chain. Code: npm <c>viem</c>, MIT, read at test time.</summary>
public static partial class Multicall3Contract
{
    /// <summary>The canonical address.</summary>
    public const string Address = "0xcA11bde05977b3631167028862bE2a173976CA11";

    /// <summary>Puts the contract on a chain.</summary>
    public static async Task PlaceAsync(Anvil anvil)
    {
        ArgumentNullException.ThrowIfNull(anvil);
        var constants = await File.ReadAllTextAsync(RepositoryPaths.InChainsPackage("viem", "_esm", "constants", "contracts.js"));
        var creationCode = CreationCode().Match(constants).Groups[1].Value;

        // Viem carries the creation code; a call without recipient runs it and returns what it would deploy.
        var runtimeCode = await anvil.CallAsync("eth_call", new JsonObject { ["data"] = creationCode }, "latest");
        await anvil.SetCodeAsync(Address, runtimeCode!.GetValue<string>());
    }

    [GeneratedRegex("multicall3Bytecode = '(0x[0-9a-f]+)'")]
    private static partial Regex CreationCode();
}
