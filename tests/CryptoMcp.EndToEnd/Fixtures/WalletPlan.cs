namespace CryptoMcp.EndToEnd.Fixtures;

/// <summary>What a test's wallet may do, and how its chain behaves.</summary>
internal sealed record WalletPlan
{
    /// <summary>Budgets, as the policy file writes them.</summary>
    public IReadOnlyList<string> Budgets { get; init; } = ["""{ "id": "day", "limit": "1000 USD", "window": "24h" }"""];

    /// <summary>Rules, as the policy file writes them.</summary>
    public IReadOnlyList<string> Rules { get; init; } = ["""{ "id": "transfers", "allow": "transfer", "if": { "amount": "<= 10 USD" } }"""];

    /// <summary>Put a proxy that can fail and lie between the wallet and its chain.</summary>
    public bool WithFaults { get; init; }

    /// <summary>Decimals that the token on the chain has; other than 6 contradicts the pinned tables.</summary>
    public int TokenDecimals { get; init; } = 6;
}
