namespace CryptoMcp.Ledger;

/// <summary>The pure rules of payments.</summary>
internal class PaymentRules
{
    /// <summary>Whether a state admits no further step.</summary>
    internal static bool IsFinal(PaymentState state) =>
        state is PaymentState.Denied or PaymentState.Closed or PaymentState.Settled or PaymentState.Released;
}
