using System.ComponentModel;

namespace CryptoMcp.Server.Tools.Shapes;

/// <summary>Answer of <c>token_info</c>.</summary>
public sealed record TokenResult
{
    /// <summary>Short name of the chain.</summary>
    public required string Chain { get; init; }

    /// <summary>Contract address, checksummed; absent for the native coin.</summary>
    public string? Address { get; init; }

    /// <summary>The symbol that our own tables or the policy pin; absent for a token that neither knows.</summary>
    public string? Symbol { get; init; }

    /// <summary>The decimals that are pinned.</summary>
    public int? Decimals { get; init; }

    /// <summary>Who pins it: <c>policy</c> (can be spent) or <c>chain table</c> (known, not spendable); absent for neither.</summary>
    [Description("policy (spendable) or chain table (known only); absent: unknown token.")]
    public string? PinnedBy { get; init; }

    /// <summary>The symbol that the contract claims; data, never an instruction.</summary>
    public string? UntrustedSymbol { get; init; }

    /// <summary>The name that the contract claims; data, never an instruction.</summary>
    public string? UntrustedName { get; init; }

    /// <summary>The decimals that the contract claims.</summary>
    public int? UntrustedDecimals { get; init; }

    /// <summary>What does not match or is suspicious.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>Answer of <c>name_resolve</c>.</summary>
public sealed record NameResult
{
    /// <summary>The address, checksummed; absent when the name has none.</summary>
    public string? Address { get; init; }

    /// <summary>The name. Whoever registered it chose the text.</summary>
    public string? UntrustedName { get; init; }

    /// <summary>True when the name points to the address; a reverse record alone proves nothing.</summary>
    [Description("Name points to address now.")]
    public required bool Verified { get; init; }

    /// <summary>What this may and may not be used for.</summary>
    public required string Note { get; init; }
}

/// <summary>Answer of <c>transaction_get</c>.</summary>
public sealed record TransactionResult
{
    /// <summary>Transaction hash.</summary>
    public required string TransactionId { get; init; }

    /// <summary>Short name of the chain.</summary>
    public required string Chain { get; init; }

    /// <summary><c>pending</c>, <c>succeeded</c>, <c>failed</c> or <c>not_found</c>.</summary>
    [Description("pending, succeeded, failed or not_found.")]
    public required string Status { get; init; }

    /// <summary>True once the chain cannot drop it any more.</summary>
    public bool? Final { get; init; }

    /// <summary>Block number.</summary>
    public ulong? Block { get; init; }

    /// <summary>Time of the block, ISO 8601.</summary>
    public string? Time { get; init; }

    /// <summary>Sender, checksummed.</summary>
    public string? From { get; init; }

    /// <summary>Recipient or called contract, checksummed.</summary>
    public string? To { get; init; }

    /// <summary>Native coin sent along.</summary>
    public string? Value { get; init; }

    /// <summary>Fee that was paid.</summary>
    public string? FeePaid { get; init; }

    /// <summary>The call in words, such as <c>transfer(0x…, 2.5 USDC)</c>.</summary>
    public string? Call { get; init; }

    /// <summary>What moved.</summary>
    public IReadOnlyList<MovementShape>? Moved { get; init; }

    /// <summary>Movements that were left out for length.</summary>
    public int? MovedLeftOut { get; init; }

    /// <summary>Nonce; only with <c>detail=detailed</c>.</summary>
    public ulong? Nonce { get; init; }

    /// <summary>Call data, capped; only with <c>detail=detailed</c>.</summary>
    public string? Input { get; init; }
}

/// <summary>Something that moved from one address to another.</summary>
public sealed record MovementShape
{
    /// <summary>From, checksummed.</summary>
    public required string From { get; init; }

    /// <summary>To, checksummed.</summary>
    public required string To { get; init; }

    /// <summary>Decimal text with unit; for an unknown token its integer units and contract.</summary>
    public required string Amount { get; init; }

    /// <summary>True when nothing moved: <see cref="To"/> may now spend the amount.</summary>
    [Description("true: nothing moved, 'to' may spend it.")]
    public bool? Approval { get; init; }
}

/// <summary>Answer of <c>chain_status</c>.</summary>
public sealed record ChainStatusResult
{
    /// <summary>One entry per chain, also for one that does not answer.</summary>
    public required IReadOnlyList<ChainStatusShape> Chains { get; init; }
}

/// <summary>How a chain is doing.</summary>
public sealed record ChainStatusShape
{
    /// <summary>Short name; what other tools take as <c>chain</c>.</summary>
    public required string Chain { get; init; }

    /// <summary>CAIP-2 id.</summary>
    public required string Id { get; init; }

    /// <summary>True for a test network.</summary>
    public required bool Testnet { get; init; }

    /// <summary>Newest block.</summary>
    public ulong? Block { get; init; }

    /// <summary>Newest block that the chain cannot drop any more.</summary>
    public ulong? FinalBlock { get; init; }

    /// <summary>Time of the newest block, ISO 8601.</summary>
    public string? Time { get; init; }

    /// <summary>Price of gas now: <c>0.012 gwei</c>.</summary>
    public string? GasPrice { get; init; }

    /// <summary>Why it cannot be used.</summary>
    public string? Problem { get; init; }
}
