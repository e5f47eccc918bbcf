using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>Agents that a wallet, a name or a domain leads to.</summary>
/// <param name="Agents">Agents that the registry confirms now, the newest last.</param>
/// <param name="Coverage">What was scanned for them; absent where nothing was.</param>
/// <param name="LeftOut">Agents beyond the bound.</param>
public sealed record FoundAgents(IReadOnlyList<AgentReference> Agents, Coverage? Coverage, int LeftOut = 0);

/// <summary>Finds agents by what is known of them. What a log or a file says is confirmed by the registry's state.</summary>
/// <param name="lookup">Where registries and kept logs are.</param>
/// <param name="loader">Loads strangers' files.</param>
/// <param name="clock">The clock that bounds go by.</param>
public sealed class AgentFinder(AgentLookup lookup, FileLoader loader, TimeProvider clock)
{
    private const int MostAgents = 20;

    /// <summary>
    /// Agents that an address owns or is the wallet of. The registry has no index by wallet: registrations and transfers to
    /// the address are scanned by topic, and all bindings of wallets by their data.
    /// </summary>
    /// <exception cref="EvmRpcException">The node could not be asked at all.</exception>
    public async Task<FoundAgents> OfWalletAsync(EvmRpc rpc, EvmAddress wallet, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rpc);
        if (!lookup.Registries.TryFind(rpc.Chain.Id, out var set))
        {
            return new([], null);
        }

        var budget = new ReadBudget(lookup.Options.MaxCalls, lookup.Options.MaxTime, clock);
        budget.Count(2);
        var head = await rpc.GetBlockNumberAsync(cancellationToken).ConfigureAwait(false);
        var scanner = new LogScanner(rpc, budget, lookup.Cache) { Final = await Finality.GetFinalBlockAsync(rpc, cancellationToken).ConfigureAwait(false) };
        var blocks = new BlockRange(set.FromBlock > head ? 0 : set.FromBlock, head);
        var owned = scanner.ScanAsync(new([set.Identity], [[IdentityRegistry.Transfer.Topic], [], [wallet.ToWord()]]), blocks, cancellationToken);
        var bound = scanner.ScanAsync(new([set.Identity], [[IdentityRegistry.MetadataSet.Topic], [], [IdentityRegistry.WalletTopic]]), blocks, cancellationToken);

        var ids = new SortedSet<System.Numerics.BigInteger>();
        foreach (var log in (await owned.ConfigureAwait(false)).Logs)
        {
            if (IdentityRegistry.Transfer.TryDecode(log, out var arguments))
            {
                ids.Add(arguments[2].AsNumber());
            }
        }

        var bindings = await bound.ConfigureAwait(false);
        foreach (var log in bindings.Logs)
        {
            if (IdentityRegistry.MetadataSet.TryDecode(log, out var arguments) && arguments[3].AsBytes().AsSpan().SequenceEqual(wallet.ToArray()))
            {
                ids.Add(arguments[0].AsNumber());
            }
        }

        var (agents, leftOut) = await ConfirmedAsync(rpc, set, ids, wallet, budget, cancellationToken).ConfigureAwait(false);
        return new(agents, bindings.Coverage, leftOut);
    }

    /// <summary>Agents that a host names in <c>/.well-known/agent-registration.json</c>; what each says of the host is in its own look-up.</summary>
    /// <param name="host">Host name.</param>
    /// <param name="chains">Chains that can be asked.</param>
    /// <param name="cancellationToken">Cancels the fetch.</param>
    /// <returns>The agents, and why there are none.</returns>
    public async Task<(FoundAgents Found, string? Problem)> OfDomainAsync(string host, EvmChains chains, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chains);
        var file = await loader.FetchAsync(new($"https://{host}/.well-known/agent-registration.json"), cancellationToken).ConfigureAwait(false);
        if (!file.IsLoaded)
        {
            return (new([], null), file.Problem);
        }

        var agents = new List<AgentReference>();
        foreach (var (registry, id) in RegistrationFile.TryParse(file.Bytes)?.Registrations ?? [])
        {
            var cut = registry.LastIndexOf(':');
            if (cut > 0 && Money.ChainId.TryParse(registry[..cut], out var chain) && chains.TryFind(chain, out _)
                && EvmAddress.TryParse(registry[(cut + 1)..], out var address) && agents.Count < MostAgents)
            {
                agents.Add(new(chain, address, id));
            }
        }

        return (new(agents, null), agents.Count == 0 ? "The host's file names no agent on a chain that is configured here." : null);
    }

    private static async Task<(List<AgentReference>, int)> ConfirmedAsync(
        EvmRpc rpc, RegistrySet set, SortedSet<System.Numerics.BigInteger> ids, EvmAddress wallet, ReadBudget budget, CancellationToken ct)
    {
        var batch = rpc.CreateBatch();
        var asked = new List<(System.Numerics.BigInteger Id, RpcAnswer<byte[]> Owner, RpcAnswer<byte[]> Wallet)>();
        foreach (var id in ids.Reverse().Take(4 * MostAgents))
        {
            asked.Add((id,
                batch.Add(EvmRequests.Call(new() { To = set.Identity, Data = IdentityRegistry.OwnerOf.Encode(id) }, BlockTag.Latest)),
                batch.Add(EvmRequests.Call(new() { To = set.Identity, Data = IdentityRegistry.GetAgentWallet.Encode(id) }, BlockTag.Latest))));
        }

        budget.Count(2 * asked.Count);
        await batch.SendAsync(ct).ConfigureAwait(false);
        var word = wallet.ToWord().ToArray();
        var agents = new List<AgentReference>();
        foreach (var (id, owner, bound) in asked)
        {
            if ((owner.Error is null && owner.Value.AsSpan().SequenceEqual(word)) || (bound.Error is null && bound.Value.AsSpan().SequenceEqual(word)))
            {
                agents.Add(new(set.Chain, set.Identity, id));
            }
        }

        var leftOut = Math.Max(0, agents.Count - MostAgents) + Math.Max(0, ids.Count - asked.Count);
        agents.RemoveRange(Math.Min(MostAgents, agents.Count), Math.Max(0, agents.Count - MostAgents));
        agents.Reverse();
        return (agents, leftOut);
    }
}
