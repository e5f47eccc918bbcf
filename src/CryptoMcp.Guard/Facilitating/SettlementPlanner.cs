using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Evm;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Facilitating;

/// <summary>Plans the settlement of strangers' x402 payments: one transaction, whose only effect on the own wallet is its fee.</summary>
internal sealed class SettlementPlanner(EvmNetworks networks, TimeProvider clock) : IPlanner
{
    // Two nonces, two balances, an allowance and two or three signature checks. A node that claims more is wrong or lies.
    private const ulong MaxGas = 500_000;
    private const ulong MaxGasOnZkStack = 20_000_000;

    /// <inheritdoc/>
    public bool Handles(Intent intent) => intent is FacilitatorSettleIntent;

    /// <inheritdoc/>
    public Plan Sketch(Intent intent, PolicyDocument policy)
    {
        var settlement = SettlementRequest.Read((FacilitatorSettleIntent)intent, policy, networks, clock);
        var cap = policy.Limits.Fee.TryGetValue(settlement.Network.Chain.Id, out var fee) ? fee : Amount.Zero(settlement.Network.Chain.Native);
        return PlanOf(settlement, cap);
    }

    /// <inheritdoc/>
    public async ValueTask<Plan> PlanAsync(Intent intent, PolicyDocument policy, PlanDepth depth, CancellationToken ct)
    {
        var settlement = SettlementRequest.Read((FacilitatorSettleIntent)intent, policy, networks, clock);
        try
        {
            return await PlanAsync(settlement, ct);
        }
        catch (EvmRpcException e)
        {
            throw ChainProblems.Of(e, settlement.Network.Chain);
        }
    }

    private static async ValueTask<Plan> PlanAsync(SettlementRequest settlement, CancellationToken ct)
    {
        var network = settlement.Network;
        await network.CheckPinnedAsync(settlement.Asset);
        var nonceHint = await network.NonceHintAsync(settlement.Facilitator, ct);
        var fees = await network.Fees.EstimateAsync(ct);
        var (gas, held) = await SimulateAsync(settlement, ct);
        var transaction = PreparedTransaction.Build(
            network.Chain.Id.EvmNumber, settlement.Call.Contract, BigInteger.Zero, settlement.Call.Data, fees, gas + (gas / 4));
        var l1Fee = await OpStackFee.UpperBoundAsync(network.Rpc, transaction, ct);
        var atMost = new Amount(transaction.HighestFee + l1Fee, network.Chain.Native);
        if (held < atMost.Units)
        {
            throw new GuardException(
                "insufficient_funds",
                $"{settlement.Facilitator} holds {new Amount(held, network.Chain.Native)} on {network.Chain.Title}, and the fee can take {atMost}.",
                "Ask the owner to fund the facilitator's wallet.");
        }

        return PlanOf(settlement, atMost) with { Prepared = new PreparedTransaction(transaction, new NonceScope(settlement.Account, nonceHint)) };
    }

    /// <summary>What it would do on the head of the chain: a payment that would fail costs no gas.</summary>
    private static async ValueTask<(ulong Gas, BigInteger Held)> SimulateAsync(SettlementRequest settlement, CancellationToken ct)
    {
        var chain = settlement.Network.Chain;
        var batch = settlement.Network.Rpc.CreateBatch();
        var estimate = batch.Add(EvmRequests.EstimateGas(new() { From = settlement.Facilitator, To = settlement.Call.Contract, Data = settlement.Call.Data }));
        var held = batch.Add(EvmRequests.Balance(settlement.Facilitator, BlockTag.Latest));
        await batch.SendAsync(ct);
        if (estimate.Error is { } failure)
        {
            throw failure.Kind != EvmRpcFailure.RpcError
                ? ChainProblems.Of(failure, chain)
                : new GuardException(
                    "would_fail",
                    $"The node says that this settlement would fail on {chain.Title}. untrusted_reason: \"{failure.UntrustedMessage}\"",
                    "Nothing was signed. Refuse the payment.",
                    failure);
        }

        var most = EvmGas.PricesStorage(chain.Id.EvmNumber) ? MaxGasOnZkStack : MaxGas;
        return estimate.Value <= most ? (estimate.Value, held.Value) : throw new GuardException(
            "gas_too_high",
            string.Create(CultureInfo.InvariantCulture, $"The node claims that this settlement needs {estimate.Value} gas; none needs more than {most}."),
            "Nothing was signed. The endpoint or the token misbehaves; ask the owner to check both.");
    }

    private static Plan PlanOf(SettlementRequest settlement, Amount feeAtMost)
    {
        var transfer = settlement.Payment.Transfer;
        var moved = new Amount(settlement.Payment.Charged, settlement.Asset);
        return new()
        {
            Operation = Operations.FacilitatorSettle,
            Account = settlement.Account,
            Summary = $"settlement of {moved} from {transfer.From} to {transfer.To} on {settlement.Network.Chain.Title}",
            Effects = [new Effect.Fee(feeAtMost)],
            Details = new SpendDetails { Contract = settlement.Call.Contract.ToString(), Function = settlement.Call.Function.Signature },
            Canonical = $"facilitator.settle|{settlement.Account}|{transfer.Identity}|{transfer.Token}|{transfer.To}|{settlement.Payment.Charged}",
            To = transfer.To.ToString(),
            FeeAtMost = feeAtMost,
        };
    }
}
