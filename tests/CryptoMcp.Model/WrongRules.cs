using CryptoMcp.Ledger;

namespace CryptoMcp.Model;

/// <summary>Wrong: a payment leaves the window a window after it was reserved, whenever it settles.</summary>
internal sealed class AgesFromReservation : PaymentRules
{
    internal override Counting Count(in Standing standing, DateTimeOffset now, TimeSpan? window) =>
        standing.State != PaymentState.Released && (window is not { } w || standing.RecordedAt > now - w - ClockSkew) ? Counting.Used : Counting.Nothing;
}

/// <summary>Wrong: the window begins anew at fixed times.</summary>
internal sealed class CalendarWindow : PaymentRules
{
    internal override Counting Count(in Standing standing, DateTimeOffset now, TimeSpan? window)
    {
        var counting = base.Count(standing, now, null);
        return counting == Counting.Used && window is { } w && standing.SettledAt.Ticks / w.Ticks != now.Ticks / w.Ticks ? Counting.Nothing : counting;
    }
}

/// <summary>Wrong: an answer that did not come in time ends the payment.</summary>
internal sealed class ReleasesOnTimeout : PaymentRules
{
    internal override string? Refuse(in Standing standing, in StepFacts facts) =>
        facts is { Step: PaymentStep.Release, Reason: ReleaseReason.Expired, FinalizedAt: null } && standing.State == PaymentState.Exposed
            ? null
            : base.Refuse(standing, facts);
}

/// <summary>Wrong: a transaction that an endpoint does not know is dead.</summary>
internal sealed class ReleasesWhatIsNotFound : PaymentRules
{
    internal override string? Refuse(in Standing standing, in StepFacts facts) =>
        facts is { Step: PaymentStep.Release, Reason: ReleaseReason.NonceConsumed } && standing.State == PaymentState.Exposed
            ? null
            : base.Refuse(standing, facts);
}

/// <summary>Wrong: the signature is made first and recorded later.</summary>
internal sealed class SignsBeforeTheRecord : PaymentRules
{
    internal override bool MaySign(PaymentState state) => state is PaymentState.Reserved or PaymentState.Signing;

    internal override string? Refuse(in Standing standing, in StepFacts facts) =>
        facts.Step == PaymentStep.Settle && standing.State == PaymentState.Reserved ? null : base.Refuse(standing, facts);
}

/// <summary>Wrong: a repeated request is signed anew while the first one is out.</summary>
internal sealed class RetriesAnew : PaymentRules
{
    internal override bool FreesKey(PaymentState state) => state == PaymentState.Exposed || base.FreesKey(state);
}

/// <summary>The window is not widened by what a clock may be ahead.</summary>
internal sealed class NoSkewAllowed : PaymentRules
{
    internal override TimeSpan ClockSkew => TimeSpan.Zero;
}
