using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>
/// JSON-RPC client of one chain. Reads go to the endpoints in order and are repeated a bounded number of times; a
/// transaction is handed over once. Facts that decide about money can be asked of several endpoints, which must agree.
/// Safe for concurrent use; keeps connections open, so make one for each chain and keep it.
/// </summary>
public sealed class EvmRpc : IDisposable
{
    private readonly RpcEndpoint[] _endpoints;
    private readonly EvmRpcOptions _options;
    private readonly TimeProvider _clock;

    /// <summary>Makes a client; nothing is sent until the first request.</summary>
    /// <exception cref="ArgumentException">The chain has no endpoint.</exception>
    public EvmRpc(EvmChain chain, EvmRpcOptions? options = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        if (chain.RpcUrls.Count == 0)
        {
            throw new ArgumentException($"{chain} has no RPC endpoint. Add one to the member 'rpc' of its entry.", nameof(chain));
        }

        Chain = chain;
        _options = options ?? new();
        _clock = clock ?? TimeProvider.System;
        _endpoints = [.. chain.RpcUrls.Select(url => new RpcEndpoint(url, chain, _options, _clock))];
        Multicall = new(this);
    }

    /// <summary>The chain.</summary>
    public EvmChain Chain { get; }

    /// <summary>Many calls in one.</summary>
    public Multicall3 Multicall { get; }

    /// <summary>True when facts that decide about money need more than one endpoint.</summary>
    public bool NeedsAgreement => _options.Agree > 1;

    /// <summary>The clock that timeouts and caches go by.</summary>
    internal TimeProvider Clock => _clock;

    /// <summary>Starts a batch of reads.</summary>
    public RpcBatch CreateBatch() => new(this);

    /// <summary>Sends one read.</summary>
    /// <exception cref="EvmRpcException">No endpoint answered, or the node reported an error.</exception>
    public async Task<T> SendAsync<T>(RpcRequest<T> request, CancellationToken cancellationToken = default)
    {
        var answer = new RpcAnswer<T>(request);
        await ReadAsync([answer], cancellationToken).ConfigureAwait(false);
        return answer.Value;
    }

    /// <summary>
    /// Asks all endpoints and returns what <see cref="EvmRpcOptions.Agree"/> of them say alike. There is no falling
    /// back to fewer: an attacker who silences one endpoint must not gain the say of the other.
    /// </summary>
    /// <exception cref="EvmRpcException">Too few endpoints answered, or they disagree.</exception>
    public async Task<T> AgreedAsync<T>(RpcRequest<T> request, CancellationToken cancellationToken = default)
    {
        var needed = _options.Agree;
        if (needed <= 1)
        {
            return await SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var values = await AskEnoughAsync(request, cancellationToken).ConfigureAwait(false);
        foreach (var candidate in values)
        {
            if (values.Count(other => request.Same(candidate, other)) >= needed)
            {
                return candidate;
            }
        }

        throw new EvmRpcException(EvmRpcFailure.Disagreement, Chain.Name,
            $"{needed} endpoints must agree on {request.Method}, but they answered differently. "
            + "Wait for them to catch up, or replace the one that is wrong.");
    }

    /// <summary>
    /// Hands a signed transaction to the first endpoint that serves the right chain, exactly once. A refusal is an
    /// outcome, not an exception.
    /// </summary>
    /// <exception cref="EvmRpcException">
    /// The answer is missing or malformed; <see cref="EvmRpcException.MayHaveBeenSent"/> tells whether the node may have it.
    /// </exception>
    public async Task<Broadcast> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken = default)
    {
        var hash = Hash32.Keccak(raw.Span);
        var answer = new RpcAnswer<Hash32>(
            new("eth_sendRawTransaction", writer => writer.WriteStringValue(Hex.Format(raw.Span)), RpcJson.Hash));
        var endpoint = await FirstHealthyAsync(cancellationToken).ConfigureAwait(false);
        await endpoint.SendOnceAsync(answer, cancellationToken).ConfigureAwait(false);
        if (answer.Error is { } refusal)
        {
            return Broadcast.Refused(hash, refusal.UntrustedMessage);
        }

        return answer.Value == hash
            ? new(BroadcastOutcome.Accepted, hash)
            : throw new EvmRpcException(EvmRpcFailure.BadAnswer, endpoint.Name,
                "the node named another hash than the transaction has. Look for the receipt of ours.")
            {
                MayHaveBeenSent = true,
            };
    }

    /// <summary>The chain id that the node reports.</summary>
    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken = default) => SendAsync(EvmRequests.ChainId, cancellationToken);

    /// <summary>Number of the newest block.</summary>
    public Task<ulong> GetBlockNumberAsync(CancellationToken cancellationToken = default) =>
        SendAsync(EvmRequests.BlockNumber, cancellationToken);

    /// <summary>A block; null when the node does not have it.</summary>
    public Task<BlockHeader?> GetBlockAsync(BlockTag tag, CancellationToken cancellationToken = default) =>
        SendAsync(EvmRequests.Block(tag), cancellationToken);

    /// <summary>Wei of an account.</summary>
    public Task<BigInteger> GetBalanceAsync(EvmAddress address, BlockTag tag = default, CancellationToken cancellationToken = default) =>
        SendAsync(EvmRequests.Balance(address, tag), cancellationToken);

    /// <summary>An account's next nonce.</summary>
    public Task<ulong> GetTransactionCountAsync(EvmAddress address, BlockTag tag = default,
        CancellationToken cancellationToken = default) =>
        SendAsync(EvmRequests.TransactionCount(address, tag), cancellationToken);

    /// <summary>Latest and pending nonce of an account in one round trip; a hint, never the allocator.</summary>
    public async Task<NonceHint> GetNonceHintAsync(EvmAddress address, CancellationToken cancellationToken = default)
    {
        var batch = CreateBatch();
        var latest = batch.Add(EvmRequests.TransactionCount(address, BlockTag.Latest));
        var pending = batch.Add(EvmRequests.TransactionCount(address, BlockTag.Pending));
        await batch.SendAsync(cancellationToken).ConfigureAwait(false);
        return new(latest.Value, pending.Value);
    }

    /// <summary>Code of a contract; empty for an account without code.</summary>
    public Task<byte[]> GetCodeAsync(EvmAddress address, BlockTag tag = default, CancellationToken cancellationToken = default) =>
        SendAsync(EvmRequests.Code(address, tag), cancellationToken);

    /// <summary>What a call returns.</summary>
    public Task<byte[]> CallAsync(CallRequest call, BlockTag tag = default, CancellationToken cancellationToken = default) =>
        SendAsync(EvmRequests.Call(call, tag), cancellationToken);

    /// <summary>Gas that a call would use.</summary>
    public Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken = default) =>
        SendAsync(EvmRequests.EstimateGas(call), cancellationToken);

    /// <summary>A transaction; null when the node does not know it.</summary>
    public Task<TransactionInfo?> GetTransactionAsync(Hash32 hash, CancellationToken cancellationToken = default) =>
        SendAsync(EvmRequests.Transaction(hash), cancellationToken);

    /// <summary>A receipt; null while the transaction is not in a block.</summary>
    public Task<TransactionReceipt?> GetReceiptAsync(Hash32 hash, CancellationToken cancellationToken = default) =>
        SendAsync(EvmRequests.Receipt(hash), cancellationToken);

    /// <summary>Events.</summary>
    public Task<IReadOnlyList<EventLog>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken = default) =>
        SendAsync(EvmRequests.Logs(filter), cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        foreach (var endpoint in _endpoints)
        {
            endpoint.Dispose();
        }
    }

    /// <summary>The highest number that as many endpoints as must agree have reached; null when too few have one at all.</summary>
    internal async Task<ulong?> ReachedByEnoughAsync<T>(RpcRequest<T> request, Func<T, ulong?> number, CancellationToken cancellationToken)
    {
        var values = await AskEnoughAsync(request, cancellationToken).ConfigureAwait(false);
        List<ulong> numbers = [.. values.Select(number).OfType<ulong>().OrderDescending()];
        return numbers.Count < _options.Agree ? null : numbers[_options.Agree - 1];
    }

    internal async Task ReadAsync(IReadOnlyList<RpcAnswer> answers, CancellationToken cancellationToken)
    {
        var delay = _options.RetryDelay;
        for (var round = 0; ; round++)
        {
            EvmRpcException? failure = null;
            foreach (var endpoint in InOrder())
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
                catch (EvmRpcException error) when (error.IsTransient)
                {
                    // A node on the wrong chain is the graver finding: it must not hide behind another's outage.
                    failure = failure?.Kind == EvmRpcFailure.WrongChain ? failure : error;
                }
            }

            if (round == _options.ReadRetries || failure!.Kind is EvmRpcFailure.WrongChain or EvmRpcFailure.TooLarge)
            {
                throw failure!;
            }

            await Task.Delay(delay, _clock, cancellationToken).ConfigureAwait(false);
            delay *= 2;
        }
    }

    /// <summary>Asks all endpoints; at least as many must answer as must agree.</summary>
    private async Task<List<T>> AskEnoughAsync<T>(RpcRequest<T> request, CancellationToken cancellationToken)
    {
        var needed = _options.Agree;
        if (_endpoints.Length < needed)
        {
            throw new EvmRpcException(EvmRpcFailure.Disagreement, Chain.Name,
                $"{needed} endpoints must agree, but {_endpoints.Length} are configured. Add endpoints.");
        }

        var asked = await Task.WhenAll(_endpoints.Select(endpoint => AskAsync(endpoint, request, cancellationToken))).ConfigureAwait(false);
        List<T> values = [.. asked.Where(answer => answer.Error is null).Select(answer => answer.Value)];
        if (values.Count >= needed)
        {
            return values;
        }

        var failure = asked.First(answer => answer.Error is not null).Error!;
        throw new EvmRpcException(EvmRpcFailure.Disagreement, Chain.Name,
            $"{needed} endpoints must agree on {request.Method}, but only {values.Count} answered. {failure.Message}", failure);
    }

    private static async Task<(T Value, EvmRpcException? Error)> AskAsync<T>(RpcEndpoint endpoint, RpcRequest<T> request,
        CancellationToken cancellationToken)
    {
        var answer = new RpcAnswer<T>(request);
        try
        {
            await endpoint.ReadAsync([answer], cancellationToken).ConfigureAwait(false);
            return (answer.Value, null);
        }
        catch (EvmRpcException error)
        {
            return (default!, error);
        }
    }

    private async Task<RpcEndpoint> FirstHealthyAsync(CancellationToken cancellationToken)
    {
        EvmRpcException? failure = null;
        foreach (var endpoint in InOrder())
        {
            try
            {
                await endpoint.EnsureChainAsync(cancellationToken).ConfigureAwait(false);
                return endpoint;
            }
            catch (EvmRpcException error)
            {
                failure = failure?.Kind == EvmRpcFailure.WrongChain ? failure : error;
            }
        }

        throw failure!;
    }

    private IEnumerable<RpcEndpoint> InOrder() => _endpoints.Length == 1
        ? _endpoints
        : _endpoints.Where(endpoint => !endpoint.IsCoolingDown).Concat(_endpoints.Where(endpoint => endpoint.IsCoolingDown)).ToList();
}
