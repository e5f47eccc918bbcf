using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>
/// Many contract reads in one <c>eth_call</c>, through the <see href="https://www.multicall3.com">Multicall3</see>
/// contract where it is deployed, else as a JSON-RPC batch: one round trip either way once it is known which.
/// </summary>
public sealed class Multicall3
{
    private static readonly AbiFunction s_aggregate3 = AbiFunction.Parse(
        "function aggregate3((address target, bool allowFailure, bytes callData)[] calls) payable"
        + " returns ((bool success, bytes returnData)[] returnData)");

    private readonly EvmRpc _rpc;

    /// <summary>Set when the contract turned out to be absent; later reads then go straight to the batch.</summary>
    private volatile bool _isAbsent;

    internal Multicall3(EvmRpc rpc) => _rpc = rpc;

    /// <summary>Where Multicall3 lives on most chains.</summary>
    public static EvmAddress CanonicalAddress { get; } = EvmAddress.Parse("0xcA11bde05977b3631167028862bE2a173976CA11");

    /// <summary>Makes all calls on one block and returns for each what it returned, or that it failed.</summary>
    /// <exception cref="EvmRpcException">The node did not answer.</exception>
    public async Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockTag tag = default,
        CancellationToken cancellationToken = default)
    {
        if (calls.Count == 0)
        {
            return [];
        }

        // The contract calls in its own name and without value, so calls that need another sender or value go alone.
        if (_rpc.Chain.Multicall3 is { } contract && !_isAbsent && calls.All(call => call.From is null && call.Value.IsZero))
        {
            var returned = await _rpc.CallAsync(new() { To = contract, Data = Aggregate(calls) }, tag, cancellationToken)
                .ConfigureAwait(false);
            if (TryRead(returned, calls.Count, out var results))
            {
                return results;
            }

            // A call of an address without code succeeds and returns nothing. Whatever else answers here is no Multicall3.
            _isAbsent = true;
        }

        return await BatchAsync(calls, tag, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Wei and token units of an account in one round trip, the block number included. A token that does not answer
    /// like one has no balance rather than zero.
    /// </summary>
    /// <exception cref="EvmRpcException">The node did not answer.</exception>
    public async Task<AccountBalances> GetBalancesAsync(EvmAddress account, IReadOnlyList<EvmAddress> tokens,
        CancellationToken cancellationToken = default)
    {
        var batch = _rpc.CreateBatch();
        var block = batch.Add(EvmRequests.BlockNumber);
        var native = batch.Add(EvmRequests.Balance(account, BlockTag.Latest));
        if (_rpc.Chain.Multicall3 is { } contract && !_isAbsent && tokens.Count > 0)
        {
            var call = batch.Add(EvmRequests.Call(
                new() { To = contract, Data = Aggregate([.. tokens.Select(token => Erc20.BalanceCall(token, account))]) },
                BlockTag.Latest));
            await batch.SendAsync(cancellationToken).ConfigureAwait(false);
            if (call.Error is null && TryRead(call.Value, tokens.Count, out var results))
            {
                return new(block.Value, native.Value, [.. results.Select(Balance)]);
            }

            _isAbsent = true;
            return await GetBalancesAsync(account, tokens, cancellationToken).ConfigureAwait(false);
        }

        var calls = tokens.Select(token => batch.Add(EvmRequests.Call(Erc20.BalanceCall(token, account), BlockTag.Latest))).ToList();
        await batch.SendAsync(cancellationToken).ConfigureAwait(false);
        return new(block.Value, native.Value, [.. calls.Select(call => Balance(Result(call)))]);
    }

    private static byte[] Aggregate(IReadOnlyList<CallRequest> calls)
    {
        var items = new AbiValue[calls.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = AbiValue.List(calls[i].To, true, calls[i].Data.ToArray());
        }

        return s_aggregate3.Encode(AbiValue.List(items));
    }

    private static bool TryRead(ReadOnlySpan<byte> returned, int count, out CallResult[] results)
    {
        results = [];
        try
        {
            var items = returned.IsEmpty ? [] : s_aggregate3.DecodeResult(returned)[0].Items;
            if (items.Count != count)
            {
                return false;
            }

            results = [.. items.Select(item => new CallResult(item[0].AsFlag(), item[1].AsBytes()))];
            return true;
        }
        catch (EvmFormatException)
        {
            return false;
        }
    }

    private static CallResult Result(RpcAnswer<byte[]> answer) => answer.Error is { } error
        ? new(false, error.RevertData)
        : new(true, answer.Value);

    private static BigInteger? Balance(CallResult result)
    {
        try
        {
            return result.Succeeded ? Erc20.ReadBalance(result.Returned.Span) : null;
        }
        catch (EvmFormatException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<CallResult>> BatchAsync(IReadOnlyList<CallRequest> calls, BlockTag tag,
        CancellationToken cancellationToken)
    {
        var batch = _rpc.CreateBatch();
        var answers = calls.Select(call => batch.Add(EvmRequests.Call(call, tag))).ToList();
        await batch.SendAsync(cancellationToken).ConfigureAwait(false);
        return [.. answers.Select(Result)];
    }
}

/// <summary>What one call of many returned.</summary>
/// <param name="Succeeded">False when it reverted.</param>
/// <param name="Returned">What it returned; after a revert the reason.</param>
public readonly record struct CallResult(bool Succeeded, ReadOnlyMemory<byte> Returned);

/// <summary>Balances of one account.</summary>
/// <param name="Block">The newest block when they were read.</param>
/// <param name="Native">Wei.</param>
/// <param name="Tokens">Units for each token asked, in order; null where no token answered.</param>
public sealed record AccountBalances(ulong Block, BigInteger Native, IReadOnlyList<BigInteger?> Tokens);
