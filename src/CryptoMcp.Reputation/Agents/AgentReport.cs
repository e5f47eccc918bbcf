using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>How much there is of an agent.</summary>
public enum AgentPresence
{
    /// <summary>The chain has no registry.</summary>
    NoRegistry,

    /// <summary>The registry has no such agent.</summary>
    NoAgent,

    /// <summary>An entry without a file that names it: a placeholder, like most.</summary>
    Placeholder,

    /// <summary>An entry with a file that names it.</summary>
    Registered,
}

/// <summary>Something about the reviewers that bears on whether they are independent.</summary>
/// <param name="Kind">Such as <c>self-feedback</c>, <c>burst</c>, <c>shared-funder</c>.</param>
/// <param name="Entries">Entries or clients concerned.</param>
/// <param name="Means">What was found, in our own words.</param>
public sealed record IndependenceSignal(string Kind, int Entries, string Means);

/// <summary>One part of a look-up and how much of it was seen.</summary>
/// <param name="Part">What was scanned.</param>
/// <param name="Coverage">How much.</param>
public sealed record PartCoverage(string Part, Coverage Coverage);

/// <summary>Who an agent is and what can be proven about it, with what was not seen.</summary>
public sealed record AgentReport
{
    /// <summary>The agent.</summary>
    public required AgentReference Agent { get; init; }

    /// <summary>How much there is of it.</summary>
    public required AgentPresence Presence { get; init; }

    /// <summary>The registries as found: identity, reputation, validation where one is known.</summary>
    public required IReadOnlyList<RegistryStatus> Registries { get; init; }

    /// <summary>Owner now.</summary>
    public EvmAddress? Owner { get; init; }

    /// <summary>Wallet now; null when none is bound.</summary>
    public EvmAddress? Wallet { get; init; }

    /// <summary>Owners, wallets and operators over time.</summary>
    public AgentHistory History { get; init; } = new();

    /// <summary>Time of the registration, when its log was seen.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How the registration file was had.</summary>
    public LoadedFile FileSource { get; init; } = new() { Status = FileStatus.None };

    /// <summary>The file; null when there is none or it is no JSON object.</summary>
    public RegistrationFile? File { get; init; }

    /// <summary>True when the file names this agent; without that anybody can point an agent at another's file.</summary>
    public bool BackLink { get; init; }

    /// <summary>What the hosts of its services say, by endpoint.</summary>
    public IReadOnlyDictionary<string, DomainVerdict> Domains { get; init; } = new Dictionary<string, DomainVerdict>();

    /// <summary>All feedback, oldest first; what has no log comes last.</summary>
    public IReadOnlyList<FeedbackEntry> Feedback { get; init; } = [];

    /// <summary>Clients that do not count as independent, and why.</summary>
    public IReadOnlyDictionary<EvmAddress, Dependence> Dependents { get; init; } = new Dictionary<EvmAddress, Dependence>();

    /// <summary>Sums by tag.</summary>
    public IReadOnlyList<TagSummary> Tags { get; init; } = [];

    /// <summary>Judgements of the tags that have a scale.</summary>
    public IReadOnlyList<Judgement> Judgements { get; init; } = [];

    /// <summary>Independence of the reviewers.</summary>
    public IReadOnlyList<IndependenceSignal> Signals { get; init; } = [];

    /// <summary>Files and proofs of payment of the newest feedback that has any, by client and index.</summary>
    public IReadOnlyDictionary<(EvmAddress Client, ulong Index), FeedbackFileCheck> FileChecks { get; init; } =
        new Dictionary<(EvmAddress, ulong), FeedbackFileCheck>();

    /// <summary>Words of named validators.</summary>
    public IReadOnlyList<ValidationEntry> Validations { get; init; } = [];

    /// <summary>What was scanned and what was not.</summary>
    public IReadOnlyList<PartCoverage> Coverage { get; init; } = [];

    /// <summary>Everything that makes the report less than it seems, in our own words.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Block that state was read at.</summary>
    public ulong AtBlock { get; init; }

    /// <summary>Requests made to nodes.</summary>
    public int Calls { get; init; }

    /// <summary>True when all scans saw every block and state and logs agree.</summary>
    public bool IsWhole { get; init; }
}
