using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>Bounds and places of look-ups.</summary>
public sealed record LookupOptions
{
    /// <summary>Where registries are.</summary>
    public RegistryTable Registries { get; init; } = RegistryTable.BuiltIn;

    /// <summary>Runtime code hashes of own deployments that count as known, beside the published ones.</summary>
    public IReadOnlySet<Hash32>? TrustedCode { get; init; }

    /// <summary>Requests to nodes for one look-up.</summary>
    public int MaxCalls { get; init; } = 600;

    /// <summary>Time for one look-up.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Feedback files that are fetched and checked, the newest with a file.</summary>
    public int FilesChecked { get; init; } = 5;

    /// <summary>Paying clients that are looked at more closely: age of the wallet, whom else they paid.</summary>
    public int PayersExamined { get; init; } = 16;

    /// <summary>Clients whose first funds are looked up.</summary>
    public int FundersExamined { get; init; } = 64;
}
