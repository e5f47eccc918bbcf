using System.Diagnostics.CodeAnalysis;
using CryptoMcp.Money;

namespace CryptoMcp.Solana;

/// <summary>What we know about a Solana cluster without asking anybody.</summary>
public sealed record SolanaCluster
{
    /// <summary>CAIP-2 id: the first 32 characters of the genesis hash.</summary>
    public required ChainId Id { get; init; }

    /// <summary>Short name in arguments and answers, such as <c>solana</c> or <c>solana:devnet</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name for people, such as <c>Solana</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Other names that arguments may use.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>True when its coins are play money.</summary>
    public required bool IsTestNetwork { get; init; }

    /// <summary>JSON-RPC endpoints, in order of preference.</summary>
    public required IReadOnlyList<Uri> RpcUrls { get; init; }

    /// <summary>The coin that pays fees and rent; 9 decimals.</summary>
    public Asset Native => new(AssetId.Native(Id), "SOL", 9);

    /// <summary>Time between slots.</summary>
    public TimeSpan SlotTime { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Web page of an explorer, for links in answers; <c>{0}</c> stands for the transaction.</summary>
    public string? ExplorerPattern { get; init; }

    /// <summary>Pinned tokens.</summary>
    public IReadOnlyList<SolanaToken> Tokens { get; init; } = [];

    /// <summary>True when every endpoint is on this machine.</summary>
    public bool IsLocal => RpcUrls.Count > 0 && RpcUrls.All(url => url.IsLoopback);

    /// <summary>Whether a genesis hash is this cluster's: 32 characters of base58 are 187 bits, which nobody meets by chance.</summary>
    public bool IsGenesis(Blockhash genesis) => genesis.ToString().StartsWith(Id.Reference, StringComparison.Ordinal);

    /// <summary>The pinned token with this symbol; case matters.</summary>
    public bool TryFindToken(string symbol, [NotNullWhen(true)] out SolanaToken? token)
    {
        token = Tokens.FirstOrDefault(candidate => candidate.Asset.Symbol == symbol);
        return token is not null;
    }

    /// <summary>The pinned token of this mint.</summary>
    public bool TryFindToken(Pubkey mint, [NotNullWhen(true)] out SolanaToken? token)
    {
        token = Tokens.FirstOrDefault(candidate => candidate.Mint == mint);
        return token is not null;
    }

    /// <summary>The explorer's page of a transaction, if there is an explorer.</summary>
    public Uri? ExplorerPage(TransactionSignature transaction) => ExplorerPattern is null
        ? null
        : new(ExplorerPattern.Replace("{0}", transaction.ToString(), StringComparison.Ordinal));

    /// <summary>Title and CAIP-2 id, for messages.</summary>
    public override string ToString() => $"{Title} ({Id})";
}
