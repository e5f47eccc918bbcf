using System.Globalization;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>
/// Reads logs over many blocks from nodes that each limit ranges in their own way: begins with a guess, halves it or takes
/// what the node suggests when refused, doubles it after successes, stops when the budget is spent, and says what it did
/// not see. What is final is kept on disk, so that the next scan goes on where this one ended.
/// </summary>
public sealed class LogScanner
{
    /// <summary>Blocks of the first request.</summary>
    internal const ulong FirstGuess = 10_000;

    private const ulong LargestRange = 5_000_000;
    private const int GrowAfter = 3;

    private readonly EvmRpc _rpc;
    private readonly LogCache? _cache;
    private readonly ReadBudget _budget;

    /// <summary>Makes a scanner for one look-up.</summary>
    /// <param name="rpc">The chain.</param>
    /// <param name="budget">What it may cost.</param>
    /// <param name="cache">Where final logs are kept; absent for nowhere.</param>
    public LogScanner(EvmRpc rpc, ReadBudget budget, LogCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(rpc);
        ArgumentNullException.ThrowIfNull(budget);
        (_rpc, _budget, _cache) = (rpc, budget, cache);
    }

    /// <summary>Called with blocks done and blocks to do, after every answer.</summary>
    public Action<ulong, ulong>? Progress { get; init; }

    /// <summary>The newest block that the chain cannot drop any more: what is kept ends there.</summary>
    public BlockHeader? Final { get; init; }

    /// <summary>Scans blocks in order.</summary>
    /// <exception cref="EvmRpcException">The node could not be asked at all: unreachable, or of another chain.</exception>
    public async Task<LogScan> ScanAsync(LogQuery query, BlockRange blocks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var logs = new List<EventLog>();
        if (blocks.IsEmpty)
        {
            return new(logs, new() { Asked = blocks, NotScanned = [] });
        }

        var kept = _cache is null ? null : await KeptAsync(query, blocks, cancellationToken).ConfigureAwait(false);
        var next = blocks.First;
        if (kept is not null)
        {
            logs.AddRange(kept.Logs);
            next = kept.Last + 1;
        }

        var fromCache = next - blocks.First;
        var (size, successes) = (FirstGuess, 0);
        string? reason = null;
        while (next <= blocks.Last)
        {
            if (_budget.IsSpent)
            {
                reason = "The bound on calls or time was reached; ask again to go on from here.";
                break;
            }

            var range = new BlockRange(next, Math.Min(blocks.Last, next + size - 1));
            try
            {
                _budget.Count();
                foreach (var log in await _rpc.GetLogsAsync(query.In(range), cancellationToken).ConfigureAwait(false))
                {
                    Add(logs, log, query, range);
                }

                next = range.Last + 1;
                Progress?.Invoke(next - blocks.First, blocks.Count);
                if (++successes == GrowAfter)
                {
                    (size, successes) = (Math.Min(size * 2, LargestRange), 0);
                }
            }
            catch (EvmRpcException error) when (RangeLimit.Is(error) && range.Count > 1)
            {
                var last = RangeLimit.SuggestedLast(error, range);
                (size, successes) = (last is { } end ? end - range.First + 1 : range.Count / 2, 0);
            }
            catch (EvmRpcException error) when (error.Kind is not (EvmRpcFailure.WrongChain or EvmRpcFailure.Unreachable))
            {
                reason = string.Create(CultureInfo.InvariantCulture, $"The node refused logs from block {range.First} on.");
                break;
            }
            catch (EvmFormatException error)
            {
                reason = error.Message;
                break;
            }
        }

        if (_cache is not null && Final is { } final)
        {
            await KeepAsync(query, new(blocks.First, Math.Min(next - 1, final.Number)), logs, final, kept?.Last, cancellationToken)
                .ConfigureAwait(false);
        }

        return new(logs, new()
        {
            Asked = blocks,
            NotScanned = next > blocks.Last ? [] : [new(next, blocks.Last)],
            Reason = reason,
            FromCache = fromCache,
        });
    }

    /// <summary>A node that answers with logs that were not asked for is not believed in what it leaves out either.</summary>
    private static void Add(List<EventLog> logs, EventLog log, LogQuery query, BlockRange range)
    {
        if (log.Removed || log.BlockNumber is not { } block || log.LogIndex is not { } index || log.TransactionHash is null
            || block < range.First || block > range.Last || !query.Accepts(log))
        {
            throw new EvmFormatException("The node answered with logs that were not asked for; its answer was not used.");
        }

        if (logs.Count > 0 && logs[^1] is var before && (before.BlockNumber!.Value, before.LogIndex!.Value).CompareTo((block, index)) >= 0)
        {
            if (logs.Exists(other => other.BlockNumber == block && other.LogIndex == index))
            {
                return;
            }

            // Out of order within one answer: put it where it belongs.
            var at = logs.FindLastIndex(other => (other.BlockNumber!.Value, other.LogIndex!.Value).CompareTo((block, index)) < 0);
            logs.Insert(at + 1, log);
            return;
        }

        logs.Add(log);
    }

    private async Task<KeptLogs?> KeptAsync(LogQuery query, BlockRange blocks, CancellationToken cancellationToken)
    {
        if (_cache!.Find(_rpc.Chain.Id, query) is not { } kept || kept.First != blocks.First || kept.Last > blocks.Last)
        {
            return null;
        }

        // The chain may be another one than it was (a local chain that began again): its block must still be there.
        if (Final is { } final && final.Number == kept.Last)
        {
            return final.Hash == kept.LastHash ? kept : null;
        }

        _budget.Count();
        var block = await _rpc.GetBlockAsync(BlockTag.Number(kept.Last), cancellationToken).ConfigureAwait(false);
        return block?.Hash == kept.LastHash ? kept : null;
    }

    /// <summary>Keeps what is final of the blocks that were scanned, be it all or a beginning.</summary>
    private async Task KeepAsync(LogQuery query, BlockRange scanned, List<EventLog> logs, BlockHeader final, ulong? keptBefore,
        CancellationToken cancellationToken)
    {
        if (scanned.IsEmpty || keptBefore >= scanned.Last)
        {
            return;
        }

        var end = final;
        if (scanned.Last != final.Number)
        {
            _budget.Count();
            end = await _rpc.GetBlockAsync(BlockTag.Number(scanned.Last), cancellationToken).ConfigureAwait(false);
        }

        if (end is not null)
        {
            var count = logs.FindLastIndex(log => log.BlockNumber <= scanned.Last) + 1;
            _cache!.Keep(_rpc.Chain.Id, query, new(scanned.First, scanned.Last, end.Hash, logs.GetRange(0, count)));
        }
    }
}
