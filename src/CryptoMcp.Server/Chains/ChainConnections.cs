using System.Collections.Concurrent;
using CryptoMcp.Evm;
using CryptoMcp.Money;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Solana;

namespace CryptoMcp.Server.Chains;

/// <summary>
/// One JSON-RPC client per chain, made when it is first needed and kept, since it keeps its connections open. Every read
/// has a deadline of its own, so that one hanging endpoint does not hold up an answer about other chains.
/// </summary>
public sealed class ChainConnections(TimeProvider clock) : IDisposable
{
    /// <summary>Longest time for one answer about a chain, second attempts and second endpoints included.</summary>
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(12);

    /// <summary>For look-ups that scan many blocks: they bound themselves and say what they did not see; this is the last stop.</summary>
    internal static readonly TimeSpan PatientDeadline = TimeSpan.FromSeconds(40);

    // A person or a model waits for these reads: better to say soon that a chain is silent.
    private static readonly EvmRpcOptions s_impatient = new() { Timeout = TimeSpan.FromSeconds(5), ReadRetries = 1 };

    private static readonly SolanaRpcOptions s_impatientToo = new() { Timeout = s_impatient.Timeout, ReadRetries = s_impatient.ReadRetries };

    private readonly ConcurrentDictionary<ChainId, Lazy<EvmRpc>> _clients = new();
    private readonly ConcurrentDictionary<ChainId, Lazy<SolanaRpc>> _solana = new();

    /// <summary>Reads from a chain within the deadline.</summary>
    /// <exception cref="ToolException">The chain could not be asked or answered wrongly; says which chain and what to do.</exception>
    public async Task<T> AskAsync<T>(EvmChain chain, Func<EvmRpc, CancellationToken, Task<T>> read, CancellationToken ct, TimeSpan? within = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(read);
        using var deadline = new CancellationTokenSource(within ?? Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            return await read(ClientOf(chain), either.Token).ConfigureAwait(false);
        }
        catch (EvmRpcException e)
        {
            throw ChainFailure.Of(chain, e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw ChainFailure.Silent(chain.Name, e);
        }
    }

    /// <inheritdoc cref="AskAsync{T}(EvmChain, Func{EvmRpc, CancellationToken, Task{T}}, CancellationToken, TimeSpan?)"/>
    public async Task<T> AskAsync<T>(SolanaCluster cluster, Func<SolanaRpc, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(read);
        using var deadline = new CancellationTokenSource(Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            return await read(_solana.GetOrAdd(cluster.Id, _ => new(() => new SolanaRpc(cluster, s_impatientToo, clock))).Value, either.Token).ConfigureAwait(false);
        }
        catch (SolanaRpcException e)
        {
            throw ChainFailure.Of(cluster, e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw ChainFailure.Silent(cluster.Name, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _solana.Values)
        {
            if (client.IsValueCreated)
            {
                client.Value.Dispose();
            }
        }

        foreach (var client in _clients.Values)
        {
            if (client.IsValueCreated)
            {
                client.Value.Dispose();
            }
        }
    }

    private EvmRpc ClientOf(EvmChain chain) => _clients.GetOrAdd(chain.Id, _ => new(() => new EvmRpc(chain, s_impatient, clock))).Value;
}
