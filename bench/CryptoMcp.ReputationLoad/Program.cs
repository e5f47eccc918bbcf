// One look-up of an agent with many reviewers among many logs, on a local chain: cold, from the disk's cache, from memory.
//   dotnet run -c Release --project bench/CryptoMcp.ReputationLoad [-- REVIEWERS LOGS]
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using CryptoMcp.Evm;
using CryptoMcp.Money;
using CryptoMcp.Reputation;
using CryptoMcp.Testing;
using CryptoMcp.Web;

const string Funder = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const int MembersPerTransaction = 50;
const int LogsPerTransaction = 2000;
var reviewers = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2_000;
var logs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100_000;

await using var anvil = await Anvil.StartAsync(new() { MoreArguments = ["--gas-limit", "60000000"] });
RegistryTable.BuiltIn.TryFind(ChainId.Evm(31337), out var set);
var contracts = await SolidityContracts.CompileAsync("Erc8004.sol");
await anvil.SetCodeAsync(set!.Identity.ToString(), Code("Identity"));
await anvil.SetCodeAsync(set.Reputation.ToString(), Code("Reputation"));
await SendAsync(set.Reputation, AbiFunction.Parse("function initialize(address identity)").Encode(set.Identity));
await SendAsync(set.Identity, IdentityRegistry.RegisterUri.Encode(
    $$"""{"name":"Busy","registrations":[{"agentId":0,"agentRegistry":"eip155:31337:{{set.Identity}}"}]}"""));
await SendAsync(set.Identity, IdentityRegistry.Register.Encode());

// Each member is a contract of its own that gives one feedback when it is made.
var crowd = AbiFunction.Parse("function crowd(address registry, uint256 agentId, uint256 first, uint256 count, string tag)");
for (var i = 0; i < reviewers; i += MembersPerTransaction)
{
    var arguments = crowd.Encode(set.Reputation, 0, i, Math.Min(MembersPerTransaction, reviewers - i), "starred").AsSpan(4);
    var hash = await anvil.CallAsync("eth_sendTransaction", new JsonObject { ["from"] = Funder, ["data"] = contracts["Crowd"]!["creation"] + Hex.Format(arguments)[2..], ["gas"] = "0x3000000" });
    await anvil.ReceiptAsync(hash!.GetValue<string>());
}

// Half of the noise is about another agent, half are strangers' responses to the agent itself, which a scan must read.
await anvil.SetCodeAsync(set.Reputation.ToString(), Code("Noise"));
for (var i = 0; i < logs - reviewers; i += LogsPerTransaction)
{
    var name = i / LogsPerTransaction % 2 == 0 ? "feedback" : "responses";
    await SendAsync(set.Reputation, AbiFunction.Parse($"function {name}(uint256 agentId, uint64 count)")
        .Encode(name == "feedback" ? 1 : 0, Math.Min(LogsPerTransaction, logs - reviewers - i)));
}

await anvil.SetCodeAsync(set.Reputation.ToString(), Code("Reputation"));
await anvil.MineAsync(10);

var chain = new EvmChain
{
    Id = set.Chain, Name = "local", Title = "Local", IsTestNetwork = true, RpcUrls = [anvil.Url],
    Native = new(AssetId.Native(set.Chain), "ETH", 18), Finality = FinalityRule.AtDepth(2),
};
using var rpc = new EvmRpc(chain);
using var web = new WebReader();
var folder = Directory.CreateTempSubdirectory("cmcrep");
try
{
    var agent = new AgentReference(set.Chain, set.Identity, 0);
    var cold = Make();
    await PrintAsync("cold", cold);
    await PrintAsync("from memory", cold);
    await PrintAsync("from memory, again", cold);
    await PrintAsync("from disk, state read again", Make());
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"memory at most {Process.GetCurrentProcess().PeakWorkingSet64 / 1048576} MiB; cache on disk {folder.EnumerateFiles().Sum(file => file.Length) / 1048576} MiB"));

    async Task PrintAsync(string what, AgentLookup lookup)
    {
        var started = Stopwatch.GetTimestamp();
        var report = await lookup.LookAsync(rpc, agent);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms, {report.Feedback.Count} entries, {report.Calls} calls, whole: {report.IsWhole}"));
        if (report.Feedback.Count != reviewers)
        {
            throw new InvalidOperationException("Not every entry was found.");
        }
    }
}
finally
{
    folder.Delete(recursive: true);
}

AgentLookup Make() => new(new(web, []), new(folder.FullName), new() { MaxTime = TimeSpan.FromMinutes(2) }, TimeProvider.System);

string Code(string name) => contracts[name]!["runtime"]!.GetValue<string>();

async Task SendAsync(EvmAddress to, byte[] data)
{
    var hash = await anvil.CallAsync(
        "eth_sendTransaction", new JsonObject { ["from"] = Funder, ["to"] = to.ToString(), ["data"] = Hex.Format(data), ["gas"] = JsonRpcNode.Hex(new BigInteger(50_000_000)) });
    await anvil.ReceiptAsync(hash!.GetValue<string>());
}
