using CryptoMcp.Money;
using CryptoMcp.Testing;

namespace CryptoMcp.Evm.Tests;

/// <summary>A local node that the tests of a class share, and clients of it.</summary>
public sealed class LocalChain : IAsyncLifetime
{
    /// <summary>Reads are repeated without a pause.</summary>
    public static readonly EvmRpcOptions Hasty = new() { RetryDelay = TimeSpan.Zero };

    public Anvil Anvil { get; private set; } = null!;

    public static EvmAddress Account(int index) => EvmAddress.Parse(Anvil.DevelopmentAccounts[index].Address);

    public static byte[] Key(int index) => Hex.ParseData(Anvil.DevelopmentAccounts[index].PrivateKey);

    public static EvmChain At(params Uri[] endpoints) => new()
    {
        Id = ChainId.Evm(31337),
        Name = "local",
        Title = "Local",
        IsTestNetwork = true,
        RpcUrls = endpoints,
        Native = new(AssetId.Native(ChainId.Evm(31337)), "ETH", 18),
        Finality = FinalityRule.AtDepth(2),
    };

    public static Eip1559Transaction Transfer(ulong nonce, EvmAddress to, FeeQuote fees, ulong value = 1) => new()
    {
        ChainId = 31337,
        Nonce = nonce,
        MaxFeePerGas = fees.MaxFeePerGas,
        MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas,
        GasLimit = 21_000,
        To = to,
        Value = value,
    };

    public EvmRpc Connect(EvmRpcOptions? options = null, TimeProvider? clock = null) => new(At(Anvil.Url), options ?? Hasty, clock);

    public async ValueTask InitializeAsync() => Anvil = await Anvil.StartAsync();

    public ValueTask DisposeAsync() => Anvil.DisposeAsync();
}

/// <summary>Counts HTTP exchanges, or answers in place of a node.</summary>
internal sealed class ScriptedHandler(Func<HttpRequestMessage, string, string?>? script = null)
    : DelegatingHandler(new SocketsHttpHandler())
{
    private int _exchanges;

    public int Exchanges => _exchanges;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _exchanges);
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        return script?.Invoke(request, body) is { } answer
            ? new() { Content = new StringContent(answer) }
            : await base.SendAsync(request, cancellationToken);
    }
}
