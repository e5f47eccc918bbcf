using CryptoMcp.Guard.Approvals;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;

namespace CryptoMcp.Guard.Spending;

/// <summary>The ledger's states and refusals in words for people and agents.</summary>
internal static class Wording
{
    public static string Of(PaymentState state) => state switch
    {
        PaymentState.Denied => "denied",
        PaymentState.Waiting => "waiting",
        PaymentState.Closed => "closed",
        PaymentState.Reserved => "reserved",
        PaymentState.Signing => "signing",
        PaymentState.Exposed => "exposed",
        PaymentState.Seen => "seen",
        PaymentState.Stuck => "stuck",
        PaymentState.Settled => "settled",
        PaymentState.Released => "released",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static string Meaning(Payment payment) => payment.State switch
    {
        PaymentState.Denied => "The policy refused it; nothing was signed and no money is held.",
        PaymentState.Waiting => "The owner is asked; no money is held.",
        PaymentState.Closed => $"It was not paid: {payment.Reason}. No money is held.",
        PaymentState.Reserved => "Allowed and counted against the budgets; nothing is signed yet.",
        PaymentState.Signing => "A signature may exist; the money is held until the chain proves how it ended.",
        PaymentState.Exposed when payment.Latest?.ExpiresAt is { } until =>
            $"Signed and handed out; not in a block yet. It may be taken until {until:yyyy-MM-dd HH:mm:ss'Z'}, and is held until the chain proves how it ended.",
        PaymentState.Exposed => "Signed and broadcast; not in a block yet. It may still be paid at any time.",
        PaymentState.Seen => "In a block that is not final yet.",
        PaymentState.Stuck => "Signed, but the chain does not take it and it cannot expire by itself. The money stays held.",
        PaymentState.Settled when WasCancelled(payment) => "Cancelled: the cancelling transaction is final, and only its fee was paid.",
        PaymentState.Settled when Reverted(payment) => "The transaction is final but was reverted: nothing moved, only the fee was paid.",
        PaymentState.Settled => "Paid and final.",
        PaymentState.Released => "Proven never to be paid; the budgets have the money back.",
        _ => throw new ArgumentOutOfRangeException(nameof(payment)),
    };

    public static string? Next(Payment payment) => payment.State switch
    {
        PaymentState.Reserved or PaymentState.Signing =>
            "Repeat the same call with the same idempotency key to carry on; it does not pay twice.",
        PaymentState.Exposed or PaymentState.Seen => "Call payment_get to see it become final. Do not send it again.",
        PaymentState.Stuck => "Call payment_cancel to take its nonce away, or ask the owner.",
        PaymentState.Waiting =>
            "Tell the user to open the approval URL, or to run 'cryptomcp approve' in a terminal, and follow with approval_get. The guard pays by itself once it is approved.",
        PaymentState.Closed when ApprovalWords.Is(payment, ApprovalWords.Refused) => "Do not ask again. Tell the user that the owner refused.",
        PaymentState.Closed => "Ask again with the same call if it is still wanted.",
        _ => null,
    };

    public static bool WasCancelled(Payment payment) => payment.State == PaymentState.Settled
        && payment.Variants.Any(v => v.Purpose == VariantPurpose.Cancellation && v.TransactionId is not null && v.TransactionId == payment.TransactionId);

    public static bool Reverted(Payment payment) => payment.State == PaymentState.Settled
        && payment.Proof.ValueKind == System.Text.Json.JsonValueKind.Object
        && payment.Proof.TryGetProperty("reverted", out var reverted)
        && reverted.ValueKind == System.Text.Json.JsonValueKind.True;

    public static GuardException Frozen(string reason) => new(
        "frozen", $"Spending is frozen: {reason}", "Only the owner can unfreeze, with 'cryptomcp freeze --off'. Reading still works.");

    public static GuardException Of(LedgerException refusal) => refusal switch
    {
        IdempotencyConflictException conflict => new(new GuardProblem
        {
            Code = "idempotency_conflict",
            Problem = conflict.Message,
            Next = "Use a new idempotency key if you mean a new payment.",
            PaymentId = conflict.PaymentId,
        }),
        LedgerFrozenException => Frozen(refusal.Message),
        PaymentStepException step => new(new GuardProblem
        {
            Code = "payment_step",
            Problem = step.Message,
            Next = "Call payment_get to see where it stands.",
            PaymentId = step.PaymentId,
        }),
        _ => new(
            "ledger_unavailable",
            $"The ledger cannot record anything, so nothing is signed: {refusal.Message}",
            "Tell the owner to run 'cryptomcp doctor'; the disk may be full.",
            refusal),
    };
}
