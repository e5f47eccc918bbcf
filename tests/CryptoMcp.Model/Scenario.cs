using CryptoMcp.Ledger;

namespace CryptoMcp.Model;

/// <summary>What is explored: payments, budget, times, and the protocol around the ledger's rules.</summary>
internal sealed record Scenario
{
    /// <summary>Length of a tick. It is shorter than the ledger's allowance for clock skew, so a clock that is one tick ahead must do no harm.</summary>
    internal static readonly TimeSpan Tick = TimeSpan.FromSeconds(100);

    internal required string Name { get; init; }

    internal int[] Amounts { get; init; } = [1, 1, 1];

    /// <summary>Payments with the same number share an idempotency key.</summary>
    internal int[] Keys { get; init; } = [0, 1, 2];

    /// <summary>The first so many are transactions with a nonce and no expiry; the rest are authorizations with an expiry.</summary>
    internal int Transactions { get; init; }

    internal int Cap { get; init; } = 2;

    internal int WindowTicks { get; init; } = 2;

    /// <summary>How long an authorization is valid from its signing record on.</summary>
    internal int LifetimeTicks { get; init; } = 1;

    /// <summary>How far the finalized block is behind the newest one.</summary>
    internal int FinalityTicks { get; init; } = 1;

    internal int LastTick { get; init; } = 6;

    /// <summary>The ledger's rules, or wrong ones.</summary>
    internal PaymentRules Rules { get; init; } = PaymentRules.Standard;

    /// <summary>How far the clock that ages windows is ahead of the chain.</summary>
    internal int ClockAheadTicks { get; init; }

    /// <summary>Wrong: the check and the record are two steps.</summary>
    internal bool ChecksThenRecords { get; init; }

    /// <summary>Wrong: the local clock is taken for the finalized block's time.</summary>
    internal bool ReleasesByLocalClock { get; init; }

    /// <summary>Wrong: the first block that holds a payment is taken for final.</summary>
    internal bool SettlesBeforeFinality { get; init; }

    internal bool IsTransaction(int payment) => payment < Transactions;
}
