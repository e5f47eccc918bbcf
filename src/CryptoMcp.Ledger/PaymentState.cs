namespace CryptoMcp.Ledger;

/// <summary>
/// Where a payment stands. From <see cref="Signing"/> on, the signature is assumed to be in the world: its money is
/// held until the chain proves how it ended.
/// </summary>
public enum PaymentState
{
    /// <summary>The policy refused. No money is held; final.</summary>
    Denied,

    /// <summary>The owner is asked. No money is held; policy and budgets are judged again on approval.</summary>
    Waiting,

    /// <summary>The question to the owner was rejected, withdrawn or ran out of time. No money is held; final.</summary>
    Closed,

    /// <summary>Allowed and counted; no signature exists.</summary>
    Reserved,

    /// <summary>A signature over a recorded digest may exist.</summary>
    Signing,

    /// <summary>The signed bytes were broadcast or handed out; they may settle at any time they are valid.</summary>
    Exposed,

    /// <summary>In a block that is not final yet.</summary>
    Seen,

    /// <summary>May never resolve by itself; needs a cancelling transaction or the owner. The money stays held.</summary>
    Stuck,

    /// <summary>Paid, in a finalized block; counts in a window from that block's time. Final.</summary>
    Settled,

    /// <summary>Proven never to be paid; the money is free again. Final.</summary>
    Released,
}
