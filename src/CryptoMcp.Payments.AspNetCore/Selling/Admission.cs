namespace CryptoMcp.Payments.AspNetCore.Selling;

/// <summary>What became of a payment that somebody showed.</summary>
internal abstract record Admission
{
    /// <summary>Not taken.</summary>
    /// <param name="Status">HTTP status: 400, 402, 409, 412, 502 or 503.</param>
    /// <param name="Code">Why, as a code of the protocol or ours.</param>
    /// <param name="Problem">The same for people, where the code does not say it.</param>
    public sealed record Refused(int Status, string Code, string? Problem = null) : Admission;

    /// <summary>Taken: do the work, then settle.</summary>
    public sealed record Taken(Ticket Ticket) : Admission;

    /// <summary>The work was done before and its settlement is open: settle again, do not work again.</summary>
    public sealed record Resumed(Ticket Ticket, KeptAnswer Answer) : Admission;

    /// <summary>Paid for and answered before: the same answer.</summary>
    public sealed record Repeated(KeptAnswer Answer, SettlementResponse Settlement) : Admission;
}

/// <summary>A payment that was taken and is not settled yet.</summary>
/// <param name="Offer">Our offer that it pays.</param>
/// <param name="Payment">The payment.</param>
/// <param name="Transfer">The transfer that it signed.</param>
/// <param name="Entry">Its place in the book.</param>
internal sealed record Ticket(Offer Offer, PaymentPayload Payment, SignedTransfer Transfer, BookEntry Entry);

/// <summary>How a settlement ended.</summary>
internal abstract record Outcome
{
    /// <summary>The money has moved: deliver.</summary>
    public sealed record Settled(SettlementResponse Response) : Outcome;

    /// <summary>It has not moved, or nobody knows: deliver nothing.</summary>
    /// <param name="Status">HTTP status: 402, 412 or 502.</param>
    /// <param name="Response">What the payer is told; <c>settlement_pending</c> where the money may still move.</param>
    /// <param name="Problem">For the log.</param>
    public sealed record Unsettled(int Status, SettlementResponse Response, string Problem) : Outcome;
}
