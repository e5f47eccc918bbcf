using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>
/// Estimates EIP-1559 fees from the last blocks. An estimate is kept for one block time, so that many transfers in a
/// row ask the node once; callers at the same time share one request.
/// </summary>
public sealed class FeeEstimator : IDisposable
{
    private const int Blocks = 10;
    private const int Percentile = 50;

    private static readonly RpcRequest<FeeHistory> s_history = EvmRequests.FeeHistory(Blocks, Percentile);

    private readonly EvmRpc _rpc;
    private readonly BigInteger? _cap;
    private readonly SemaphoreSlim _asking = new(1);
    private FeeQuote? _quote;
    private long _quotedAt;

    /// <summary>Estimates fees on the client's chain.</summary>
    /// <param name="rpc">The client.</param>
    /// <param name="capPerGas">Wei per gas that must never be exceeded.</param>
    public FeeEstimator(EvmRpc rpc, BigInteger? capPerGas = null)
    {
        _rpc = rpc;
        _cap = capPerGas;
    }

    /// <summary>Fees for now.</summary>
    /// <exception cref="FeeAboveCapException">Even the next block's base fee with the least priority fee is above the cap.</exception>
    /// <exception cref="EvmRpcException">The node did not answer.</exception>
    public async Task<FeeQuote> EstimateAsync(CancellationToken cancellationToken = default)
    {
        if (Fresh() is { } known)
        {
            return known;
        }

        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Fresh() is { } meanwhile)
            {
                return meanwhile;
            }

            var quote = await AskAsync(cancellationToken).ConfigureAwait(false);
            Interlocked.Exchange(ref _quotedAt, _rpc.Clock.GetTimestamp());
            Volatile.Write(ref _quote, quote);
            return quote;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    /// <summary>
    /// Priority fee: the median over the blocks of what the median transaction paid; blocks without transactions tell
    /// nothing. The cap leaves room for the base fee to double, which takes six full blocks (EIP-1559: 12.5 % each).
    /// </summary>
    internal static FeeQuote Calculate(FeeHistory history, EvmChain chain, BigInteger? cap)
    {
        var baseFee = history.BaseFeePerGas[^1];
        List<BigInteger> paid = [.. history.Rewards.Where(block => block.Count > 0 && block[0].Sign > 0).Select(block => block[0]).Order()];
        var priority = BigInteger.Max(paid.Count > 0 ? paid[paid.Count / 2] : BigInteger.One, chain.MinPriorityFeePerGas);
        var maxFee = (2 * baseFee) + priority;
        if (cap is { } limit && maxFee > limit)
        {
            var least = baseFee + BigInteger.Max(chain.MinPriorityFeePerGas, BigInteger.One);
            maxFee = least <= limit ? limit : throw new FeeAboveCapException(least, limit, chain);
            priority = BigInteger.Min(priority, maxFee - baseFee);
        }

        return new(maxFee, priority, baseFee, IsLegacy: false);
    }

    private FeeQuote? Fresh() => Volatile.Read(ref _quote) is { } quote
        && _rpc.Clock.GetElapsedTime(Interlocked.Read(ref _quotedAt)) < _rpc.Chain.BlockTime ? quote : null;

    private async Task<FeeQuote> AskAsync(CancellationToken cancellationToken)
    {
        var batch = _rpc.CreateBatch();
        var history = batch.Add(s_history);
        var price = batch.Add(EvmRequests.GasPrice);
        await batch.SendAsync(cancellationToken).ConfigureAwait(false);
        if (history.Error is null && history.Value.BaseFeePerGas.Count > 0 && !history.Value.BaseFeePerGas[^1].IsZero)
        {
            return Calculate(history.Value, _rpc.Chain, _cap);
        }

        // Without a base fee: a chain that does not have EIP-1559, or a chain of one's own that charges nothing.
        return _cap is { } limit && price.Value > limit
            ? throw new FeeAboveCapException(price.Value, limit, _rpc.Chain)
            : new(price.Value, price.Value, BigInteger.Zero, IsLegacy: true);
    }
}
