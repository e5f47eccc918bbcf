using System.Collections.Concurrent;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Evm;

/// <summary>
/// The guard's own view of the EVM chains that the policy names: endpoints and agreement come from the policy, facts
/// about the chain from the pinned table.
/// </summary>
internal sealed class EvmNetworks(EvmChains table, PolicyDocument policy, TimeProvider clock) : IDisposable
{
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
        if (!policy.Rpc.TryGetValue(id, out var endpoints) || !table.TryFind(id, out var chain))
        {
            throw new GuardException(
                "chain_not_allowed",
                $"The policy does not let this wallet act on {(table.TryFind(id, out var known) ? known.ToString() : id.ToString())}.",
                $"Chains of the policy: {Names()}. Only the owner can add one.");
        }

        return _networks.GetOrAdd(id, _ => new EvmNetwork(chain, endpoints, clock));
    }

    /// <summary>Every EVM chain that the policy names and the table knows.</summary>
    public IEnumerable<EvmNetwork> OfPolicy() => policy.Rpc.Keys.Where(id => id.IsEvm && table.TryFind(id, out _)).Select(Find);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        foreach (var network in _networks.Values)
        {
            network.Dispose();
        }
    }

    private string Names() => string.Join(
        ", ", policy.Rpc.Keys.Where(id => id.IsEvm).Select(id => table.TryFind(id, out var chain) ? chain.Name : id.ToString()).Order(StringComparer.Ordinal));
}
