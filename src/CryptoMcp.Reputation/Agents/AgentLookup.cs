using System.Collections.Concurrent;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>
/// Looks agents up: registries, history, file, feedback, payments behind it, judgement. Reads only; needs no key and no
/// guard. Everything it could not see is in the report. Safe for concurrent use; keep one, since it remembers.
/// </summary>
/// <param name="loader">Loads strangers' files.</param>
/// <param name="cache">Where final logs are kept.</param>
/// <param name="options">Bounds and places.</param>
/// <param name="clock">The clock that bounds go by.</param>
public sealed class AgentLookup(FileLoader loader, LogCache cache, LookupOptions options, TimeProvider clock)
{
    private const int MostRemembered = 256;

    private readonly ConcurrentDictionary<AgentReference, FeedbackState> _states = new();

    /// <summary>Where registries are.</summary>
    public RegistryTable Registries => options.Registries;

    /// <summary>Bounds and places.</summary>
    internal LookupOptions Options => options;

    /// <summary>Where final logs are kept.</summary>
    internal LogCache Cache => cache;

    /// <summary>Looks an agent up.</summary>
    /// <param name="rpc">The agent's chain.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="progress">Called with what is being done.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    /// <exception cref="EvmRpcException">The node could not be asked at all.</exception>
    public async Task<AgentReport> LookAsync(
        EvmRpc rpc, AgentReference agent, Action<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rpc);
        ArgumentNullException.ThrowIfNull(agent);
        var budget = new ReadBudget(options.MaxCalls, options.MaxTime, clock);
        var set = SetOf(agent);
        if (set is null)
        {
            return new() { Agent = agent, Presence = AgentPresence.NoRegistry, Registries = [] };
        }

        progress?.Invoke("registries");
        List<EvmAddress> addresses = set.Validation is { } validation ? [set.Identity, set.Reputation, validation] : [set.Identity, set.Reputation];
        budget.Count(4 * addresses.Count);
        var registries = await RegistryProbe.ProbeAsync(rpc, addresses, options.TrustedCode, cancellationToken).ConfigureAwait(false);
        if (!registries[0].IsUsable)
        {
            return new() { Agent = agent, Presence = AgentPresence.NoRegistry, Registries = registries, Calls = budget.Calls, Warnings = Warnings(registries, []) };
        }

        var identity = await IdentityState.ReadAsync(rpc, set.Identity, agent.Id, budget, cancellationToken).ConfigureAwait(false);
        if (identity.Owner is not { } owner)
        {
            return new()
            {
                Agent = agent,
                Presence = AgentPresence.NoAgent,
                Registries = registries,
                AtBlock = identity.Head.Number,
                Calls = budget.Calls,
                Warnings = Warnings(registries, identity.Problem is { } problem ? [problem] : []),
            };
        }

        var run = new LookupRun(rpc, agent, set, registries, identity, budget, cache, loader, options, progress);
        var report = await run.RunAsync(owner, _states.GetValueOrDefault(agent), cancellationToken).ConfigureAwait(false);
        if (run.State is { } state)
        {
            if (_states.Count >= MostRemembered)
            {
                _states.Clear();
            }

            _states[agent] = state;
        }

        return report with { Warnings = Warnings(registries, report.Warnings) };
    }

    private static List<string> Warnings(IReadOnlyList<RegistryStatus> registries, IReadOnlyList<string> further)
    {
        string[] names = ["identity", "reputation", "validation"];
        var warnings = new List<string>();
        for (var i = 0; i < registries.Count; i++)
        {
            var name = names[Math.Min(i, names.Length - 1)];
            if (registries[i].State switch
            {
                RegistryState.Absent when i < 2 => $"There is no {name} registry on this chain.",
                RegistryState.Placeholder => $"At the {name} registry's address stands a placeholder that answers nothing yet.",
                RegistryState.Upgraded => $"The {name} registry's owner put other code behind it than the code known here; what it says may mean something else.",
                RegistryState.UnknownCode => $"The {name} registry runs code that is not known here; what it says may mean something else.",
                RegistryState.OtherVersion => $"The {name} registry says that it is of another version than the 2.0.0 known here.",
                _ => null,
            } is { } warning)
            {
                warnings.Add(warning);
            }
        }

        warnings.AddRange(further);
        return warnings;
    }

    /// <summary>The chain's registries; for an identity registry that the table does not know, that one alone.</summary>
    private RegistrySet? SetOf(AgentReference agent)
    {
        if (options.Registries.TryFind(agent.Chain, out var set) && set.Identity == agent.Registry)
        {
            return set;
        }

        return null;
    }
}

/// <summary>The state of an agent's feedback as of a block, good until a log says otherwise.</summary>
/// <param name="Block">The block.</param>
/// <param name="Clients">Clients.</param>
/// <param name="Entries">Entries.</param>
/// <param name="Unread">Clients whose entries could not be read.</param>
internal sealed record FeedbackState(BlockHeader Block, IReadOnlyList<EvmAddress> Clients, IReadOnlyList<FeedbackEntry> Entries, IReadOnlyList<EvmAddress> Unread);
