using CryptoMcp.Ledger;

namespace CryptoMcp.Guard.Approvals;

/// <summary>How a question ended, as written into the ledger and as agents read it.</summary>
internal static class ApprovalWords
{
    public const string Refused = "refused by the owner";
    public const string Expired = "not approved in time";
    public const string Withdrawn = "withdrawn by the caller";
    public const string Superseded = "changed since it was asked";

    /// <summary><c>waiting</c>, <c>approved</c>, <c>refused</c>, <c>expired</c>, <c>withdrawn</c> or <c>superseded</c>.</summary>
    public static string StatusOf(Payment payment) => payment.State switch
    {
        PaymentState.Waiting => "waiting",
        PaymentState.Closed when Is(payment, Refused) => "refused",
        PaymentState.Closed when Is(payment, Expired) => "expired",
        PaymentState.Closed when Is(payment, Withdrawn) => "withdrawn",
        PaymentState.Closed => "superseded",
        _ => "approved",
    };

    public static bool Is(Payment payment, string reason) => payment.Reason?.StartsWith(reason, StringComparison.Ordinal) == true;
}
