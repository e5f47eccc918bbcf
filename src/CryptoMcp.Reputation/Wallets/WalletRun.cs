using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>One look-up of a wallet: scans side by side, then what they lead to.</summary>
internal sealed class WalletRun(EvmRpc rpc, EvmAddress wallet, BlockHeader head, LogScanner scanner, ReadBudget budget, LookupOptions options)
{
    private const int MostAllowances = 60;
    private const int MostAttestations = 20;
    private const int TransactionsRead = 24;
    private const int PayersExamined = 100;

    private readonly List<PartCoverage> _coverage = [];
    private readonly List<string> _warnings = [];
    private readonly BlockRange _blocks = new(0, head.Number);

    public async Task<WalletReport> RunAsync(WalletReport report, CancellationToken ct)
    {
        var word = wallet.ToWord();
        var chain = rpc.Chain;
        var received = ScanAsync("tokens received", new([], [[Erc20.TransferEvent.Topic], [], [word]]), ct);
        var sent = ScanAsync("tokens sent", new([], [[Erc20.TransferEvent.Topic], [word]]), ct);
        var approved = ScanAsync("approvals", new([], [[Erc20.ApprovalEvent.Topic], [word]]), ct);
        var operations = ScanAsync("smart-account operations", new(WalletQueries.EntryPoints, [[WalletQueries.UserOperation.Topic], [], [word]]), ct);
        var tokens = chain.Tokens.Select(token => token.Address).ToList();
        var spent = tokens.Count == 0 ? None() : ScanAsync("authorizations used", new(tokens, [[WalletQueries.AuthorizationUsed.Topic], [word]]), ct);
        var attested = WalletQueries.EasOf(chain) is { } eas
            ? ScanAsync("attestations", new([eas], [[WalletQueries.Attested.Topic], [word]]), ct) : None();
        var registry = options.Registries.TryFind(chain.Id, out var set);
        var feedback = registry ? ScanAsync("feedback given", new([set!.Reputation], [[ReputationRegistry.NewFeedback.Topic], [], [word]]), ct) : None();
        var agents = registry ? ScanAsync("agents taken", new([set!.Identity], [[IdentityRegistry.Transfer.Topic], [], [word]]), ct) : None();

        var events = new List<WalletEvent>();
        await AddTransfersAsync(events, await received.ConfigureAwait(false), await sent.ConfigureAwait(false), await spent.ConfigureAwait(false), ct)
            .ConfigureAwait(false);
        var approvals = await approved.ConfigureAwait(false);
        AddApprovals(events, approvals);
        AddOperations(events, await operations.ConfigureAwait(false));
        AddFeedback(events, await feedback.ConfigureAwait(false));
        AddAgents(events, await agents.ConfigureAwait(false), set?.Identity);
        var attestations = await attested.ConfigureAwait(false);
        AddAttestations(events, attestations);

        var contracts = await ReadTransactionsAsync(events, ct).ConfigureAwait(false);
        events.Sort((left, right) => (right.Block, right.LogIndex).CompareTo((left.Block, left.LogIndex)));
        var (first, times) = await DateAsync(events, report.Nonce, ct).ConfigureAwait(false);
        return report with
        {
            FirstBlock = first,
            Since = first is { } block ? times.Of(block) : null,
            Dollars = Sum(events),
            Counterparties = CounterpartiesOf(events),
            Contracts = contracts,
            Allowances = await AllowancesAsync(approvals, ct).ConfigureAwait(false),
            Attestations = await AttestationsAsync(attestations, ct).ConfigureAwait(false),
            Operator = await OperatorAsync(ct).ConfigureAwait(false),
            Timeline = [.. events.Select(entry => entry with { Time = times.Of(entry.Block) })],
            Coverage = _coverage,
            Warnings = _warnings,
            Calls = budget.Calls,
        };
    }

    private static Task<IReadOnlyList<EventLog>> None() => Task.FromResult<IReadOnlyList<EventLog>>([]);

    private DollarSums Sum(List<WalletEvent> events)
    {
        var (into, outOf, x402In, x402Out) = (BigInteger.Zero, BigInteger.Zero, BigInteger.Zero, BigInteger.Zero);
        var (payers, payees) = (new HashSet<EvmAddress>(), new HashSet<EvmAddress>());
        foreach (var entry in events)
        {
            var dollars = Dollars(entry);
            switch (entry.Kind)
            {
                case WalletEventKind.Received:
                    into += dollars;
                    break;
                case WalletEventKind.Sent:
                    outOf += dollars;
                    break;
                case WalletEventKind.X402Received:
                    (into, x402In) = (into + dollars, x402In + dollars);
                    payers.Add(entry.Counterparty);
                    break;
                case WalletEventKind.X402Paid:
                    (outOf, x402Out) = (outOf + dollars, x402Out + dollars);
                    payees.Add(entry.Counterparty);
                    break;
            }
        }

        return new(into, outOf, x402In, x402Out, payers.Count, payees.Count);
    }

    /// <summary>What an event moved; nothing when a wallet paid itself, which would make income out of nothing.</summary>
    private BigInteger Dollars(WalletEvent entry) =>
        entry.Token is { } token && entry.Counterparty != wallet && DollarTokens.IsOne(token) ? DollarTokens.MicroUsd(token, entry.Units) : 0;

    private List<(EvmAddress, int, BigInteger)> CounterpartiesOf(List<WalletEvent> events) =>
    [
        .. events.Where(entry => entry.Token is not null && entry.Kind <= WalletEventKind.X402Paid && entry.Counterparty != wallet)
            .GroupBy(entry => entry.Counterparty)
            .Select(group => (group.Key, group.Count(), group.Aggregate(BigInteger.Zero, (sum, entry) => sum + Dollars(entry))))
            .OrderByDescending(entry => entry.Item3).ThenByDescending(entry => entry.Item2)
            .Take(10),
    ];

    private async Task<IReadOnlyList<EventLog>> ScanAsync(string part, LogQuery query, CancellationToken ct)
    {
        var scan = await scanner.ScanAsync(query, _blocks, ct).ConfigureAwait(false);
        lock (_coverage)
        {
            _coverage.Add(new(part, scan.Coverage));
        }

        return scan.Logs;
    }

    /// <summary>
    /// A transfer is an x402 payment when its payer's EIP-3009 authorization was used on the same token in the same
    /// transaction. Several may share one transaction: each authorizer is matched with its own transfer.
    /// </summary>
    private async Task AddTransfersAsync(
        List<WalletEvent> events, IReadOnlyList<EventLog> received, IReadOnlyList<EventLog> sent, IReadOnlyList<EventLog> spent, CancellationToken ct)
    {
        var payers = new List<Hash32>();
        foreach (var log in received)
        {
            if (payers.Count < PayersExamined && log.Topics.Count == 3 && rpc.Chain.TryFindToken(log.Address, out _) && !payers.Contains(log.Topics[1]))
            {
                payers.Add(log.Topics[1]);
            }
        }

        payers.Sort((left, right) => string.CompareOrdinal(left.ToString(), right.ToString()));
        var used = payers.Count == 0
            ? []
            : await ScanAsync("payers' authorizations", new([.. rpc.Chain.Tokens.Select(token => token.Address)], [[WalletQueries.AuthorizationUsed.Topic], payers]), ct)
                .ConfigureAwait(false);
        var authorized = used.Concat(spent).Select(log => (log.TransactionHash!.Value, log.Address, log.Topics[1])).ToHashSet();
        Add(received, WalletEventKind.Received, WalletEventKind.X402Received, 0);
        Add(sent, WalletEventKind.Sent, WalletEventKind.X402Paid, 1);

        void Add(IReadOnlyList<EventLog> logs, WalletEventKind plain, WalletEventKind x402, int other)
        {
            foreach (var log in logs)
            {
                if (!Erc20.TransferEvent.TryDecode(log, out var arguments))
                {
                    continue;
                }

                var isX402 = authorized.Contains((log.TransactionHash!.Value, log.Address, log.Topics[1]));
                events.Add(Event(isX402 ? x402 : plain, log, arguments[other].AsAddress(), arguments[2].AsNumber()));
            }
        }
    }

    private WalletEvent Event(WalletEventKind kind, EventLog log, EvmAddress counterparty, BigInteger units, bool succeeded = true) => new(
        kind, log.BlockNumber!.Value, log.LogIndex!.Value, log.TransactionHash!.Value, counterparty, log.Address,
        rpc.Chain.TryFindToken(log.Address, out var token) ? token : null, units, succeeded);

    private void AddApprovals(List<WalletEvent> events, IReadOnlyList<EventLog> logs)
    {
        foreach (var log in logs)
        {
            if (Erc20.ApprovalEvent.TryDecode(log, out var arguments))
            {
                events.Add(Event(WalletEventKind.Approved, log, arguments[1].AsAddress(), arguments[2].AsNumber()));
            }
        }
    }

    private void AddOperations(List<WalletEvent> events, IReadOnlyList<EventLog> logs)
    {
        foreach (var log in logs)
        {
            if (WalletQueries.UserOperation.TryDecode(log, out var arguments))
            {
                events.Add(Event(WalletEventKind.Operation, log, arguments[2].AsAddress(), 0, arguments[4].AsFlag()));
            }
        }
    }

    private void AddFeedback(List<WalletEvent> events, IReadOnlyList<EventLog> logs)
    {
        foreach (var log in logs)
        {
            if (log.Topics.Count == 4)
            {
                events.Add(Event(WalletEventKind.FeedbackGiven, log, log.Address, new(log.Topics[1].ToArray(), isUnsigned: true, isBigEndian: true)));
            }
        }
    }

    private void AddAgents(List<WalletEvent> events, IReadOnlyList<EventLog> logs, EvmAddress? registry)
    {
        // The registry is an ERC-721, so its transfers are also among those of tokens received; they do not decode as ERC-20.
        foreach (var log in logs)
        {
            if (log.Address == registry && IdentityRegistry.Transfer.TryDecode(log, out var arguments))
            {
                events.Add(Event(WalletEventKind.AgentTaken, log, arguments[0].AsAddress(), arguments[2].AsNumber()));
            }
        }
    }

    private void AddAttestations(List<WalletEvent> events, IReadOnlyList<EventLog> logs)
    {
        foreach (var log in logs)
        {
            if (WalletQueries.Attested.TryDecode(log, out var arguments))
            {
                events.Add(Event(WalletEventKind.Attested, log, arguments[1].AsAddress(), 0));
            }
        }
    }

    /// <summary>
    /// Reads the newest transactions: which contracts they call, and which transfers went through the x402 proxies of
    /// Permit2, which leave no log of their own.
    /// </summary>
    private async Task<IReadOnlyList<(EvmAddress, int)>> ReadTransactionsAsync(List<WalletEvent> events, CancellationToken ct)
    {
        var hashes = events.Where(entry => entry.Kind <= WalletEventKind.X402Paid && entry.Token is not null)
            .OrderByDescending(entry => entry.Block).Select(entry => entry.Transaction).Distinct().ToList();
        if (hashes.Count > TransactionsRead)
        {
            _warnings.Add(string.Create(CultureInfo.InvariantCulture,
                $"Permit2 settlements and called contracts were looked for in the newest {TransactionsRead} of {hashes.Count} transactions only."));
        }

        var batch = rpc.CreateBatch();
        var asked = hashes.Take(TransactionsRead).Select(hash => (Hash: hash, Answer: batch.Add(EvmRequests.Transaction(hash)))).ToList();
        budget.Count(asked.Count);
        await batch.SendAsync(ct).ConfigureAwait(false);
        var calls = new Dictionary<EvmAddress, int>();
        var throughProxy = new HashSet<Hash32>();
        foreach (var (hash, answer) in asked)
        {
            if (answer.Error is not null || answer.Value is not { To: { } to } transaction)
            {
                continue;
            }

            if (WalletQueries.X402Proxies.Contains(to))
            {
                throughProxy.Add(hash);
            }

            if (transaction.From == wallet)
            {
                calls[to] = calls.GetValueOrDefault(to) + 1;
            }
        }

        for (var i = 0; i < events.Count; i++)
        {
            if (throughProxy.Contains(events[i].Transaction) && events[i].Token is not null)
            {
                events[i] = events[i].Kind switch
                {
                    WalletEventKind.Received => events[i] with { Kind = WalletEventKind.X402Received },
                    WalletEventKind.Sent => events[i] with { Kind = WalletEventKind.X402Paid },
                    _ => events[i],
                };
            }
        }

        return [.. calls.OrderByDescending(entry => entry.Value).Take(10).Select(entry => (entry.Key, entry.Value))];
    }

    private async Task<(ulong? First, BlockTimes Times)> DateAsync(List<WalletEvent> events, ulong nonce, CancellationToken ct)
    {
        ulong? first = null;
        if (nonce > 0)
        {
            var found = await WalletAge.FirstBlocksAsync(rpc, [wallet], head.Number, budget, ct).ConfigureAwait(false);
            first = found.Count > 0 ? found[0].Block : null;
            if (first is null)
            {
                _warnings.Add("The node forgot old state, so the wallet's first transaction could not be dated.");
            }
        }

        var times = new BlockTimes();
        await times.AskAsync(rpc, events.Select(entry => entry.Block).Append(first ?? head.Number).Append(head.Number), budget, ct).ConfigureAwait(false);
        return (first, times);
    }

    private async Task<IReadOnlyList<OpenAllowance>> AllowancesAsync(IReadOnlyList<EventLog> approvals, CancellationToken ct)
    {
        var pairs = approvals.Where(log => log.Topics.Count == 3 && log.Topics[2].TryToAddress(out _)).Select(log => (log.Address, Spender: log.Topics[2])).Distinct().ToList();
        if (pairs.Count > MostAllowances)
        {
            _warnings.Add(string.Create(CultureInfo.InvariantCulture, $"Of {pairs.Count} allowances the newest {MostAllowances} were asked for."));
        }

        var asked = pairs.TakeLast(MostAllowances).ToList();
        var calls = asked.Select(pair => new CallRequest
        {
            To = pair.Address,
            Data = Erc20.AllowanceFunction.Encode(wallet, pair.Spender.TryToAddress(out var spender) ? spender : default),
        }).ToList();
        budget.Count(calls.Count == 0 ? 0 : 1);
        var answers = await rpc.Multicall.CallAsync(calls, BlockTag.Number(head.Number), ct).ConfigureAwait(false);
        var open = new List<OpenAllowance>();
        for (var i = 0; i < answers.Count; i++)
        {
            if (answers[i].Succeeded && answers[i].Returned.Length == 32 && new BigInteger(answers[i].Returned.Span, isUnsigned: true, isBigEndian: true) is { IsZero: false } units
                && asked[i].Spender.TryToAddress(out var spender))
            {
                open.Add(new(asked[i].Address, rpc.Chain.TryFindToken(asked[i].Address, out var token) ? token : null, spender, units));
            }
        }

        return open;
    }

    private async Task<IReadOnlyList<WalletAttestation>> AttestationsAsync(IReadOnlyList<EventLog> logs, CancellationToken ct)
    {
        var batch = rpc.CreateBatch();
        var asked = new List<(Hash32 Uid, Hash32 Schema, EvmAddress Attester, RpcAnswer<byte[]> Answer)>();
        foreach (var log in logs.TakeLast(MostAttestations))
        {
            if (WalletQueries.Attested.TryDecode(log, out var arguments))
            {
                var uid = arguments[2].AsHash();
                asked.Add((uid, arguments[3].AsHash(), arguments[1].AsAddress(),
                    batch.Add(EvmRequests.Call(new() { To = log.Address, Data = WalletQueries.GetAttestation.Encode(uid) }, BlockTag.Number(head.Number)))));
            }
        }

        budget.Count(asked.Count);
        await batch.SendAsync(ct).ConfigureAwait(false);
        return [.. asked.Select(entry => new WalletAttestation(entry.Uid, entry.Schema, entry.Attester, StateOf(entry.Answer)))];
    }

    private string StateOf(RpcAnswer<byte[]> answer)
    {
        try
        {
            var attestation = WalletQueries.GetAttestation.DecodeResult(answer.Error is null ? answer.Value : [])[0];
            var expires = attestation[3].AsNumber();
            return !attestation[4].AsNumber().IsZero ? "revoked" : !expires.IsZero && expires <= head.Timestamp.ToUnixTimeSeconds() ? "expired" : "in_force";
        }
        catch (EvmFormatException)
        {
            // Whatever stands there is no attestation service.
            return "unread";
        }
    }

    private async Task<OperatorState?> OperatorAsync(CancellationToken ct)
    {
        if (rpc.Chain.Id.EvmNumber != 1)
        {
            return null;
        }

        var batch = rpc.CreateBatch();
        var at = BlockTag.Number(head.Number);
        var isOperator = batch.Add(EvmRequests.Call(new() { To = WalletQueries.DelegationManager, Data = WalletQueries.IsOperator.Encode(wallet) }, at));
        var delegated = batch.Add(EvmRequests.Call(new() { To = WalletQueries.DelegationManager, Data = WalletQueries.DelegatedTo.Encode(wallet) }, at));
        budget.Count(2);
        await batch.SendAsync(ct).ConfigureAwait(false);
        try
        {
            var to = WalletQueries.DelegatedTo.DecodeResult(delegated.Error is null ? delegated.Value : [])[0].AsAddress();
            var slashed = await scanner.ScanAsync(
                new([WalletQueries.DelegationManager], [[WalletQueries.SharesSlashed.Topic], [wallet.ToWord()]]),
                new(Math.Min(WalletQueries.SlashingSince, head.Number), head.Number), ct).ConfigureAwait(false);
            _coverage.Add(new("slashings", slashed.Coverage));
            return new(WalletQueries.IsOperator.DecodeResult(isOperator.Error is null ? isOperator.Value : [])[0].AsFlag(), to.IsZero ? null : to, slashed.Logs.Count);
        }
        catch (EvmFormatException)
        {
            _warnings.Add("EigenLayer's contract does not answer, so nothing is known of stake and slashing.");
            return null;
        }
    }
}
