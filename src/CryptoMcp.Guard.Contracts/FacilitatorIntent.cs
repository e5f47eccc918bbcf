using System.Text.Json;

namespace CryptoMcp.Guard.Contracts;

/// <summary>
/// Settle a stranger's signed x402 payment and pay the gas for it. The guard reads the payment itself and builds the one call that
/// settles it; from the own wallet leaves nothing but the fee, and a payment whose payer is a wallet of the policy is refused.
/// </summary>
public sealed record FacilitatorSettleIntent : Intent
{
    /// <summary>The payment as the payer sent it: <c>PaymentPayload</c> of x402.</summary>
    public required JsonElement Payment { get; init; }

    /// <summary>The seller's requirements, with the amount to charge: <c>PaymentRequirements</c> of x402.</summary>
    public required JsonElement Requirements { get; init; }
}
