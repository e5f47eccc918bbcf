namespace CryptoMcp.Guard.Contracts;

/// <summary>How the guard is doing.</summary>
public sealed record GuardStatus
{
    /// <summary>Version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>Process id.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Why spending is frozen; absent when it is not.</summary>
    public string? Frozen { get; init; }

    /// <summary>The policy in force.</summary>
    public required PolicySummary Policy { get; init; }

    /// <summary>Payments that are not yet proven paid or dead.</summary>
    public required int OpenPayments { get; init; }

    /// <summary>Records in the journal.</summary>
    public required long JournalRecords { get; init; }

    /// <summary>Where the ledger is.</summary>
    public string? Ledger { get; init; }

    /// <summary>Protection of the key: <c>L1</c> same user and hardened, <c>L2</c> own account.</summary>
    public required string Protection { get; init; }

    /// <summary>The approval page; absent when none is served.</summary>
    public string? ApprovalPage { get; init; }

    /// <summary>Questions that wait for the owner.</summary>
    public int WaitingApprovals { get; init; }

    /// <summary>Things that the owner should look at.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>Which policy is in force.</summary>
public sealed record PolicySummary
{
    /// <summary>The file's name for itself.</summary>
    public required string Name { get; init; }

    /// <summary>Its revision.</summary>
    public required int Revision { get; init; }

    /// <summary>When it expires; afterwards everything but cancelling is denied.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>SHA-256 of the file, hex.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>The policy in force, in words, with what is left of each budget.</summary>
public sealed record PolicyView
{
    /// <summary>Which policy it is.</summary>
    public required PolicySummary Policy { get; init; }

    /// <summary>Plain English, one sentence a line.</summary>
    public required IReadOnlyList<string> Explanation { get; init; }

    /// <summary>The budgets as they stand; a budget that counts <c>each</c> of something lists the keys in use.</summary>
    public required IReadOnlyList<BudgetView> Budgets { get; init; }

    /// <summary>Names that <c>to</c> may use as <c>payee:name</c>.</summary>
    public required IReadOnlyList<PayeeView> Payees { get; init; }

    /// <summary>Why spending is frozen; absent when it is not.</summary>
    public string? Frozen { get; init; }
}

/// <summary>A recipient that the owner has named.</summary>
public sealed record PayeeView
{
    /// <summary>Use as <c>payee:name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The owner's words for it.</summary>
    public string? Label { get; init; }

    /// <summary>CAIP-10 accounts.</summary>
    public required IReadOnlyList<string> Accounts { get; init; }
}

/// <summary>A wallet of the policy and where it can act.</summary>
public sealed record WalletView
{
    /// <summary>Name in the policy.</summary>
    public required string Name { get; init; }

    /// <summary>The address.</summary>
    public required string Address { get; init; }

    /// <summary>Chain family: <c>eip155</c> or <c>solana</c>.</summary>
    public required string Family { get; init; }

    /// <summary>True when the guard holds the key; otherwise the wallet can be watched only.</summary>
    public required bool CanSign { get; init; }

    /// <summary>Chains that the policy lets it act on.</summary>
    public required IReadOnlyList<WalletChain> Chains { get; init; }
}

/// <summary>A chain that the policy names, with the assets it pins there.</summary>
public sealed record WalletChain
{
    /// <summary>CAIP-2.</summary>
    public required string Chain { get; init; }

    /// <summary>Short name, such as <c>base</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Assets that can be spent there.</summary>
    public required IReadOnlyList<PinnedAsset> Assets { get; init; }
}

/// <summary>An asset as the policy pins it.</summary>
public sealed record PinnedAsset
{
    /// <summary>The symbol that amounts use.</summary>
    public required string Symbol { get; init; }

    /// <summary>CAIP-19.</summary>
    public required string Asset { get; init; }

    /// <summary>Decimals.</summary>
    public required int Decimals { get; init; }

    /// <summary>US dollars per whole unit that budgets count at least; decimal text.</summary>
    public string? UsdAtLeast { get; init; }
}

/// <summary>The wallets that the guard knows.</summary>
public sealed record WalletList
{
    /// <summary>The wallets.</summary>
    public required IReadOnlyList<WalletView> Wallets { get; init; }
}

/// <summary>A reason to stop all spending.</summary>
public sealed record FreezeRequest
{
    /// <summary>Who or what asks for it, and why.</summary>
    public required string Reason { get; init; }
}
