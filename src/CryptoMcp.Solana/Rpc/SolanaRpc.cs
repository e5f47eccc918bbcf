namespace CryptoMcp.Solana;

/// <summary>
/// JSON-RPC client of one cluster. Reads go to the endpoints in order and are repeated a bounded number of times. Facts
/// that decide about money can be asked of several endpoints, which must agree. Safe for concurrent use; keeps
/// connections open, so make one for each cluster and keep it.
/// </summary>
public sealed class SolanaRpc : IDisposable
{
    private readonly RpcEndpoint[] _endpoints;
    private readonly SolanaRpcOptions _options;
    private readonly TimeProvider _clock;

    /// <summary>Makes a client; nothing is sent until the first request.</summary>
    /// <exception cref="ArgumentException">The cluster has no endpoint.</exception>
    public SolanaRpc(SolanaCluster cluster, SolanaRpcOptions? options = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (cluster.RpcUrls.Count == 0)
        {
            throw new ArgumentException($"{cluster} has no RPC endpoint. Add one to the member 'rpc' of its entry.", nameof(cluster));
        }

        Cluster = cluster;
        _options = options ?? new();
        _clock = clock ?? TimeProvider.System;
        _endpoints = [.. cluster.RpcUrls.Select(url => new RpcEndpoint(url, cluster, _options, _clock))];
    }

    /// <summary>The cluster.</summary>
    public SolanaCluster Cluster { get; }

    /// <summary>How many endpoints must say the same where it decides about money.</summary>
    public int Agree => _options.Agree;

    /// <summary>How many endpoints there are.</summary>
    public int EndpointCount => _endpoints.Length;

    /// <summary>Starts a batch of reads.</summary>
    public RpcBatch CreateBatch() => new(this);

    /// <summary>Sends one read.</summary>
    /// <exception cref="SolanaRpcException">No endpoint answered, or the node reported an error.</exception>
    public async Task<T> SendAsync<T>(RpcRequest<T> request, CancellationToken cancellationToken = default)
    {
        var answer = new RpcAnswer<T>(request);
        await ReadAsync([answer], cancellationToken).ConfigureAwait(false);
        return answer.Value;
    }

    /// <summary>
    /// Asks all endpoints and returns what <see cref="SolanaRpcOptions.Agree"/> of them say alike. There is no falling
    /// back to fewer: an attacker who silences one endpoint must not gain the say of the other.
    /// </summary>
    /// <exception cref="SolanaRpcException">Too few endpoints answered, or they disagree.</exception>
    public async Task<T> AgreedAsync<T>(RpcRequest<T> request, CancellationToken cancellationToken = default)
    {
        if (_options.Agree <= 1)
        {
            return await SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var values = await AskAllAsync(request, _options.Agree, cancellationToken).ConfigureAwait(false);
        foreach (var candidate in values)
        {
            if (values.Count(other => request.Same(candidate, other)) >= _options.Agree)
            {
                return candidate;
            }
        }

        throw new SolanaRpcException(
            SolanaRpcFailure.Disagreement,
            Cluster.Name,
            $"{_options.Agree} endpoints must agree on {request.Method}, but they answered differently. Wait for them to catch up, or replace the one that is wrong.");
    }

    /// <summary>What every endpoint says; at least <paramref name="needed"/> must answer.</summary>
    /// <exception cref="SolanaRpcException">Too few endpoints are configured or answered.</exception>
    public async Task<IReadOnlyList<T>> AskAllAsync<T>(RpcRequest<T> request, int needed, CancellationToken cancellationToken = default)
    {
        if (_endpoints.Length < needed)
        {
            throw new SolanaRpcException(
                SolanaRpcFailure.Disagreement, Cluster.Name, $"{needed} endpoints must agree, but {_endpoints.Length} are configured. Add endpoints.");
        }

        var asked = await Task.WhenAll(_endpoints.Select(endpoint => AskAsync(endpoint, request, cancellationToken))).ConfigureAwait(false);
        List<T> values = [.. asked.Where(answer => answer.Error is null).Select(answer => answer.Value)];
        if (values.Count >= needed)
        {
            return values;
        }

        var failure = asked.First(answer => answer.Error is not null).Error!;
        throw new SolanaRpcException(
            needed == 1 ? failure.Kind : SolanaRpcFailure.Disagreement,
            Cluster.Name,
            $"{needed} endpoints must answer {request.Method}, but {values.Count} did. {failure.Message}",
            failure);
    }

    /// <summary>
    /// Asks each endpoint a question whose second half may depend on its first: what an endpoint says of itself is worth
    /// something only beside its own further answers. An endpoint that fails is left out.
    /// </summary>
    public async Task<IReadOnlyList<(T First, TNext Next)>> AskEachAsync<T, TNext>(
        RpcRequest<T> first, RpcRequest<TNext> next, CancellationToken cancellationToken = default)
    {
        async Task<(T, TNext)?> AskBothAsync(RpcEndpoint endpoint)
        {
            var one = await AskAsync(endpoint, first, cancellationToken).ConfigureAwait(false);
            if (one.Error is not null)
            {
                return null;
            }

            var two = await AskAsync(endpoint, next, cancellationToken).ConfigureAwait(false);
            return two.Error is null ? (one.Value, two.Value) : null;
        }

        var asked = await Task.WhenAll(_endpoints.Select(AskBothAsync)).ConfigureAwait(false);
        return [.. asked.OfType<(T, TNext)>()];
    }

    /// <summary>
    /// Hands a signed transaction to every endpoint, once each: the same bytes land at most once. Without preflight, since
    /// it was simulated before it was signed and a node's refusal would prove nothing.
    /// </summary>
    /// <returns>Null when an endpoint took it; otherwise what the last one said. Only the chain tells what became of it.</returns>
    public async Task<SolanaRpcException?> SendTransactionAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken = default)
    {
        var expected = Transaction.Decode(transaction).Id;
        var outcomes = await Task.WhenAll(_endpoints.Select(endpoint => SendOnceAsync(endpoint, transaction, cancellationToken))).ConfigureAwait(false);
        SolanaRpcException? last = null;
        foreach (var (id, error) in outcomes)
        {
            if (error is null && id == expected)
            {
                return null;
            }

            last = error ?? new(SolanaRpcFailure.BadAnswer, Cluster.Name, "a node named another transaction than it was handed.");
        }

        return last;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        foreach (var endpoint in _endpoints)
        {
            endpoint.Dispose();
        }
    }

    internal async Task ReadAsync(IReadOnlyList<RpcAnswer> answers, CancellationToken cancellationToken)
    {
        var delay = _options.RetryDelay;
        for (var round = 0; ; round++)
        {
            SolanaRpcException? failure = null;
            foreach (var endpoint in _endpoints)
            {
                try
                {
                    foreach (var answer in answers)
                    {
                        answer.Reset();
                    }

                    await endpoint.ReadAsync(answers, cancellationToken).ConfigureAwait(false);
                    return;
                }
                catch (SolanaRpcException error) when (error.IsTransient)
                {
                    // A node on the wrong cluster is the graver finding: it must not hide behind another's outage.
                    failure = failure?.Kind == SolanaRpcFailure.WrongCluster ? failure : error;
                }
            }

            if (round == _options.ReadRetries || failure!.Kind == SolanaRpcFailure.WrongCluster)
            {
                throw failure!;
            }

            await Task.Delay(delay, _clock, cancellationToken).ConfigureAwait(false);
            delay *= 2;
        }
    }

    private static async Task<(T Value, SolanaRpcException? Error)> AskAsync<T>(
        RpcEndpoint endpoint, RpcRequest<T> request, CancellationToken cancellationToken)
    {
        var answer = new RpcAnswer<T>(request);
        try
        {
            await endpoint.ReadAsync([answer], cancellationToken).ConfigureAwait(false);
            return answer.Error is { } error ? (default!, error) : (answer.Value, null);
        }
        catch (SolanaRpcException error)
        {
            return (default!, error);
        }
    }

    private static async Task<(TransactionSignature Id, SolanaRpcException? Error)> SendOnceAsync(
        RpcEndpoint endpoint, ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken)
    {
        var answer = new RpcAnswer<TransactionSignature>(SolanaRequests.SendTransaction(transaction));
        try
        {
            await endpoint.SendOnceAsync(answer, cancellationToken).ConfigureAwait(false);
            return answer.Error is { } refusal ? (default, refusal) : (answer.Value, null);
        }
        catch (SolanaRpcException error)
        {
            return (default, error);
        }
    }
}
