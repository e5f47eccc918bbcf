using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>What is known of the clients of an agent: who depends on it, what they paid, how old they are.</summary>
internal sealed class Reviewers
{
    /// <summary>Entries in 24 hours from which a burst is told of, as a share and in number.</summary>
    private const double BurstShare = 0.5;
    private const int BurstEntries = 10;

    private readonly Dictionary<EvmAddress, Dependence> _dependents = [];
    private readonly Dictionary<EvmAddress, List<TokenTransfer>> _paid = [];
    private readonly Dictionary<EvmAddress, BigInteger> _returned = [];
    private readonly Dictionary<EvmAddress, HashSet<EvmAddress>> _payees = [];
    private readonly Dictionary<EvmAddress, EvmAddress> _funders = [];
    private readonly Dictionary<EvmAddress, ulong> _firstSeen = [];
    private readonly AgentHistory _history;

    public Reviewers(AgentHistory history, EvmAddress? owner, EvmAddress? wallet)
    {
        _history = history;
        foreach (var address in history.Operators)
        {
            _dependents[address] = Dependence.Operator;
        }

        foreach (var address in history.WalletsEver())
        {
            _dependents[address] = Dependence.ExAgentWallet;
        }

        foreach (var address in history.OwnersEver())
        {
            _dependents[address] = Dependence.ExOwner;
        }

        if (wallet is { } bound)
        {
            _dependents[bound] = Dependence.AgentWallet;
        }

        if (owner is { } owned)
        {
            _dependents[owned] = Dependence.Owner;
        }
    }

    /// <summary>Addresses that do not count, and why.</summary>
    public IReadOnlyDictionary<EvmAddress, Dependence> Dependents => _dependents;

    /// <summary>The agent's own side: owners, wallets and operators of all times.</summary>
    public IReadOnlyCollection<EvmAddress> OwnSide { get; private set; } = [];

    /// <summary>Takes money that came in and went out. Call once, before asking anything else.</summary>
    public void AddPayments(IReadOnlyList<TokenTransfer> income, IReadOnlyList<TokenTransfer> outgo, IReadOnlySet<EvmAddress> clients)
    {
        OwnSide = [.. _dependents.Keys];
        foreach (var transfer in income)
        {
            if (!_dependents.ContainsKey(transfer.From) && _history.WasWallet(transfer.To, transfer.Block))
            {
                Of(_paid, transfer.From).Add(transfer);
            }
        }

        foreach (var transfer in outgo)
        {
            if (!clients.Contains(transfer.To) || _dependents.ContainsKey(transfer.To))
            {
                continue;
            }

            // Money back to one who paid is a refund, or a round trip: it counts against what was paid. Money to one who never
            // had paid is a gift from the agent's side, and makes a dependent of whoever takes it.
            var paidBefore = _paid.TryGetValue(transfer.To, out var paid)
                && paid.Exists(payment => (payment.Block, payment.LogIndex).CompareTo((transfer.Block, transfer.LogIndex)) < 0);
            if (paidBefore)
            {
                _returned[transfer.To] = _returned.GetValueOrDefault(transfer.To) + transfer.MicroUsd;
            }
            else if (transfer.MicroUsd.Sign > 0)
            {
                _dependents[transfer.To] = Dependence.FundedByAgent;
            }
        }
    }

    /// <summary>Takes what witnesses paid to anybody.</summary>
    public void AddPayees(IEnumerable<TokenTransfer> transfers)
    {
        foreach (var transfer in transfers)
        {
            See(transfer.From, transfer.Block);
            if (transfer.From != transfer.To && !_dependents.ContainsKey(transfer.To))
            {
                Of(_payees, transfer.From).Add(transfer.To);
            }
        }
    }

    /// <summary>Takes what witnesses received, in chain order: the first to send is who funded them.</summary>
    public void AddFunders(IEnumerable<TokenTransfer> transfers)
    {
        foreach (var transfer in transfers)
        {
            See(transfer.To, transfer.Block);
            _funders.TryAdd(transfer.To, transfer.From);
        }
    }

    /// <summary>A block in which an address was active: its wallet is at least as old.</summary>
    public void See(EvmAddress address, ulong block)
    {
        if (!_firstSeen.TryGetValue(address, out var first) || block < first)
        {
            _firstSeen[address] = block;
        }
    }

    /// <summary>The first block in which an address is known to have been active.</summary>
    public ulong? FirstSeen(EvmAddress address) => _firstSeen.TryGetValue(address, out var block) ? block : null;

    /// <summary>Clients that paid, the largest net payment first.</summary>
    public List<EvmAddress> Payers(IReadOnlySet<EvmAddress> clients) =>
        [.. _paid.Keys.Where(client => clients.Contains(client) && !_dependents.ContainsKey(client)).OrderByDescending(client => NetPaid(client, ulong.MaxValue))];

    /// <summary>What a client paid before a block, less all that came back; never negative.</summary>
    public BigInteger NetPaid(EvmAddress client, ulong before)
    {
        var net = -_returned.GetValueOrDefault(client);
        foreach (var payment in _paid.GetValueOrDefault(client) ?? [])
        {
            net += payment.Block < before ? payment.MicroUsd : 0;
        }

        return BigInteger.Max(0, net);
    }

    /// <summary>The witnesses of one tag: independent clients with values in force on the tag's scale, dated after the last sale.</summary>
    public List<Witness> Witnesses(TagScale scale, IReadOnlyList<FeedbackEntry> feedback, BlockTimes times, DateTimeOffset now)
    {
        var byClient = new Dictionary<EvmAddress, (List<(double, DateTimeOffset)> Values, ulong Newest)>();
        foreach (var entry in feedback)
        {
            // Without a log there is no time, and it may be from before a sale: it is shown, not judged.
            if (entry.IsRevoked || entry.UntrustedTag1 != scale.Tag || _dependents.ContainsKey(entry.Client) || IsBeforeSale(entry)
                || scale.Normalise(entry.Value) is not { } value || entry.Time is not { } time)
            {
                continue;
            }

            if (!byClient.TryGetValue(entry.Client, out var known))
            {
                byClient[entry.Client] = known = ([], 0);
            }

            known.Values.Add((value, time));
            byClient[entry.Client] = (known.Values, Math.Max(known.Newest, entry.Block ?? 0));
        }

        var witnesses = new List<Witness>(byClient.Count);
        foreach (var (client, (values, newest)) in byClient)
        {
            witnesses.Add(new()
            {
                Client = client,
                Entries = values,
                NetPaidMicroUsd = NetPaid(client, newest),
                WalletAgeDays = _firstSeen.TryGetValue(client, out var block) && times.Of(block) is { } since ? Math.Max(0, (now - since).TotalDays) : 0,
                UnrelatedPayees = _payees.TryGetValue(client, out var payees) ? payees.Count : 0,
            });
        }

        witnesses.Sort((left, right) => string.CompareOrdinal(left.Client.ToLowerString(), right.Client.ToLowerString()));
        return witnesses;
    }

    /// <summary>True for feedback earned under an earlier owner: a reputation is sold with the agent, but was not the buyer's.</summary>
    public bool IsBeforeSale(FeedbackEntry entry) => _history.SoldIn is { } sold && entry.Block is { } block && block <= sold;

    /// <summary>What was found about independence.</summary>
    public IReadOnlyList<IndependenceSignal> Signals(IReadOnlyList<FeedbackEntry> feedback)
    {
        var signals = new List<IndependenceSignal>();
        var inForce = feedback.Where(entry => !entry.IsRevoked).ToList();
        foreach (var (why, kind, means) in (ReadOnlySpan<(Dependence, string, string)>)[
            (Dependence.Owner, "self-feedback", "by the agent's owner"),
            (Dependence.AgentWallet, "self-feedback", "by the agent's own wallet"),
            (Dependence.ExAgentWallet, "self-feedback", "by a former wallet of the agent"),
            (Dependence.ExOwner, "ex-owner", "by a former owner"),
            (Dependence.Operator, "operator", "by somebody whom an owner let act for the agent"),
            (Dependence.FundedByAgent, "funded-by-agent", "by clients that received money from the agent's side before they paid any")])
        {
            var count = inForce.Count(entry => _dependents.TryGetValue(entry.Client, out var found) && found == why);
            Tell(signals, kind, count, $"entries {means}; they do not count");
        }

        Tell(signals, "before-sale", inForce.Count(IsBeforeSale), "entries from before the agent changed hands; they do not count for its present owner");
        AddBursts(signals, inForce);
        AddEqualValues(signals, inForce);
        foreach (var group in _funders.Where(entry => !_dependents.ContainsKey(entry.Key)).GroupBy(entry => entry.Value).Where(group => group.Count() >= 3))
        {
            Tell(signals, "shared-funder", group.Count(), $"clients whose first tokens came from {group.Key}");
        }

        var roundTrips = _returned.Count(entry => !_dependents.ContainsKey(entry.Key) && 2 * entry.Value >= GrossPaid(entry.Key));
        Tell(signals, "round-trip", roundTrips, "clients got back at least half of what they paid; only what stayed counts");
        return signals;
    }

    private static void AddBursts(List<IndependenceSignal> signals, List<FeedbackEntry> inForce)
    {
        var times = inForce.Where(entry => entry.Time is not null).Select(entry => entry.Time!.Value).Order().ToList();
        var (most, first) = (0, 0);
        for (var last = 0; last < times.Count; last++)
        {
            while (times[last] - times[first] > TimeSpan.FromDays(1))
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        if (most >= BurstEntries && most > BurstShare * times.Count)
        {
            Tell(signals, "burst", most, string.Create(CultureInfo.InvariantCulture, $"of {times.Count} entries came within 24 hours"));
        }
    }

    private static void AddEqualValues(List<IndependenceSignal> signals, List<FeedbackEntry> inForce)
    {
        foreach (var tag in inForce.GroupBy(entry => entry.UntrustedTag1))
        {
            var (all, same) = (tag.Count(), tag.GroupBy(entry => entry.Value.Fixed).Max(group => group.Count()));
            if (all >= BurstEntries && same > 0.8 * all)
            {
                Tell(signals, "same-value", same, string.Create(CultureInfo.InvariantCulture, $"of {all} entries under one tag have the very same value"));
            }
        }
    }

    private static void Tell(List<IndependenceSignal> signals, string kind, int count, string means)
    {
        if (count > 0)
        {
            signals.Add(new(kind, count, string.Create(CultureInfo.InvariantCulture, $"{count} {means}.")));
        }
    }

    private static TValue Of<TValue>(Dictionary<EvmAddress, TValue> dictionary, EvmAddress key)
        where TValue : new()
    {
        if (!dictionary.TryGetValue(key, out var value))
        {
            dictionary[key] = value = new();
        }

        return value;
    }

    private BigInteger GrossPaid(EvmAddress client) => _paid.GetValueOrDefault(client)?.Aggregate(BigInteger.Zero, (sum, payment) => sum + payment.MicroUsd) ?? 0;
}
