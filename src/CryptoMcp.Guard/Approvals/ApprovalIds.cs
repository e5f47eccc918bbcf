namespace CryptoMcp.Guard.Approvals;

/// <summary>Ids of questions to the owner: that of a payment follows from the payment's own.</summary>
internal static class ApprovalIds
{
    private const string Approval = "apr_";
    private const string Payment = "pay_";

    public static string Of(string paymentId) => string.Concat(Approval, paymentId.AsSpan(Payment.Length));

    /// <summary>The payment that an approval of this id is about; null where the text is no such id.</summary>
    public static string? PaymentOf(string approvalId) =>
        approvalId.StartsWith(Approval, StringComparison.Ordinal) ? string.Concat(Payment, approvalId.AsSpan(Approval.Length)) : null;
}
