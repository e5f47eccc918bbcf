using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>
/// Reads all feedback of an agent out of the registry's state, in pages that fit a node's limits on gas: about 18,400 gas
/// for an entry, so 100 clients at once, halved whenever a node gives up.
/// </summary>
internal static class FeedbackReader
{
    private const int ClientsPerPage = 100;
    private const int PagesAtOnce = 4;
    private const int LongestTag = 48;

    /// <summary>The clients of an agent, each once, in the registry's order.</summary>
    /// <exception cref="EvmRpcException">The node did not answer, or cannot hold so many.</exception>
    public static async Task<IReadOnlyList<EvmAddress>> ClientsAsync(
        EvmRpc rpc, EvmAddress registry, System.Numerics.BigInteger agent, BlockTag at, ReadBudget budget, CancellationToken ct)
    {
        budget.Count();
        var returned = await rpc.CallAsync(new() { To = registry, Data = ReputationRegistry.GetClients.Encode(agent) }, at, ct).ConfigureAwait(false);
        var items = ReputationRegistry.GetClients.DecodeResult(returned)[0].Items;
        var clients = new List<EvmAddress>(items.Count);
        var seen = new HashSet<EvmAddress>(items.Count);
        foreach (var item in items)
        {
            if (seen.Add(item.AsAddress()))
            {
                clients.Add(item.AsAddress());
            }
        }

        return clients;
    }

    /// <summary>All entries of the clients, revoked ones too. Clients whose pages could not be read are returned apart.</summary>
    public static async Task<(List<FeedbackEntry> Entries, List<EvmAddress> Unread)> ReadAsync(
        EvmRpc rpc, EvmAddress registry, System.Numerics.BigInteger agent, IReadOnlyList<EvmAddress> clients, BlockTag at, ReadBudget budget,
        CancellationToken ct)
    {
        var pages = new List<EvmAddress[]>();
        for (var i = 0; i < clients.Count; i += ClientsPerPage)
        {
            var page = new EvmAddress[Math.Min(ClientsPerPage, clients.Count - i)];
            for (var j = 0; j < page.Length; j++)
            {
                page[j] = clients[i + j];
            }

            pages.Add(page);
        }

        var entries = new List<FeedbackEntry>[pages.Count];
        var unread = new List<EvmAddress>();
        await Parallel.ForAsync(0, pages.Count, new ParallelOptions { MaxDegreeOfParallelism = PagesAtOnce, CancellationToken = ct }, async (i, token) =>
        {
            entries[i] = [];
            await PageAsync(rpc, registry, agent, pages[i], at, budget, entries[i], unread, token).ConfigureAwait(false);
        }).ConfigureAwait(false);

        var all = new List<FeedbackEntry>();
        foreach (var page in entries)
        {
            all.AddRange(page);
        }

        return (all, unread);
    }

    private static async Task PageAsync(
        EvmRpc rpc, EvmAddress registry, System.Numerics.BigInteger agent, ReadOnlyMemory<EvmAddress> clients, BlockTag at, ReadBudget budget,
        List<FeedbackEntry> entries, List<EvmAddress> unread, CancellationToken ct)
    {
        if (budget.IsSpent)
        {
            Unread(clients);
            return;
        }

        try
        {
            budget.Count();
            var list = new AbiValue[clients.Length];
            for (var i = 0; i < list.Length; i++)
            {
                list[i] = clients.Span[i];
            }

            // The list is never empty: the registry would take that for all clients.
            var data = ReputationRegistry.ReadAllFeedback.Encode(agent, AbiValue.List(list), "", "", true);
            Decode(await rpc.CallAsync(new() { To = registry, Data = data }, at, ct).ConfigureAwait(false), entries);
        }
        catch (EvmRpcException error) when (error.Kind is EvmRpcFailure.RpcError or EvmRpcFailure.TimedOut or EvmRpcFailure.TooLarge)
        {
            // Out of gas looks like a revert without data; an answer too large and a timeout have the same cure.
            if (clients.Length == 1)
            {
                Unread(clients);
                return;
            }

            var half = clients.Length / 2;
            await PageAsync(rpc, registry, agent, clients[..half], at, budget, entries, unread, ct).ConfigureAwait(false);
            await PageAsync(rpc, registry, agent, clients[half..], at, budget, entries, unread, ct).ConfigureAwait(false);
        }

        void Unread(ReadOnlyMemory<EvmAddress> left)
        {
            lock (unread)
            {
                unread.AddRange(left.Span);
            }
        }
    }

    private static void Decode(byte[] returned, List<FeedbackEntry> entries)
    {
        var lists = ReputationRegistry.ReadAllFeedback.DecodeResult(returned);
        var count = lists[0].Items.Count;
        for (var i = 1; i < lists.Length; i++)
        {
            if (lists[i].Items.Count != count)
            {
                throw new EvmFormatException("The registry returned lists of unequal length.");
            }
        }

        for (var i = 0; i < count; i++)
        {
            entries.Add(new()
            {
                Client = lists[0][i].AsAddress(),
                Index = (ulong)lists[1][i].AsNumber(),
                Value = ValueOf(lists[2][i].AsNumber(), lists[3][i].AsNumber()),
                UntrustedTag1 = StrangersText.Of(lists[4][i].AsBytes(), LongestTag),
                UntrustedTag2 = StrangersText.Of(lists[5][i].AsBytes(), LongestTag),
                IsRevoked = lists[6][i].AsFlag(),
            });
        }
    }

    internal static FeedbackValue ValueOf(System.Numerics.BigInteger raw, System.Numerics.BigInteger decimals) => decimals <= FeedbackValue.MaxDecimals
        ? new(raw, (int)decimals)
        : throw new EvmFormatException("The registry returned a value with more than 18 decimals.");
}
