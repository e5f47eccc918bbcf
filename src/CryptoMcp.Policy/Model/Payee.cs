using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>A recipient that the owner named. Names resolve to these addresses and to nothing else.</summary>
public sealed record Payee
{
    /// <summary>The key in the file; rules write <c>payee:name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What people see.</summary>
    public string? Label { get; init; }

    /// <summary>This host may be paid at this payee's addresses only. A leading <c>*.</c> covers all subdomains.</summary>
    public string? Host { get; init; }

    /// <summary>Address by chain.</summary>
    public required IReadOnlyDictionary<ChainId, string> On { get; init; }
}
