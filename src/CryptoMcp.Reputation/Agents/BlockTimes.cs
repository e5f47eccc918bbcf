using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>
/// Times of blocks. A few blocks are asked, spread over all that are wanted; times between two of them are interpolated,
/// which is exact enough for ages in days and costs 64 reads instead of thousands.
/// </summary>
internal sealed class BlockTimes
{
    private const int MostAsked = 64;

    private readonly List<ulong> _blocks = [];
    private readonly List<DateTimeOffset> _times = [];

    /// <summary>Time of a block; null when no block was asked.</summary>
    public DateTimeOffset? Of(ulong block)
    {
        if (_blocks.Count == 0)
        {
            return null;
        }

        var at = _blocks.BinarySearch(block);
        if (at >= 0)
        {
            return _times[at];
        }

        var after = ~at;
        if (after == 0 || after == _blocks.Count)
        {
            return _times[after == 0 ? 0 : after - 1];
        }

        var share = (double)(block - _blocks[after - 1]) / (_blocks[after] - _blocks[after - 1]);
        return _times[after - 1] + ((_times[after] - _times[after - 1]) * share);
    }

    /// <summary>Asks for the times of blocks, of at most 64 that are not known yet, spread evenly.</summary>
    /// <exception cref="EvmRpcException">The node did not answer.</exception>
    public async Task AskAsync(EvmRpc rpc, IEnumerable<ulong> wanted, ReadBudget budget, CancellationToken ct)
    {
        var blocks = new SortedSet<ulong>(wanted).Where(block => _blocks.BinarySearch(block) < 0).ToList();
        if (blocks.Count == 0)
        {
            return;
        }

        var batch = rpc.CreateBatch();
        var asked = new List<RpcAnswer<BlockHeader?>>();
        var count = Math.Min(blocks.Count, MostAsked);
        for (var i = 0; i < count; i++)
        {
            asked.Add(batch.Add(EvmRequests.Block(BlockTag.Number(blocks[count == 1 ? 0 : (int)((long)i * (blocks.Count - 1) / (count - 1))]))));
        }

        budget.Count(count);
        await batch.SendAsync(ct).ConfigureAwait(false);
        foreach (var answer in asked)
        {
            if (answer.Error is null && answer.Value is { } block && _blocks.BinarySearch(block.Number) is var at and < 0)
            {
                _blocks.Insert(~at, block.Number);
                _times.Insert(~at, block.Timestamp);
            }
        }
    }
}
