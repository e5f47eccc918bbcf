namespace CryptoMcp.Solana;

/// <summary>How sure a node must be of what it shows.</summary>
public enum Commitment
{
    /// <summary>The newest block that the node has; may be dropped.</summary>
    Processed,

    /// <summary>Voted for by two thirds of the stake; dropped never so far, but not final.</summary>
    Confirmed,

    /// <summary>Final: rooted.</summary>
    Finalized,
}

/// <summary>Where a transaction stands.</summary>
/// <param name="Slot">The slot of its block.</param>
/// <param name="Commitment">How sure the node is.</param>
/// <param name="Failed">True when it ended with an error: it paid its fee and did nothing else.</param>
public sealed record SignatureStatus(ulong Slot, Commitment Commitment, bool Failed);

/// <summary>A token balance of one account of a transaction.</summary>
/// <param name="Account">Position in the transaction's accounts.</param>
/// <param name="Mint">The mint.</param>
/// <param name="Owner">Who owns the token account, where the node tells.</param>
/// <param name="Units">Smallest units.</param>
public sealed record TokenBalance(int Account, Pubkey Mint, Pubkey? Owner, ulong Units);

/// <summary>A transaction that landed.</summary>
public sealed record LandedTransaction
{
    /// <summary>Its slot.</summary>
    public required ulong Slot { get; init; }

    /// <summary>The block's time; the cluster's validators vote on it.</summary>
    public DateTimeOffset? BlockTime { get; init; }

    /// <summary>What was signed, and by whom.</summary>
    public required Transaction Transaction { get; init; }

    /// <summary>True when it ended with an error: it paid its fee and did nothing else.</summary>
    public required bool Failed { get; init; }

    /// <summary>Lamports.</summary>
    public required ulong Fee { get; init; }

    /// <summary>Lamports of each account before.</summary>
    public required IReadOnlyList<ulong> LamportsBefore { get; init; }

    /// <summary>Lamports of each account after.</summary>
    public required IReadOnlyList<ulong> LamportsAfter { get; init; }

    /// <summary>Token balances before.</summary>
    public IReadOnlyList<TokenBalance> TokensBefore { get; init; } = [];

    /// <summary>Token balances after.</summary>
    public IReadOnlyList<TokenBalance> TokensAfter { get; init; } = [];

    /// <summary>Whether two nodes tell the same.</summary>
    public static bool Same(LandedTransaction? left, LandedTransaction? right) => left is null || right is null
        ? left is null && right is null
        : (left.Slot, left.BlockTime, left.Failed, left.Fee) == (right.Slot, right.BlockTime, right.Failed, right.Fee)
            && left.Transaction.Message.Span.SequenceEqual(right.Transaction.Message.Span)
            && left.LamportsBefore.SequenceEqual(right.LamportsBefore) && left.LamportsAfter.SequenceEqual(right.LamportsAfter)
            && left.TokensBefore.SequenceEqual(right.TokensBefore) && left.TokensAfter.SequenceEqual(right.TokensAfter);
}

/// <summary>What a simulation says. It may refuse a transaction and never grants one.</summary>
/// <param name="UntrustedError">The node's word for why it would fail; null when it would not.</param>
/// <param name="UnitsConsumed">Compute units.</param>
public sealed record SimulationOutcome(string? UntrustedError, ulong UnitsConsumed);

/// <summary>A transaction in the history of an account.</summary>
/// <param name="Signature">Its id.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="Failed">True when it ended with an error.</param>
/// <param name="UntrustedMemo">Its memos, as the node shows them.</param>
public sealed record HistoryEntry(TransactionSignature Signature, ulong Slot, bool Failed, string? UntrustedMemo);
