namespace CryptoMcp.Evm;

/// <summary>What a node did with a transaction that it was handed.</summary>
public enum BroadcastOutcome
{
    /// <summary>It is in the node's pool.</summary>
    Accepted,

    /// <summary>It was in the pool or in a block already: handing it over again changed nothing.</summary>
    AlreadyKnown,

    /// <summary>
    /// Another transaction, or this one, has used the nonce. Look for the receipt before believing that it is lost.
    /// </summary>
    NonceTooLow,

    /// <summary>Another transaction with this nonce waits and pays about the same; a replacement must pay at least 10 % more.</summary>
    ReplacementUnderpriced,

    /// <summary>The sender cannot pay value and fee.</summary>
    InsufficientFunds,

    /// <summary>The fee is below what the network takes.</summary>
    Underpriced,

    /// <summary>Refused for another reason, which the node's message may tell.</summary>
    Rejected,
}

/// <summary>The answer to a broadcast. A refusal by one node is no proof that the transaction can never be mined.</summary>
/// <param name="Outcome">What the node did.</param>
/// <param name="Hash">The transaction's hash, computed here.</param>
/// <param name="UntrustedMessage">The node's words when it refused; cleaned.</param>
public sealed record Broadcast(BroadcastOutcome Outcome, Hash32 Hash, string? UntrustedMessage = null)
{
    /// <summary>True when the transaction is on its way: accepted now or before.</summary>
    public bool IsOnItsWay => Outcome is BroadcastOutcome.Accepted or BroadcastOutcome.AlreadyKnown;

    /// <summary>Understands the error texts of geth, reth, Nethermind, Erigon, Besu, anvil and the OP stack.</summary>
    internal static Broadcast Refused(Hash32 hash, string? message)
    {
        var text = message ?? string.Empty;
        bool Says(string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
        var outcome = text switch
        {
            _ when Says("already known") || Says("already imported") || Says("known transaction") || Says("alreadyknown")
                || Says("already in mempool") || Says("transaction already exists") => BroadcastOutcome.AlreadyKnown,
            _ when Says("nonce too low") || Says("oldnonce") || Says("nonce is too low") || Says("nonce_too_low") =>
                BroadcastOutcome.NonceTooLow,
            _ when Says("replacement transaction underpriced") || Says("replacement fee too low") || Says("replacementnotallowed")
                || Says("could not replace existing tx") => BroadcastOutcome.ReplacementUnderpriced,
            _ when Says("insufficient funds") || Says("insufficientfunds") || Says("insufficient balance")
                || Says("upfront cost exceeds account balance")
                => BroadcastOutcome.InsufficientFunds,
            _ when Says("underpriced") || Says("max fee per gas less than block base fee") || Says("feetoolow") || Says("fee cap less than")
                || Says("gas price below") || Says("gas price less than") => BroadcastOutcome.Underpriced,
            _ => BroadcastOutcome.Rejected,
        };
        return new(outcome, hash, text);
    }
}
