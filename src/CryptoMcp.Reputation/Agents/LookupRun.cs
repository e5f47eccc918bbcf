using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>One look-up of an agent that exists. Scans run side by side within one budget.</summary>
internal sealed class LookupRun(
    EvmRpc rpc, AgentReference agent, RegistrySet set, IReadOnlyList<RegistryStatus> registries, IdentityState identity, ReadBudget budget,
    LogCache cache, FileLoader loader, LookupOptions options, Action<string>? progress)
{
    private readonly List<PartCoverage> _coverage = [];
    private readonly List<string> _warnings = [];
    private LogScanner _scanner = null!;
    private BlockRange _blocks;
    private bool _isConsistent = true;

    /// <summary>The state of the feedback that was read, for the next look-up.</summary>
    public FeedbackState? State { get; private set; }

    public async Task<AgentReport> RunAsync(EvmAddress owner, FeedbackState? remembered, CancellationToken ct)
    {
        var head = identity.Head;
        _blocks = new(set.FromBlock > head.Number ? 0 : set.FromBlock, head.Number);
        budget.Count();
        _scanner = new(rpc, budget, cache) { Final = await Finality.GetFinalBlockAsync(rpc, ct).ConfigureAwait(false) };

        progress?.Invoke("history, feedback and file");
        var id = new Hash32(Word(agent.Id));
        var file = LoadFileAsync(ct);
        var events = ScanAsync("agent events", new(
            [set.Identity, set.Reputation],
            [
                [
                    IdentityRegistry.MetadataSet.Topic, ReputationRegistry.NewFeedback.Topic, ReputationRegistry.FeedbackRevoked.Topic,
                    ReputationRegistry.ResponseAppended.Topic,
                ],
                [id],
            ]), ct);
        var ownership = ScanAsync("ownership", new([set.Identity], [[IdentityRegistry.Transfer.Topic, IdentityRegistry.Approval.Topic], [], [], [id]]), ct);
        var validations = registries.Count > 2 && registries[2].IsUsable
            ? ScanAsync("validations", new(
                [registries[2].Address], [[ValidationRegistry.ValidationRequest.Topic, ValidationRegistry.ValidationResponse.Topic], [], [id]]), ct)
            : Task.FromResult<IReadOnlyList<EventLog>>([]);

        var logs = await events.ConfigureAwait(false);
        var history = new AgentHistory();
        history.Add([.. logs, .. await ownership.ConfigureAwait(false)], agent.Id);
        var owners = history.OwnersEver().Append(owner).Distinct().ToList();
        var operators = ScanAsync("operators", new([set.Identity], [[IdentityRegistry.ApprovalForAll.Topic], [.. owners.Select(address => address.ToWord())]]), ct);

        var state = await StateAsync(logs, remembered, ct).ConfigureAwait(false);
        history.Add(await operators.ConfigureAwait(false), agent.Id);

        // State is what is; where a node's logs hide how it came to be, the present owner and wallet still count as such.
        var reviewers = new Reviewers(history, owner, identity.Wallet);
        var (feedback, times) = await FeedbackAsync(state, logs, history, ct).ConfigureAwait(false);
        await PaymentsAsync(reviewers, history, owner, feedback, times, ct).ConfigureAwait(false);

        var checks = await CheckFilesAsync(feedback, history, ct).ConfigureAwait(false);
        var (source, parsed, domains) = await file.ConfigureAwait(false);
        var named = parsed?.Names(agent) is true;
        var entries = ValidationEntry.Read(await validations.ConfigureAwait(false), reviewers.Dependents.ContainsKey);
        return new()
        {
            Agent = agent,
            Presence = named ? AgentPresence.Registered : AgentPresence.Placeholder,
            Registries = registries,
            Owner = owner,
            Wallet = identity.Wallet,
            History = history,
            Since = history.RegisteredIn is { } block ? times.Of(block) : null,
            FileSource = source,
            File = parsed,
            BackLink = named,
            Domains = domains,
            Feedback = feedback,
            Dependents = Involved(reviewers, feedback),
            Tags = TagSummary.Of(feedback),
            Judgements = Judge(reviewers, feedback, times),
            Signals = reviewers.Signals(feedback),
            FileChecks = checks,
            Validations = entries,
            Coverage = _coverage,
            Warnings = _warnings,
            AtBlock = identity.Head.Number,
            Calls = budget.Calls,
            IsWhole = IsCovered() && _isConsistent,
        };
    }

    private static Dictionary<EvmAddress, Dependence> Involved(Reviewers reviewers, IReadOnlyList<FeedbackEntry> feedback)
    {
        var involved = new Dictionary<EvmAddress, Dependence>();
        foreach (var entry in feedback)
        {
            if (reviewers.Dependents.TryGetValue(entry.Client, out var why))
            {
                involved[entry.Client] = why;
            }
        }

        return involved;
    }

    private List<Judgement> Judge(Reviewers reviewers, IReadOnlyList<FeedbackEntry> feedback, BlockTimes times)
    {
        var judgements = new List<Judgement>();
        foreach (var scale in feedback.Select(entry => TagScale.Of(entry.UntrustedTag1)).OfType<TagScale>().Distinct())
        {
            var witnesses = reviewers.Witnesses(scale, feedback, times, identity.Head.Timestamp);
            var naive = NaiveMean(scale, feedback);
            judgements.Add(EvidenceGate.Judge(scale.Tag, witnesses, identity.Head.Timestamp) with { NaiveMean = naive });
        }

        return judgements;
    }

    /// <summary>Over everybody, dependents too: this is the number that other services show.</summary>
    private static double? NaiveMean(TagScale scale, IReadOnlyList<FeedbackEntry> feedback)
    {
        var (sum, count) = (0.0, 0);
        foreach (var entry in feedback)
        {
            if (!entry.IsRevoked && entry.UntrustedTag1 == scale.Tag && scale.Normalise(entry.Value) is { } value)
            {
                (sum, count) = (sum + value, count + 1);
            }
        }

        return count == 0 ? null : sum / count;
    }

    private async Task<(LoadedFile, RegistrationFile?, IReadOnlyDictionary<string, DomainVerdict>)> LoadFileAsync(CancellationToken ct)
    {
        var source = await loader.LoadAsync(identity.Uri, ct).ConfigureAwait(false);
        var parsed = source.IsLoaded ? RegistrationFile.TryParse(source.Bytes) : null;
        if (source.IsLoaded && parsed is null)
        {
            source = source with { Problem = "The file is no JSON object." };
        }

        return (source, parsed, parsed is null ? new Dictionary<string, DomainVerdict>() : await DomainCheck.CheckAsync(loader, agent, parsed, source, ct).ConfigureAwait(false));
    }

    private async Task<IReadOnlyList<EventLog>> ScanAsync(string part, LogQuery query, CancellationToken ct)
    {
        var scan = await _scanner.ScanAsync(query, _blocks, ct).ConfigureAwait(false);
        lock (_coverage)
        {
            _coverage.Add(new(part, scan.Coverage));
        }

        return scan.Logs;
    }

    /// <summary>
    /// The feedback that the registry holds. What was read before still holds when no log of this agent is newer, which the
    /// scan has just found out.
    /// </summary>
    private async Task<FeedbackState?> StateAsync(IReadOnlyList<EventLog> logs, FeedbackState? remembered, CancellationToken ct)
    {
        if (!registries[1].IsUsable)
        {
            return null;
        }

        var newest = logs.LastOrDefault(log => log.Address == set.Reputation)?.BlockNumber ?? 0;
        if (remembered is not null && newest <= remembered.Block.Number && IsCovered())
        {
            budget.Count();
            var block = await rpc.GetBlockAsync(BlockTag.Number(remembered.Block.Number), ct).ConfigureAwait(false);
            if (block?.Hash == remembered.Block.Hash)
            {
                return State = remembered;
            }
        }

        var at = BlockTag.Number(identity.Head.Number);
        try
        {
            var clients = await FeedbackReader.ClientsAsync(rpc, set.Reputation, agent.Id, at, budget, ct).ConfigureAwait(false);
            var (entries, unread) = await FeedbackReader.ReadAsync(rpc, set.Reputation, agent.Id, clients, at, budget, ct).ConfigureAwait(false);
            if (unread.Count > 0)
            {
                Inconsistent($"The feedback of {unread.Count} of {clients.Count} clients could not be read.");
                return new(identity.Head, clients, entries, unread);
            }

            return State = new(identity.Head, clients, entries, unread);
        }
        catch (Exception error) when (error is EvmFormatException or EvmRpcException { Kind: EvmRpcFailure.RpcError or EvmRpcFailure.BadAnswer or EvmRpcFailure.TooLarge or EvmRpcFailure.TimedOut })
        {
            Inconsistent("The registry's state could not be read; feedback comes from logs alone.");
            return null;
        }
    }

    private bool IsCovered()
    {
        lock (_coverage)
        {
            return _coverage.TrueForAll(part => part.Coverage.IsWhole);
        }
    }

    private void Inconsistent(string warning)
    {
        _warnings.Add(warning);
        _isConsistent = false;
    }

    private async Task<(IReadOnlyList<FeedbackEntry>, BlockTimes)> FeedbackAsync(
        FeedbackState? state, IReadOnlyList<EventLog> logs, AgentHistory history, CancellationToken ct)
    {
        var relevant = logs.Where(log => log.Address == set.Reputation).ToList();
        var wanted = relevant.Select(log => log.BlockNumber!.Value).Concat(history.Owners.Select(change => change.Block)).Append(identity.Head.Number);
        var times = new BlockTimes();
        await times.AskAsync(rpc, wanted, budget, ct).ConfigureAwait(false);
        var (entries, withoutLog, withoutState) = FeedbackLog.Join(state?.Entries, relevant, times.Of);
        if (withoutLog > 0)
        {
            Inconsistent($"{withoutLog} feedback entries of the registry's state were in no log that the node showed: they have no time or transaction, and are not judged.");
        }

        if (withoutState > 0 && state is { Unread.Count: 0 })
        {
            Inconsistent($"{withoutState} feedback entries of the node's logs are not in the registry's state: the node contradicts itself.");
        }

        if (history.RegisteredIn is null)
        {
            Inconsistent("The node showed no log of the agent's registration, which must exist.");
        }

        entries.Sort((left, right) => (left.Block ?? ulong.MaxValue, left.LogIndex ?? 0, left.Index).CompareTo((right.Block ?? ulong.MaxValue, right.LogIndex ?? 0, right.Index)));
        return (entries, times);
    }

    private async Task PaymentsAsync(
        Reviewers reviewers, AgentHistory history, EvmAddress owner, IReadOnlyList<FeedbackEntry> feedback, BlockTimes times,
        CancellationToken ct)
    {
        var tokens = DollarTokens.Of(rpc.Chain);
        var clients = feedback.Select(entry => entry.Client).ToHashSet();
        foreach (var entry in feedback)
        {
            if (entry.Block is { } block)
            {
                reviewers.See(entry.Client, block);
            }
        }

        if (tokens.Count == 0)
        {
            _warnings.Add("No dollar token is pinned on this chain, so no payment behind feedback can be seen.");
        }

        if (tokens.Count == 0 || clients.Count == 0)
        {
            reviewers.AddPayments([], [], clients);
            return;
        }

        progress?.Invoke("payments behind the feedback");
        var wallets = history.WalletsEver().ToHashSet();
        if (identity.Wallet is { } wallet)
        {
            wallets.Add(wallet);
        }

        var income = TransfersAsync("payments to the agent", DollarTokens.Transfers(tokens, null, wallets), ct);
        var outgo = TransfersAsync("payments by the agent's side", DollarTokens.Transfers(tokens, [.. wallets, owner, .. history.OwnersEver(), .. history.Operators], null), ct);
        reviewers.AddPayments(await income.ConfigureAwait(false), await outgo.ConfigureAwait(false), clients);

        var payers = reviewers.Payers(clients).Take(options.PayersExamined).ToList();
        var sample = payers.Concat(clients.Where(client => !reviewers.Dependents.ContainsKey(client)).OrderBy(client => client.ToLowerString(), StringComparer.Ordinal))
            .Distinct().Take(options.FundersExamined).ToList();
        var payees = TransfersAsync("payments by paying reviewers", DollarTokens.Transfers(tokens, payers, null), ct);
        var funds = TransfersAsync("funds of reviewers", DollarTokens.Transfers(tokens, null, sample), ct);
        reviewers.AddPayees(await payees.ConfigureAwait(false));
        reviewers.AddFunders(await funds.ConfigureAwait(false));
        await WalletAge.LoadAsync(rpc, payers, _blocks.Last, reviewers, budget, ct).ConfigureAwait(false);
        await times.AskAsync(rpc, payers.Select(reviewers.FirstSeen).OfType<ulong>(), budget, ct).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<TokenTransfer>> TransfersAsync(string part, LogQuery? query, CancellationToken ct) =>
        query is null ? [] : DollarTokens.Read(rpc.Chain, await ScanAsync(part, query, ct).ConfigureAwait(false));

    private async Task<Dictionary<(EvmAddress, ulong), FeedbackFileCheck>> CheckFilesAsync(
        IReadOnlyList<FeedbackEntry> feedback, AgentHistory history, CancellationToken ct)
    {
        var checks = new Dictionary<(EvmAddress, ulong), FeedbackFileCheck>();
        var proof = new ProofOfPayment(rpc, loader, agent, history, budget);
        foreach (var entry in feedback.Where(entry => entry.FileUri is not null && !entry.IsRevoked).TakeLast(options.FilesChecked))
        {
            if (budget.IsSpent)
            {
                _warnings.Add("Not all feedback files were looked at: the bound on calls or time was reached.");
                break;
            }

            checks[(entry.Client, entry.Index)] = await proof.CheckAsync(entry, ct).ConfigureAwait(false);
        }

        return checks;
    }

    private static byte[] Word(System.Numerics.BigInteger number)
    {
        var word = new byte[32];
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(word, 32 - bytes.Length);
        return word;
    }
}
