using System.Collections.Concurrent;
using CryptoMcp.Guard.Chains;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Policy;
using CryptoMcp.Solana;

namespace CryptoMcp.Guard.Solana;

/// <summary>The guard's own view of the Solana clusters that the policy names.</summary>
internal sealed class SolanaNetworks(SolanaClusters table, PolicyDocument policy, TimeProvider clock) : IChainFamily
{
    // Two slots: what is asked more often has not changed.
    private const int SlotsBetweenLooks = 2;

    private static readonly TimeSpan s_shortestLook = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentDictionary<ChainId, SolanaNetwork> _networks = new();
    private readonly ConcurrentBag<SolanaNetwork> _outdated = [];
    private volatile PolicyDocument _policy = policy;

    /// <inheritdoc/>
    public IEnumerable<ChainId> OfPolicy => _policy.Rpc.Keys.Where(id => table.TryFind(id, out _));

    /// <summary>True when a text names a cluster, whether the policy allows it or not.</summary>
    public bool Knows(string chain) => table.TryFind(chain, out _);

    /// <summary>The cluster by name or CAIP-2 id.</summary>
    /// <exception cref="GuardException">Unknown, or not named by the policy.</exception>
    public SolanaNetwork Find(string chain) => table.TryFind(chain, out var cluster)
        ? Find(cluster.Id)
        : throw new GuardException("unknown_chain", "There is no Solana cluster of that name.", $"Chains of the policy: {Names()}.");

    /// <summary>The cluster by id.</summary>
    /// <exception cref="GuardException">Not named by the policy.</exception>
    public SolanaNetwork Find(ChainId id)
    {
        if (!_policy.Rpc.TryGetValue(id, out var endpoints) || !table.TryFind(id, out var cluster))
        {
            throw new GuardException(
                "chain_not_allowed",
                $"The policy does not let this wallet act on {(table.TryFind(id, out var known) ? known.ToString() : id.ToString())}.",
                $"Chains of the policy: {Names()}. Only the owner can add one.");
        }

        return _networks.GetOrAdd(id, _ => new SolanaNetwork(cluster, endpoints, clock));
    }

    /// <inheritdoc/>
    public void Use(PolicyDocument next)
    {
        var before = _policy;
        _policy = next;
        foreach (var (chain, endpoints) in before.Rpc)
        {
            if ((!next.Rpc.TryGetValue(chain, out var now) || !endpoints.IsSame(now)) && _networks.TryRemove(chain, out var outdated))
            {
                // Somebody may be asking it at this moment.
                _outdated.Add(outdated);
            }
        }
    }

    /// <inheritdoc/>
    public string? NameOf(ChainId chain) => table.TryFind(chain, out var known) ? known.Name : null;

    /// <inheritdoc/>
    public string? Canonical(string address) => Pubkey.TryParse(address, out var parsed) ? parsed.ToString() : null;

    /// <inheritdoc/>
    public TimeSpan LookEvery(ChainId chain) => table.TryFind(chain, out var known) && known.SlotTime * SlotsBetweenLooks >= s_shortestLook
        ? known.SlotTime * SlotsBetweenLooks
        : s_shortestLook;

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> FinalTimeAsync(ChainId chain, CancellationToken ct)
    {
        var network = Find(chain);
        try
        {
            return (await FinalBlock.ReadAsync(network, ct)).Time;
        }
        catch (SolanaRpcException e)
        {
            throw SolanaProblems.Of(e, network.Cluster);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        foreach (var network in _outdated)
        {
            network.Dispose();
        }

        foreach (var network in _networks.Values)
        {
            network.Dispose();
        }
    }

    private string Names() => string.Join(
        ", ", _policy.Rpc.Keys.Select(id => table.TryFind(id, out var cluster) ? cluster.Name : id.ToString()).Order(StringComparer.Ordinal));
}

/// <summary>The newest block that as many endpoints as must agree call final.</summary>
/// <param name="Slot">Its slot.</param>
/// <param name="Time">Its time, as the validators voted.</param>
internal readonly record struct FinalBlock(ulong Slot, DateTimeOffset Time)
{
    public static async ValueTask<FinalBlock> ReadAsync(SolanaNetwork network, CancellationToken ct)
    {
        // Honest nodes are rarely at the very same slot: the highest that enough of them have reached.
        var slots = (await network.Rpc.AskAllAsync(SolanaRequests.Slot(Commitment.Finalized), network.Rpc.Agree, ct)).OrderDescending().ToList();
        var slot = slots[network.Rpc.Agree - 1];
        return new(slot, await network.Rpc.AgreedAsync(SolanaRequests.BlockTime(slot), ct));
    }
}
