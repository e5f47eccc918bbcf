using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>
/// Finds the block of wallets' first transaction by halving on their nonces, all wallets in one round trip for each step.
/// Needs a node that keeps old state; where it does not, the age stays what the logs prove at least.
/// </summary>
internal static class WalletAge
{
    public static async Task LoadAsync(
        EvmRpc rpc, IReadOnlyList<EvmAddress> wallets, ulong head, Reviewers reviewers, ReadBudget budget, CancellationToken ct)
    {
        foreach (var (wallet, block) in await FirstBlocksAsync(rpc, wallets, head, budget, ct).ConfigureAwait(false))
        {
            reviewers.See(wallet, block);
        }
    }

    /// <summary>The block of each wallet's first transaction; wallets that never sent one, or whose past the node forgot, are left out.</summary>
    public static async Task<IReadOnlyList<(EvmAddress Wallet, ulong Block)>> FirstBlocksAsync(
        EvmRpc rpc, IReadOnlyList<EvmAddress> wallets, ulong head, ReadBudget budget, CancellationToken ct)
    {
        // Between `unused` (no transaction yet) and `used` (at least one).
        var unused = new ulong[wallets.Count];
        var used = new ulong[wallets.Count];
        var isKnown = new bool[wallets.Count];
        var now = await CountsAsync(rpc, wallets, _ => head, budget, ct).ConfigureAwait(false);
        for (var i = 0; i < wallets.Count; i++)
        {
            (used[i], isKnown[i]) = (head, now[i] > 0);
        }

        while (!budget.IsSpent)
        {
            var open = new List<int>();
            for (var i = 0; i < wallets.Count; i++)
            {
                if (isKnown[i] && used[i] - unused[i] > 1)
                {
                    open.Add(i);
                }
            }

            if (open.Count == 0)
            {
                break;
            }

            var counts = await CountsAsync(rpc, [.. open.Select(i => wallets[i])], at => unused[open[at]] + ((used[open[at]] - unused[open[at]]) / 2), budget, ct)
                .ConfigureAwait(false);
            for (var at = 0; at < open.Count; at++)
            {
                var i = open[at];
                var middle = unused[i] + ((used[i] - unused[i]) / 2);
                switch (counts[at])
                {
                    case null:
                        isKnown[i] = false;
                        break;
                    case > 0:
                        used[i] = middle;
                        break;
                    default:
                        unused[i] = middle;
                        break;
                }
            }
        }

        var found = new List<(EvmAddress, ulong)>();
        for (var i = 0; i < wallets.Count; i++)
        {
            // Stopped early, `used` is still a block by which the wallet was in use.
            if (isKnown[i])
            {
                found.Add((wallets[i], used[i]));
            }
        }

        return found;
    }

    private static async Task<ulong?[]> CountsAsync(
        EvmRpc rpc, IReadOnlyList<EvmAddress> wallets, Func<int, ulong> block, ReadBudget budget, CancellationToken ct)
    {
        var batch = rpc.CreateBatch();
        var answers = new RpcAnswer<ulong>[wallets.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = batch.Add(EvmRequests.TransactionCount(wallets[i], BlockTag.Number(block(i))));
        }

        budget.Count(answers.Length);
        await batch.SendAsync(ct).ConfigureAwait(false);
        return [.. answers.Select(answer => answer.Error is null ? answer.Value : (ulong?)null)];
    }
}
