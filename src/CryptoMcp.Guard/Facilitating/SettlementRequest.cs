using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Evm;
using CryptoMcp.Money;
using CryptoMcp.Payments;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Facilitating;

/// <summary>A settlement intent with every word resolved against policy and chain table, or refused with the reason.</summary>
internal sealed record SettlementRequest
{
    public required EvmNetwork Network { get; init; }

    /// <summary>The account that pays the gas.</summary>
    public required AccountId Account { get; init; }

    /// <summary>Its address.</summary>
    public required EvmAddress Facilitator { get; init; }

    /// <summary>The token, as the policy pins it.</summary>
    public required Asset Asset { get; init; }

    public required CheckedPayment Payment { get; init; }

    /// <summary>The call that settles it.</summary>
    public required SettlementCall Call { get; init; }

    public static SettlementRequest Read(FacilitatorSettleIntent intent, PolicyDocument policy, EvmNetworks networks, TimeProvider clock)
    {
        var network = networks.Find(intent.Chain);
        var facilitator = TransferRequest.WalletOf(intent, policy);
        var payment = Check(intent, network, facilitator, clock);
        var transfer = payment.Transfer;
        RefuseOwnMoney(transfer, policy);
        if (!policy.TryFindAsset(AssetId.Token(network.Chain.Id, transfer.Token.ToString()), out var asset))
        {
            throw new GuardException(
                "unknown_asset", $"The policy pins no asset at {transfer.Token} on {network.Chain.Title}, and calls of unknown contracts are not paid for.",
                "Only the owner can list an asset.");
        }

        if (payment.Charged.IsZero)
        {
            throw new GuardException("nothing_to_settle", "Nothing is charged, so there is nothing to send.", "Answer the seller without a transaction.");
        }

        return new()
        {
            Network = network,
            Account = new AccountId(network.Chain.Id, facilitator.ToString()),
            Facilitator = facilitator,
            Asset = asset,
            Payment = payment,
            Call = SettlementCall.For(transfer, payment.Charged, payment.Permit),
        };
    }

    private static CheckedPayment Check(FacilitatorSettleIntent intent, EvmNetwork network, EvmAddress facilitator, TimeProvider clock)
    {
        try
        {
            var payment = PaymentPayload.Read(intent.Payment);
            var requirements = PaymentRequirements.Read(intent.Requirements, payment.Version);
            return new PaymentCheck([network.Chain], clock).FindFault(new(payment, requirements), facilitator, settling: true, out var good) is { } fault
                ? throw new GuardException(fault, $"The payment cannot be settled: {fault}.", "Refuse it; nothing was signed.")
                : good!;
        }
        catch (X402FormatException error)
        {
            throw new GuardException("invalid_payment", error.Message, "Refuse it; nothing was signed.", error);
        }
    }

    /// <summary>
    /// What leaves a settlement is another's money. Where the payer is one of our own wallets it would be ours, outside the rules
    /// and budgets that x402 payments have.
    /// </summary>
    private static void RefuseOwnMoney(SignedTransfer transfer, PolicyDocument policy)
    {
        foreach (var (name, address) in policy.Wallets)
        {
            if (EvmAddress.TryParse(address, out var own, out _) && own == transfer.From)
            {
                throw new GuardException(
                    "own_money", $"The payer {transfer.From} is the wallet '{name}' of this policy, and settling would move its money.",
                    "Nothing was signed. A facilitator must not share its guard with a payer that it serves.");
            }
        }
    }
}
