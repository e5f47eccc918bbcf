using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Evm;
using CryptoMcp.Money;
using CryptoMcp.Testing;
using CryptoMcp.Web;

namespace CryptoMcp.Reputation.Tests;

/// <summary>
/// A real local chain with the three registries at their canonical addresses, a real USDC, and a proxy in front that can
/// fail and lie.
/// </summary>
public sealed class RegistryChain : IAsyncDisposable
{
    public static readonly ChainId Id = ChainId.Evm(31337);
    public static readonly EvmAddress Usdc = EvmAddress.Parse("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913");

    public static readonly RegistrySet Set = new()
    {
        Chain = Id,
        Identity = EvmAddress.Parse("0x8004A169FB4a3325136EB29fA0ceB6D2e539a432"),
        Reputation = EvmAddress.Parse("0x8004BAa17C55a88189AE136b182e5fdA19dE9b63"),
        Validation = EvmAddress.Parse("0x8004Cc8439f36fd5F9F049D9fF86523Df6dAAB58"),
    };

    private readonly UsdcContract? _usdc;

    private RegistryChain(Anvil anvil, FaultProxy proxy, UsdcContract? usdc, IReadOnlySet<Hash32> code)
    {
        (Anvil, Proxy, _usdc, TrustedCode) = (anvil, proxy, usdc, code);
        Chain = new()
        {
            Id = Id,
            Name = "local",
            Title = "Local",
            IsTestNetwork = true,
            RpcUrls = [proxy.Url],
            Native = new(AssetId.Native(Id), "ETH", 18),
            Finality = FinalityRule.AtDepth(2),
            Tokens = [EvmToken.Create(Id, "USDC", Usdc, 6)],
        };
        Rpc = new(Chain, new() { RetryDelay = TimeSpan.Zero });
    }

    public Anvil Anvil { get; }

    public FaultProxy Proxy { get; }

    public EvmChain Chain { get; }

    public EvmRpc Rpc { get; }

    /// <summary>Hashes of the code that stands at the addresses.</summary>
    public IReadOnlySet<Hash32> TrustedCode { get; }

    public static async Task<RegistryChain> StartAsync(bool withRegistries = true, bool withUsdc = true)
    {
        var anvil = await Anvil.StartAsync();
        var code = new HashSet<Hash32>();
        if (withRegistries)
        {
            var contracts = await SolidityContracts.CompileAsync("Erc8004.sol");
            foreach (var (address, name) in ((EvmAddress, string)[])[(Set.Identity, "Identity"), (Set.Reputation, "Reputation"), (Set.Validation!.Value, "Validation")])
            {
                var runtime = contracts[name]!["runtime"]!.GetValue<string>();
                await anvil.SetCodeAsync(address.ToString(), runtime);
                code.Add(Hash32.Keccak(Hex.ParseData(runtime)));
            }

            var initialize = AbiFunction.Parse("function initialize(address identity)");
            await anvil.SendAsAsync(Anvil.DevelopmentAccounts[0].Address, Set.Reputation.ToString(), Hex.Format(initialize.Encode(Set.Identity)));
            await anvil.SendAsAsync(Anvil.DevelopmentAccounts[0].Address, Set.Validation!.Value.ToString(), Hex.Format(initialize.Encode(Set.Identity)));
        }

        var usdc = withUsdc ? await UsdcContract.PlaceAsync(anvil, Usdc.ToString()) : null;
        return new(anvil, await FaultProxy.StartAsync(anvil.Url), usdc, code);
    }

    /// <summary>An account that nothing else uses.</summary>
    public static EvmAddress Account(int number) => new(Hash32.Keccak(Encoding.UTF8.GetBytes($"account {number}")).ToArray().AsSpan(0, 20));

    public AgentLookup Lookup(LookupOptions? options = null, LogCache? cache = null, params string[] trustedOrigins) => new(
        new FileLoader(new WebReader(new() { TrustedOrigins = trustedOrigins }), []),
        cache ?? new(),
        (options ?? new()) with { Registries = RegistryTable.BuiltIn.With(Set), TrustedCode = TrustedCode },
        TimeProvider.System);

    public Task<AgentReport> LookAsync(BigInteger agent, LookupOptions? options = null) =>
        Lookup(options).LookAsync(Rpc, new(Id, Set.Identity, agent), cancellationToken: TestContext.Current.CancellationToken);

    public Task<JsonNode> SendAsync(EvmAddress from, EvmAddress to, byte[] data) => Anvil.SendAsAsync(from.ToString(), to.ToString(), Hex.Format(data));

    /// <summary>Registers an agent; ids count from 0.</summary>
    public Task RegisterAsync(EvmAddress owner, string uri = "") => SendAsync(owner, Set.Identity, IdentityRegistry.RegisterUri.Encode(uri));

    public Task<JsonNode> FeedbackAsync(EvmAddress client, BigInteger agent, string value, string tag = "starred", string uri = "", Hash32 hash = default)
    {
        var parsed = FeedbackValue.Parse(value);
        return SendAsync(client, Set.Reputation, ReputationRegistry.GiveFeedback.Encode(agent, parsed.Raw, parsed.Decimals, tag, "", "", uri, hash));
    }

    /// <summary>A payment in dollars, as a plain transfer.</summary>
    public async Task<string> PayAsync(EvmAddress from, EvmAddress to, decimal dollars)
    {
        var units = (BigInteger)(dollars * 1_000_000);
        await _usdc!.MintAsync(from.ToString(), units);
        return (await SendAsync(from, Usdc, Erc20.Transfer(to, units)))["transactionHash"]!.GetValue<string>();
    }

    public async Task PassAsync(TimeSpan time)
    {
        await Anvil.CallAsync("evm_increaseTime", (long)time.TotalSeconds);
        await Anvil.MineAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Rpc.Dispose();
        await Proxy.DisposeAsync();
        await Anvil.DisposeAsync();
    }
}
