using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>What lists filter by. Few differ, so payments share them.</summary>
internal sealed record PaymentTraits(PaymentState State, string Client, string Operation, AccountId Account)
{
    internal static PaymentTraits Of(Payment payment) => new(payment.State, payment.Client, payment.Operation, payment.Account);
}
