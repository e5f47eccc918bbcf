using System.Text.Json.Nodes;
using CryptoMcp.Testing;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>A real node behind a proxy that can fail and lie, and a chains file that names it <c>sandbox</c>.</summary>
internal sealed class LocalChain : IAsyncDisposable
{
    public const string Usdc = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
    public const string Caip2 = "eip155:31337";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cmc");

    private LocalChain(Anvil anvil, FaultProxy proxy)
    {
        (Anvil, Proxy) = (anvil, proxy);
        NoGuard = Path.Combine(_directory.FullName, "no-guard.sock");
        ChainsFile = Path.Combine(_directory.FullName, "chains.json");
    }

    public Anvil Anvil { get; }

    public FaultProxy Proxy { get; }

    public string ChainsFile { get; }

    /// <summary>A socket that nobody listens on.</summary>
    public string NoGuard { get; }

    public static async Task<LocalChain> StartAsync(bool withMulticall = false)
    {
        var anvil = await Anvil.StartAsync();
        var chain = new LocalChain(anvil, await FaultProxy.StartAsync(anvil.Url));
        if (withMulticall)
        {
            await Multicall3Contract.PlaceAsync(anvil);
        }

        var deaf = new JsonObject { ["id"] = 31338, ["name"] = "deaf", ["test"] = true, ["rpc"] = new JsonArray("http://127.0.0.1:9") };
        var sandbox = new JsonObject
        {
            ["id"] = anvil.ChainId,
            ["name"] = "sandbox",
            ["test"] = true,
            ["rpc"] = new JsonArray(chain.Proxy.Url.ToString()),
            ["finality"] = new JsonObject { ["depth"] = 1 },
            ["tokens"] = new JsonArray(
                new JsonObject { ["symbol"] = "USDC", ["address"] = Usdc, ["decimals"] = 6 },
                new JsonObject { ["symbol"] = "GONE", ["address"] = "0x00000000000000000000000000000000000fffff", ["decimals"] = 18 }),
        };
        await File.WriteAllTextAsync(chain.ChainsFile, new JsonArray(sandbox, deaf).ToJsonString());
        return chain;
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Anvil.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
