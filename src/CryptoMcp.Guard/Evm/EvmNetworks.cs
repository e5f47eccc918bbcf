using System.Collections.Concurrent;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Chains;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Evm;

/// <summary>
/// The guard's own view of the EVM chains that the policy names: endpoints and agreement come from the policy, facts
/// about the chain from the pinned table.
/// </summary>
internal sealed class EvmNetworks(EvmChains table, PolicyDocument policy, TimeProvider clock) : IChainFamily
{
    private static readonly TimeSpan s_shortestLook = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentBag<EvmNetwork> _outdated = [];
    private volatile PolicyDocument _policy = policy;

    private readonly ConcurrentDictionary<ChainId, EvmNetwork> _networks = new();

    /// <summary>The chain table.</summary>
    public EvmChains Table => table;

    /// <summary>The chain by name or CAIP-2 id.</summary>
    /// <exception cref="GuardException">Unknown, or not named by the policy.</exception>
    public EvmNetwork Find(string chain)
    {
        if (!table.TryFind(chain, out var found, out var problem))
        {
            throw new GuardException("unknown_chain", problem, $"Chains of the policy: {Names()}.");
        }

        return Find(found.Id);
    }

    /// <summary>The chain by id.</summary>
    /// <exception cref="GuardException">Not named by the policy.</exception>
    public EvmNetwork Find(ChainId id)
    {
        if (!_policy.Rpc.TryGetValue(id, out var endpoints) || !table.TryFind(id, out var chain))
        {
            throw new GuardException(
                "chain_not_allowed",
                $"The policy does not let this wallet act on {(table.TryFind(id, out var known) ? known.ToString() : id.ToString())}.",
                $"Chains of the policy: {Names()}. Only the owner can add one.");
        }

        return _networks.GetOrAdd(id, _ => new EvmNetwork(chain, endpoints, clock));
    }

    /// <inheritdoc/>
    public IEnumerable<ChainId> OfPolicy => _policy.Rpc.Keys.Where(id => table.TryFind(id, out _));

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
    public string? Canonical(string address) => EvmAddress.TryParse(address, out var parsed) ? parsed.ToString() : null;

    /// <inheritdoc/>
    public TimeSpan LookEvery(ChainId chain) =>
        table.TryFind(chain, out var known) && known.BlockTime >= s_shortestLook ? known.BlockTime : s_shortestLook;

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> FinalTimeAsync(ChainId chain, CancellationToken ct)
    {
        var network = Find(chain);
        try
        {
            return (await Finality.GetFinalBlockAsync(network.Rpc, ct))?.Timestamp;
        }
        catch (EvmRpcException e)
        {
            throw ChainProblems.Of(e, network.Chain);
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
        ", ", _policy.Rpc.Keys.Select(id => table.TryFind(id, out var chain) ? chain.Name : id.ToString()).Order(StringComparer.Ordinal));
}
