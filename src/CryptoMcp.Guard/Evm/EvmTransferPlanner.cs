using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Evm;

/// <summary>Plans transfers of the own coin and of ERC-20 tokens on EVM chains.</summary>
internal sealed class EvmTransferPlanner(EvmNetworks networks) : IPlanner
{
    /// <inheritdoc/>
    public bool Handles(Intent intent) => intent is TransferIntent;

    /// <inheritdoc/>
    public Plan Sketch(Intent intent, PolicyDocument policy)
    {
        var transfer = TransferRequest.Read((TransferIntent)intent, policy, networks);
        var cap = policy.Limits.Fee.TryGetValue(transfer.Network.Chain.Id, out var fee) ? fee : Amount.Zero(transfer.Network.Chain.Native);
        return PlanOf(transfer, cap) with { Notes = [$"The chain was not asked, so balance and fee are not in this; the policy caps the fee at {cap}. transfer_quote counts both."] };
    }

    /// <inheritdoc/>
    public async ValueTask<Plan> PlanAsync(Intent intent, PolicyDocument policy, PlanDepth depth, CancellationToken ct)
    {
        var transfer = TransferRequest.Read((TransferIntent)intent, policy, networks);
        try
        {
            return await PlanAsync(transfer, depth, ct);
        }
        catch (EvmRpcException e)
        {
            throw ChainProblems.Of(e, transfer.Network.Chain);
        }
    }

    private static async ValueTask<Plan> PlanAsync(TransferRequest transfer, PlanDepth depth, CancellationToken ct)
    {
        var network = transfer.Network;
        await network.CheckPinnedAsync(transfer.Amount.Asset);
        var nonceHint = await network.NonceHintAsync(transfer.From, ct);
        var fees = await network.Fees.EstimateAsync(ct);
        var simulated = await TransferSimulation.RunAsync(transfer, withBalance: depth == PlanDepth.Quote, ct);
        var transaction = PreparedTransaction.Build(
            network.Chain.Id.EvmNumber,
            transfer.Contract ?? transfer.To,
            transfer.Contract is null ? transfer.Amount.Units : BigInteger.Zero,
            transfer.Calldata,
            fees,
            simulated.GasLimit);
        var l1Fee = await OpStackFee.UpperBoundAsync(network.Rpc, transaction, ct);
        var atMost = new Amount(transaction.HighestFee + l1Fee, network.Chain.Native);
        RefuseUnaffordable(transfer, transaction.Value + atMost.Units, simulated.NativeBalance);
        var likelyPrice = fees.BaseFeePerGas.IsZero ? fees.MaxFeePerGas : fees.BaseFeePerGas + fees.MaxPriorityFeePerGas;
        return PlanOf(transfer, atMost) with
        {
            FeeLikely = new Amount((simulated.GasLikely * likelyPrice) + l1Fee, network.Chain.Native),
            Balance = simulated.Balance,
            Prepared = new PreparedTransaction(transaction, new NonceScope(transfer.Account, nonceHint)),
        };
    }

    /// <summary>What cannot be paid for is refused before it is signed: a node would not take it, and its nonce would block the next.</summary>
    private static void RefuseUnaffordable(TransferRequest transfer, BigInteger needed, BigInteger held)
    {
        if (held < needed)
        {
            var native = transfer.Network.Chain.Native;
            throw new GuardException(
                "insufficient_funds",
                $"{transfer.From} holds {new Amount(held, native)} on {transfer.Network.Chain.Title}, and {(transfer.Contract is null ? "amount and fee" : "the fee")} can take {new Amount(needed, native)}.",
                "Ask the owner to fund the wallet.");
        }
    }

    private static Plan PlanOf(TransferRequest transfer, Amount feeAtMost) => new()
    {
        Operation = Operations.Transfer,
        Account = transfer.Account,
        Summary = $"{transfer.Amount} to {(transfer.Payee is { } payee ? $"{payee} ({transfer.To})" : transfer.To.ToString())} on {transfer.Network.Chain.Title}",
        Effects = [new Effect.Outflow(transfer.Amount, transfer.To.ToString()), new Effect.Fee(feeAtMost)],
        Canonical = $"transfer|{transfer.Account}|{transfer.Amount.Asset.Id}|{transfer.Amount.Units}|{transfer.To}",
        To = transfer.To.ToString(),
        Payee = transfer.Payee,
        Amount = transfer.Amount,
        FeeAtMost = feeAtMost,
    };
}
