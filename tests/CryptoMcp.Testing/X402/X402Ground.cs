using System.Numerics;
using System.Text.Json.Nodes;

namespace CryptoMcp.Testing.X402;

/// <summary>
/// All that an x402 payment meets, on this machine: a chain that plays Base Sepolia with Circle's token, Permit2 and the proxies at
/// their addresses, a facilitator and a seller from npm (<c>@x402/*</c>), and the reference client. Each listens on a free loopback
/// port and ends with the test.
/// </summary>
public sealed class X402Ground : IAsyncDisposable
{
    /// <summary>Base Sepolia.</summary>
    public const long ChainId = 84532;

    /// <summary>Base Sepolia in CAIP-2.</summary>
    public const string Network = "eip155:84532";

    /// <summary>USDC of Base Sepolia.</summary>
    public const string UsdcAddress = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    /// <summary>The seller's address.</summary>
    public const string PayTo = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

    /// <summary>The facilitator that pays the gas: the second of anvil's development accounts.</summary>
    public static (string Address, string PrivateKey) FacilitatorAccount => Anvil.DevelopmentAccounts[1];

    /// <summary>Who pays with the reference client: the fourth of anvil's development accounts, as in the signing vectors.</summary>
    public static (string Address, string PrivateKey) Payer { get; } =
        ("0x90F79bf6EB2c4f870365E785982E1f101E93b906", "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6");

    private readonly List<IAsyncDisposable> _started = [];
    private NodeService? _facilitator;
    private NodeService? _seller;

    private X402Ground(Anvil anvil, UsdcContract usdc)
    {
        Anvil = anvil;
        Usdc = usdc;
    }

    /// <summary>The chain.</summary>
    public Anvil Anvil { get; }

    /// <summary>The token.</summary>
    public UsdcContract Usdc { get; }

    /// <summary>npm's facilitator, once started.</summary>
    public NodeService Facilitator => _facilitator ?? throw new InvalidOperationException("The facilitator was not started.");

    /// <summary>npm's seller, once started. What it sells: <c>tests/chains/x402/seller.mjs</c>.</summary>
    public NodeService Seller => _seller ?? throw new InvalidOperationException("The seller was not started.");

    /// <summary>Chain and contracts alone; the payer holds 1,000 USDC and no coin.</summary>
    public static async Task<X402Ground> StartChainAsync(AnvilOptions? options = null)
    {
        var anvil = await Anvil.StartAsync((options ?? new AnvilOptions()) with { ChainId = ChainId });
        try
        {
            var usdc = await UsdcContract.PlaceAsync(anvil, UsdcAddress, name: "USDC");
            await Multicall3Contract.PlaceAsync(anvil);
            await Permit2Contracts.PlaceAsync(anvil);
            await usdc.MintAsync(Payer.Address, 1_000_000_000);
            return new X402Ground(anvil, usdc);
        }
        catch
        {
            await anvil.DisposeAsync();
            throw;
        }
    }

    /// <summary>Chain, contracts, npm's facilitator and npm's seller.</summary>
    public static async Task<X402Ground> StartAsync(AnvilOptions? options = null)
    {
        var ground = await StartChainAsync(options);
        try
        {
            await ground.StartFacilitatorAsync();
            ground._seller = await ground.StartSellerAsync(ground.Facilitator.Url);
            return ground;
        }
        catch
        {
            await ground.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts npm's facilitator.</summary>
    public async Task StartFacilitatorAsync()
    {
        var settings = Settings();
        settings["key"] = FacilitatorAccount.PrivateKey;
        _facilitator = Started(await NodeService.StartAsync("x402/facilitator.mjs", settings));
    }

    /// <summary>Starts a seller of npm's that settles through any facilitator.</summary>
    public Task<NodeService> StartSellerAsync(Uri facilitator) => StartSellingAsync("x402/seller.mjs", facilitator);

    /// <summary>Starts an MCP server that charges for its tool; its endpoint is <c>/mcp</c>.</summary>
    public Task<NodeService> StartMcpSellerAsync(Uri facilitator) => StartSellingAsync("x402/mcp-seller.mjs", facilitator);

    /// <summary>
    /// Pays for one request with npm's client. The answer holds <c>status</c>, <c>body</c>, <c>settlement</c>, <c>terms</c> and
    /// <c>sent</c> (the payment header, to be sent again), or <c>error</c>.
    /// </summary>
    public async Task<JsonObject> PayAsync(Uri url, JsonObject? more = null, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        var settings = Settings();
        settings["url"] = url.ToString();
        settings["key"] = key ?? Payer.PrivateKey;
        foreach (var (name, value) in more ?? [])
        {
            settings[name] = value?.DeepClone();
        }

        await using var payer = await ChildProcess.RunAsync(
            new ChildProcessStart("node", "x402/payer.mjs", settings.ToJsonString()) { WorkingDirectory = RepositoryPaths.Chains });
        return payer.ExitCode == 0
            ? JsonNode.Parse(payer.OutputText)!.AsObject()
            : throw new InvalidOperationException($"The payer ended with {payer.ExitCode}.\n{payer.ErrorText}");
    }

    /// <summary>Lets Permit2 move the payer's USDC.</summary>
    public Task ApprovePermit2Async(BigInteger units) => Permit2Contracts.ApproveAsync(Anvil, UsdcAddress, Payer.Address, units);

    /// <summary>What the seller has received, in units of 10^-6 USDC.</summary>
    public Task<BigInteger> ReceivedAsync() => Usdc.BalanceAsync(PayTo);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var started in Enumerable.Reverse(_started))
        {
            await started.DisposeAsync();
        }

        await Anvil.DisposeAsync();
    }

    private async Task<NodeService> StartSellingAsync(string script, Uri facilitator)
    {
        ArgumentNullException.ThrowIfNull(facilitator);
        var settings = Settings();
        settings["facilitator"] = facilitator.ToString().TrimEnd('/');
        settings["payTo"] = PayTo;
        settings["asset"] = new JsonObject { ["address"] = UsdcAddress, ["name"] = "USDC", ["version"] = "2" };
        return Started(await NodeService.StartAsync(script, settings));
    }

    private JsonObject Settings() => new() { ["chainId"] = ChainId, ["rpc"] = Anvil.Url.ToString() };

    private T Started<T>(T what)
        where T : IAsyncDisposable
    {
        _started.Add(what);
        return what;
    }
}
