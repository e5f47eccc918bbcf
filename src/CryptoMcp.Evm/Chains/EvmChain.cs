using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using CryptoMcp.Money;

namespace CryptoMcp.Evm;

/// <summary>What we know about an EVM chain without asking anybody.</summary>
public sealed record EvmChain
{
    /// <summary>CAIP-2 id.</summary>
    public required ChainId Id { get; init; }

    /// <summary>Short name in arguments and answers, such as <c>base</c>: lower-case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>Name for people, such as <c>Base</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Other names that arguments may use.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>True when its coins are play money.</summary>
    public required bool IsTestNetwork { get; init; }

    /// <summary>JSON-RPC endpoints, in order of preference.</summary>
    public required IReadOnlyList<Uri> RpcUrls { get; init; }

    /// <summary>The coin that pays fees; 18 decimals.</summary>
    public required Asset Native { get; init; }

    /// <summary>When a block is final.</summary>
    public FinalityRule Finality { get; init; } = FinalityRule.Finalized;

    /// <summary>Time between blocks; how long a fee estimate is kept.</summary>
    public TimeSpan BlockTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>True for OP-stack chains, which charge an L1 data fee and an operator fee on top of gas.</summary>
    public bool IsOpStack { get; init; }

    /// <summary>Wei per gas that the network's nodes demand as priority fee at least; 0 where none is known.</summary>
    public BigInteger MinPriorityFeePerGas { get; init; }

    /// <summary>Web page of the chain's explorer, for links in answers.</summary>
    public Uri? Explorer { get; init; }

    /// <summary>The Multicall3 contract, if the chain has one. Whether it is deployed is found out on first use.</summary>
    public EvmAddress? Multicall3 { get; init; } = Evm.Multicall3.CanonicalAddress;

    /// <summary>The ENS registry, on Ethereum and its test network.</summary>
    public EvmAddress? EnsRegistry { get; init; }

    /// <summary>Pinned tokens.</summary>
    public IReadOnlyList<EvmToken> Tokens { get; init; } = [];

    /// <summary>True when every endpoint is on this machine.</summary>
    public bool IsLocal => RpcUrls.Count > 0 && RpcUrls.All(url => url.IsLoopback);

    /// <summary>The pinned token with this symbol; case matters.</summary>
    public bool TryFindToken(string symbol, [NotNullWhen(true)] out EvmToken? token)
    {
        token = Tokens.FirstOrDefault(candidate => candidate.Asset.Symbol == symbol);
        return token is not null;
    }

    /// <summary>The pinned token at this contract.</summary>
    public bool TryFindToken(EvmAddress address, [NotNullWhen(true)] out EvmToken? token)
    {
        token = Tokens.FirstOrDefault(candidate => candidate.Address == address);
        return token is not null;
    }

    /// <summary>The explorer's page of a transaction, if there is an explorer.</summary>
    public Uri? ExplorerPage(Hash32 transaction) => Explorer is null ? null : new(Explorer, $"/tx/{transaction}");

    /// <summary>Title and CAIP-2 id, for messages.</summary>
    public override string ToString() => $"{Title} ({Id})";
}
