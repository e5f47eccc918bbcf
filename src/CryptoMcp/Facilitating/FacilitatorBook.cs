using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Payments;

namespace CryptoMcp.Facilitating;

/// <summary>Who settles, and where: the guard's wallet on the chains of its policy, with the tokens that the policy pins there.</summary>
internal sealed class FacilitatorBook : IDisposable
{
    private readonly Dictionary<ChainId, EvmRpc> _rpcs = [];

    private FacilitatorBook(string wallet, EvmAddress account, IReadOnlyList<EvmChain> chains)
    {
        Wallet = wallet;
        Account = account;
        Chains = chains;
        foreach (var chain in chains)
        {
            _rpcs.Add(chain.Id, new EvmRpc(chain));
        }
    }

    /// <summary>The wallet's name in the policy.</summary>
    public string Wallet { get; }

    /// <summary>The account that pays the gas.</summary>
    public EvmAddress Account { get; }

    /// <summary>The chains, each with the tokens that are settled.</summary>
    public IReadOnlyList<EvmChain> Chains { get; }

    /// <summary>Reads the guard's wallets.</summary>
    /// <exception cref="GuardException">There is no wallet to settle with, or more than one and none is named.</exception>
    public static async Task<FacilitatorBook> OpenAsync(GuardClient guard, EvmChains table, string? wallet, CancellationToken ct)
    {
        var wallets = (await guard.GetWalletsAsync(ct)).Wallets.Where(known => known is { Family: ChainId.Eip155, CanSign: true }).ToList();
        var chosen = wallets switch
        {
            [var only] when wallet is null => only,
            _ => wallets.FirstOrDefault(known => known.Name == wallet),
        } ?? throw new GuardException(
            "wallet_needed",
            wallets.Count == 0 ? "The guard has no EVM wallet that it can sign for." : $"Settle with one of the wallets: {string.Join(", ", wallets.Select(known => known.Name))}.",
            wallets.Count == 0 ? "Run 'cryptomcp init' and fund the wallet with gas." : "Name it with --wallet.");
        var chains = new List<EvmChain>();
        foreach (var listed in chosen.Chains)
        {
            if (table.TryFind(ChainId.Parse(listed.Chain), out var chain))
            {
                chains.Add(chain with { Tokens = [.. chain.Tokens.Where(token => listed.Assets.Any(asset => asset.Asset == token.Asset.Id.ToString()))] });
            }
        }

        return new(chosen.Name, EvmAddress.Parse(chosen.Address), chains);
    }

    /// <summary>The chain that a payment is on.</summary>
    public EvmRpc RpcOf(CheckedPayment payment) => _rpcs[payment.Transfer.Chain];

    /// <summary>What is settled: <c>exact</c> in both versions and <c>upto</c>, on each chain with a token.</summary>
    public SupportedKinds Supported()
    {
        var kinds = new List<SupportedKind>();
        foreach (var chain in Chains.Where(chain => chain.Tokens.Count > 0))
        {
            kinds.Add(new(2, "exact", chain.Id.ToString()));
            kinds.Add(new(2, "upto", chain.Id.ToString(), Account.ToString()));
            if (X402Networks.NameInVersion1(chain.Id) is { } name)
            {
                kinds.Add(new(1, "exact", name));
            }
        }

        return new() { Kinds = kinds, Extensions = [TokenPermit.Extension], EvmSigners = [Account.ToString()] };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var rpc in _rpcs.Values)
        {
            rpc.Dispose();
        }
    }
}
