using System.Diagnostics.CodeAnalysis;
using CryptoMcp.Money;

namespace CryptoMcp.Solana;

/// <summary>
/// The clusters that are known: the built-in ones and the user's own. Genesis hashes as CAIP-2 names them
/// (namespaces.chainagnostic.org/solana/caip2); mints as the issuers and the x402 packages publish them.
/// </summary>
public sealed class SolanaClusters
{
    private static readonly ChainId s_mainnet = ChainId.Parse("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp");
    private static readonly ChainId s_devnet = ChainId.Parse("solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1");
    private static readonly ChainId s_testnet = ChainId.Parse("solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z");

    private readonly Dictionary<ChainId, SolanaCluster> _byId = [];
    private readonly Dictionary<string, SolanaCluster> _byName = new(StringComparer.OrdinalIgnoreCase);

    private SolanaClusters(IReadOnlyList<SolanaCluster> clusters)
    {
        All = clusters;
        foreach (var cluster in clusters)
        {
            if (!_byId.TryAdd(cluster.Id, cluster))
            {
                throw new SolanaFormatException($"The cluster {cluster.Id} is listed twice. Keep one entry.");
            }

            foreach (var name in cluster.Aliases.Prepend(cluster.Name))
            {
                if (!_byName.TryAdd(name, cluster))
                {
                    throw new SolanaFormatException($"The name '{name}' stands for two clusters. Choose another.");
                }
            }
        }
    }

    /// <summary>The built-in clusters alone.</summary>
    public static SolanaClusters BuiltIn { get; } = new(
    [
        new()
        {
            Id = s_mainnet,
            Name = "solana",
            Title = "Solana",
            Aliases = ["solana:mainnet", "solana-mainnet"],
            IsTestNetwork = false,
            RpcUrls = [new("https://api.mainnet-beta.solana.com")],
            ExplorerPattern = "https://explorer.solana.com/tx/{0}",
            Tokens =
            [
                SolanaToken.Create(s_mainnet, "USDC", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", 6, ProgramIds.Token),
                SolanaToken.Create(s_mainnet, "USDT", "Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB", 6, ProgramIds.Token),
                SolanaToken.Create(s_mainnet, "USDG", "2u1tszSeqZ3qBWF3uNGPFc8TzMk2tdiwknnRMWGWjGWH", 6, ProgramIds.Token2022),
                SolanaToken.Create(s_mainnet, "PYUSD", "2b1kV6DkPAnxd5ixfnxCpjxmKwqjjaYmCZfHsFu24GXo", 6, ProgramIds.Token2022),
            ],
        },
        new()
        {
            Id = s_devnet,
            Name = "solana:devnet",
            Title = "Solana Devnet",
            Aliases = ["solana-devnet"],
            IsTestNetwork = true,
            RpcUrls = [new("https://api.devnet.solana.com")],
            ExplorerPattern = "https://explorer.solana.com/tx/{0}?cluster=devnet",
            Tokens = [SolanaToken.Create(s_devnet, "USDC", "4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU", 6, ProgramIds.Token)],
        },
        new()
        {
            Id = s_testnet,
            Name = "solana:testnet",
            Title = "Solana Testnet",
            Aliases = ["solana-testnet"],
            IsTestNetwork = true,
            RpcUrls = [new("https://api.testnet.solana.com")],
            ExplorerPattern = "https://explorer.solana.com/tx/{0}?cluster=testnet",
            Tokens = [SolanaToken.Create(s_testnet, "USDC", "4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU", 6, ProgramIds.Token)],
        },
    ]);

    /// <summary>All clusters: the built-in ones first.</summary>
    public IReadOnlyList<SolanaCluster> All { get; }

    /// <summary>The built-in clusters with a user's entries; see <see cref="ClusterFile"/>.</summary>
    /// <exception cref="SolanaFormatException">The JSON is malformed, or an entry is incomplete or contradicts another.</exception>
    public static SolanaClusters Load(ReadOnlyMemory<byte> userJson)
    {
        var clusters = BuiltIn.All.ToList();
        var seen = new HashSet<ChainId>();
        foreach (var entry in ClusterFile.Read(userJson))
        {
            if (!seen.Add(entry.Id))
            {
                throw new SolanaFormatException($"The cluster {entry.Id} is listed twice. Keep one entry.");
            }

            var known = clusters.FindIndex(cluster => cluster.Id == entry.Id);
            if (known >= 0)
            {
                clusters[known] = entry.ApplyTo(clusters[known]);
            }
            else
            {
                clusters.Add(entry.ToCluster());
            }
        }

        return new(clusters);
    }

    /// <summary>The built-in clusters and further ones, which replace built-in clusters of the same id.</summary>
    public static SolanaClusters With(params IEnumerable<SolanaCluster> further)
    {
        var added = further.ToList();
        return new([.. BuiltIn.All.Where(cluster => added.All(other => other.Id != cluster.Id)), .. added]);
    }

    /// <summary>The cluster with this id.</summary>
    public bool TryFind(ChainId id, [NotNullWhen(true)] out SolanaCluster? cluster) => _byId.TryGetValue(id, out cluster);

    /// <summary>The cluster that a text names: <c>solana</c>, <c>solana:devnet</c>, or the CAIP-2 id.</summary>
    public bool TryFind(string? text, [NotNullWhen(true)] out SolanaCluster? cluster)
    {
        if (text is not null && (_byName.TryGetValue(text, out cluster) || (ChainId.TryParse(text, out var id) && _byId.TryGetValue(id, out cluster))))
        {
            return true;
        }

        cluster = null;
        return false;
    }
}
