namespace CryptoMcp.Ledger;

/// <summary>A step that a payment can be asked to take.</summary>
internal enum PaymentStep
{
    Approve,
    Close,
    Sign,
    Replace,
    Expose,
    See,
    Reorg,
    Settle,
    Release,
    Stick,
}

/// <summary>How a payment counts in a budget.</summary>
internal enum Counting
{
    Nothing,
    Held,
    Used,
}

/// <summary>Until when signed bytes can settle by themselves. Neither set: until their nonce is taken.</summary>
internal readonly record struct Expiry(DateTimeOffset? Time, ulong? Height)
{
    internal bool IsUnbounded => Time is null && Height is null;

    /// <summary>Until when either of two sets of bytes can settle.</summary>
    internal Expiry Or(Expiry other)
    {
        var time = Time is { } a && other.Time is { } b ? (a > b ? a : b) : (DateTimeOffset?)null;
        var height = Height is { } c && other.Height is { } d ? Math.Max(c, d) : (ulong?)null;
        return new(time, height);
    }
}

/// <summary>The part of a payment on which the rules decide.</summary>
internal readonly record struct Standing(
    PaymentState State,
    DateTimeOffset RecordedAt,
    bool HasNonce = false,
    Expiry Expiry = default,
    DateTimeOffset SettledAt = default);

/// <summary>A step with what was seen of the chain.</summary>
internal readonly record struct StepFacts(PaymentStep Step)
{
    internal ReleaseReason Reason { get; init; }

    internal DateTimeOffset? FinalizedAt { get; init; }

    internal ulong? FinalizedHeight { get; init; }

    /// <summary>True when a final transaction that is none of the payment's own has its nonce.</summary>
    internal bool NonceTakenByOther { get; init; }

    internal bool WithNonce { get; init; }

    internal Expiry Expiry { get; init; }
}

/// <summary>
/// The rules of payments, pure: which step is possible from where, what it leads to, and how a payment counts. The
/// ledger runs on these and so does the state-space search; the wrong variants that the search must catch override them.
/// </summary>
internal class PaymentRules
{
    /// <summary>The rules as they are.</summary>
    internal static readonly PaymentRules Standard = new();

    /// <summary>
    /// By how much a window is widened, since the clock that ages it may be ahead of the chain whose block times stamp
    /// what is in it. Chains and NTP-kept hosts agree within a few seconds.
    /// </summary>
    internal virtual TimeSpan ClockSkew => TimeSpan.FromSeconds(120);

    /// <summary>Whether a state admits no further step.</summary>
    internal static bool IsFinal(PaymentState state) =>
        state is PaymentState.Denied or PaymentState.Closed or PaymentState.Settled or PaymentState.Released;

    /// <summary>Whether money is held: from the reservation until the chain proves how it ended.</summary>
    internal static bool Holds(PaymentState state) =>
        state is PaymentState.Reserved or PaymentState.Signing or PaymentState.Exposed or PaymentState.Seen or PaymentState.Stuck;

    /// <summary>Whether it takes one of the slots for open authorizations. A payment in a block frees its slot, not its money.</summary>
    internal static bool IsOpenAuthorization(PaymentState state) =>
        state is PaymentState.Reserved or PaymentState.Signing or PaymentState.Exposed or PaymentState.Stuck;

    /// <summary>Whether a new payment may be made under the same key: only when this one can never take money.</summary>
    internal virtual bool FreesKey(PaymentState state) =>
        state is PaymentState.Denied or PaymentState.Closed or PaymentState.Released;

    /// <summary>Whether a signature may be made now that was allowed earlier: the record must be there before the signature.</summary>
    internal virtual bool MaySign(PaymentState state) => state == PaymentState.Signing;

    /// <summary>How a payment counts in a rolling window that ends at <paramref name="now"/>; null counts forever.</summary>
    internal virtual Counting Count(in Standing standing, DateTimeOffset now, TimeSpan? window)
    {
        if (Holds(standing.State))
        {
            return Counting.Held;
        }

        return standing.State == PaymentState.Settled && (window is not { } w || standing.SettledAt > now - w - ClockSkew)
            ? Counting.Used
            : Counting.Nothing;
    }

    /// <summary>Why a step is impossible; null when it is possible.</summary>
    internal virtual string? Refuse(in Standing standing, in StepFacts facts)
    {
        var state = standing.State;
        var possible = facts.Step switch
        {
            PaymentStep.Approve or PaymentStep.Close => state == PaymentState.Waiting,
            PaymentStep.Sign => state == PaymentState.Reserved,
            PaymentStep.Replace => state is PaymentState.Signing or PaymentState.Exposed or PaymentState.Stuck,
            PaymentStep.Expose => state is PaymentState.Signing or PaymentState.Stuck,
            PaymentStep.See => state is PaymentState.Signing or PaymentState.Exposed or PaymentState.Seen or PaymentState.Stuck,
            PaymentStep.Reorg => state == PaymentState.Seen,
            PaymentStep.Settle => state is PaymentState.Signing or PaymentState.Exposed or PaymentState.Seen or PaymentState.Stuck,
            PaymentStep.Release => state is PaymentState.Reserved or PaymentState.Signing or PaymentState.Exposed or PaymentState.Stuck,
            PaymentStep.Stick => state is PaymentState.Signing or PaymentState.Exposed,
            _ => false,
        };
        if (!possible)
        {
            return IsFinal(state) ? "it is resolved, and a resolved payment never changes" : "that step does not follow from this state";
        }

        return facts.Step switch
        {
            PaymentStep.Replace when !standing.HasNonce => "it has no nonce, so other bytes would be a second payment",
            PaymentStep.Settle when facts.FinalizedAt is null => "a settlement needs the time of the finalized block",
            PaymentStep.Release => RefuseRelease(standing, facts),
            _ => null,
        };
    }

    /// <summary>Where a possible step leads.</summary>
    internal virtual Standing Next(in Standing standing, in StepFacts facts) => facts.Step switch
    {
        PaymentStep.Approve => standing with { State = PaymentState.Reserved },
        PaymentStep.Close => standing with { State = PaymentState.Closed },
        PaymentStep.Sign => standing with { State = PaymentState.Signing, HasNonce = facts.WithNonce, Expiry = facts.Expiry },
        PaymentStep.Replace => standing with { State = PaymentState.Signing, Expiry = standing.Expiry.Or(facts.Expiry) },
        PaymentStep.Expose => standing with { State = PaymentState.Exposed },
        PaymentStep.See => standing with { State = PaymentState.Seen },
        PaymentStep.Reorg => standing with { State = PaymentState.Exposed },
        PaymentStep.Settle => standing with { State = PaymentState.Settled, SettledAt = Latest(facts.FinalizedAt!.Value, standing.RecordedAt) },
        PaymentStep.Release => standing with { State = PaymentState.Released },
        PaymentStep.Stick => standing with { State = PaymentState.Stuck },
        _ => throw new ArgumentOutOfRangeException(nameof(facts)),
    };

    /// <summary>A stamp from before the payment existed cannot be true, and would let it leave the window early.</summary>
    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static string? RefuseRelease(in Standing standing, in StepFacts facts)
    {
        if (facts.Reason == ReleaseReason.NeverSigned)
        {
            return standing.State == PaymentState.Reserved ? null : "a signature may exist since it was recorded for signing";
        }

        if (standing.State == PaymentState.Reserved)
        {
            return "nothing was signed, so it is released as never signed";
        }

        if (facts.FinalizedAt is not { } time || facts.FinalizedHeight is not { } height)
        {
            return "the proof names no finalized block";
        }

        return facts.Reason switch
        {
            ReleaseReason.Expired when standing.Expiry.IsUnbounded => "its bytes have no expiry; only its nonce can end it",
            ReleaseReason.Expired when standing.Expiry.Time > time => $"it can settle until {standing.Expiry.Time:O}, and the finalized block is earlier",
            ReleaseReason.Expired when standing.Expiry.Height >= height => $"it can settle until height {standing.Expiry.Height}, and the finalized block is not past it",
            ReleaseReason.Expired => null,
            ReleaseReason.NonceConsumed when !standing.HasNonce => "it has no account nonce",
            ReleaseReason.NonceConsumed when !facts.NonceTakenByOther => "the transaction that took the nonce is not named, or is the payment's own",
            ReleaseReason.NonceConsumed => null,
            ReleaseReason.Cancelled when standing.HasNonce => "a transaction is not cancelled on chain; its nonce is taken by another",
            ReleaseReason.Cancelled => null,
            _ => "the reason is unknown",
        };
    }
}
