namespace CryptoMcp.Server.Tools.Shapes;

/// <summary>Answer of <c>policy_show</c>.</summary>
public sealed record PolicyResult
{
    /// <summary>The policy's name for itself.</summary>
    public required string Name { get; init; }

    /// <summary>Its revision.</summary>
    public required int Revision { get; init; }

    /// <summary>When it expires, ISO 8601.</summary>
    public required string Expires { get; init; }

    /// <summary>Why all spending is stopped; absent when it is not.</summary>
    public string? Frozen { get; init; }

    /// <summary>The budgets as they stand.</summary>
    public required IReadOnlyList<BudgetShape> Budgets { get; init; }

    /// <summary>The recipients that the owner has named.</summary>
    public required IReadOnlyList<PayeeShape> Payees { get; init; }

    /// <summary>The whole policy in English; only with <c>detail=detailed</c>.</summary>
    public IReadOnlyList<string>? Explanation { get; init; }

    /// <summary>SHA-256 of the file; only with <c>detail=detailed</c>.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Budgets and payees that were left out for length.</summary>
    public int? LeftOut { get; init; }
}

/// <summary>A recipient of the policy.</summary>
public sealed record PayeeShape
{
    /// <summary>What <c>to</c> takes: <c>payee:ops-vault</c>.</summary>
    public required string To { get; init; }

    /// <summary>The owner's words for it.</summary>
    public string? Label { get; init; }

    /// <summary>CAIP-10 accounts.</summary>
    public required IReadOnlyList<string> Accounts { get; init; }
}
