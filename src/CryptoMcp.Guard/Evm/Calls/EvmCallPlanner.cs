using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Evm.Calls;

/// <summary>Plans calls of contracts on EVM chains: only what a <c>contract.call</c> rule names in full can go through.</summary>
internal sealed class EvmCallPlanner(EvmNetworks networks) : IPlanner
{
    private const ulong MaxGas = 3_000_000;
    private const int LongestArgument = 80;

    /// <inheritdoc/>
    public bool Handles(Intent intent) => intent is ContractCallIntent;

    /// <inheritdoc/>
    public Plan Sketch(Intent intent, PolicyDocument policy) => Sketch(ContractCall.Read((ContractCallIntent)intent, policy, networks), policy);

    /// <inheritdoc/>
    public async ValueTask<Plan> PlanAsync(Intent intent, PolicyDocument policy, PlanDepth depth, CancellationToken ct)
    {
        var call = ContractCall.Read((ContractCallIntent)intent, policy, networks);
        var sketch = Sketch(call, policy);
        if (sketch.Effects.Any(effect => effect is Effect.Unknown or Effect.NeverSigned))
        {
            // Nothing of this is ever signed, so nothing is asked of the chain for it.
            return sketch;
        }

        try
        {
            return await PlanAsync(call, sketch, ct);
        }
        catch (EvmRpcException e)
        {
            throw ChainProblems.Of(e, call.Network.Chain);
        }
    }

    /// <summary>The rest of a plan, for any call of a contract: pins, fees, simulation, the bytes.</summary>
    internal static async ValueTask<Plan> PlanAsync(ContractCall call, Plan sketch, CancellationToken ct)
    {
        var network = call.Network;
        foreach (var effect in sketch.Effects)
        {
            if (effect is Effect.Outflow { Amount.Asset: var moved })
            {
                await network.CheckPinnedAsync(moved);
            }
            else if (effect is Effect.Allowance { Amount.Asset: var allowed })
            {
                await network.CheckPinnedAsync(allowed);
            }
        }

        var nonceHint = await network.NonceHintAsync(call.From, ct);
        var fees = await network.Fees.EstimateAsync(ct);
        var (gas, balance) = await SimulateAsync(call, ct);
        var transaction = PreparedTransaction.Build(network.Chain.Id.EvmNumber, call.Contract, call.Value.Units, call.Calldata, fees, gas + (gas / 4));
        var l1Fee = await OpStackFee.UpperBoundAsync(network.Rpc, transaction, ct);
        var atMost = new Amount(transaction.HighestFee + l1Fee, network.Chain.Native);
        if (balance < call.Value.Units + atMost.Units)
        {
            throw new GuardException(
                "insufficient_funds",
                $"{call.From} holds {new Amount(balance, network.Chain.Native)} on {network.Chain.Title}, and the call with its fee can take {new Amount(call.Value.Units + atMost.Units, network.Chain.Native)}.",
                "Ask the owner to fund the wallet.");
        }

        var likelyPrice = fees.BaseFeePerGas.IsZero ? fees.MaxFeePerGas : fees.BaseFeePerGas + fees.MaxPriorityFeePerGas;
        return sketch with
        {
            Effects = [.. sketch.Effects.Where(effect => effect is not Effect.Fee), new Effect.Fee(atMost)],
            FeeAtMost = atMost,
            FeeLikely = new Amount((gas * likelyPrice) + l1Fee, network.Chain.Native),
            Notes = [],
            Prepared = new PreparedTransaction(transaction, new NonceScope(call.Account, nonceHint)),
        };
    }

    /// <summary>Runs the call on the head of the chain. It may refuse the call, and never grants it.</summary>
    private static async ValueTask<(ulong Gas, BigInteger Balance)> SimulateAsync(ContractCall call, CancellationToken ct)
    {
        var batch = call.Network.Rpc.CreateBatch();
        var gas = batch.Add(EvmRequests.EstimateGas(new() { From = call.From, To = call.Contract, Data = call.Calldata, Value = call.Value.Units }));
        var code = batch.Add(EvmRequests.Code(call.Contract, BlockTag.Latest));
        var balance = batch.Add(EvmRequests.Balance(call.From, BlockTag.Latest));
        await batch.SendAsync(ct);
        if (code.Value.Length == 0)
        {
            throw new GuardException(
                "no_contract", $"There is no contract at {call.Contract} on {call.Network.Chain.Title}.", "Check address and chain with the person who asked for the call.");
        }

        if (gas.Error is { } failure)
        {
            throw failure.Kind != EvmRpcFailure.RpcError
                ? ChainProblems.Of(failure, call.Network.Chain)
                : new GuardException(
                    "would_fail",
                    $"The node says that this call would fail on {call.Network.Chain.Title}. untrusted_reason: \"{failure.UntrustedMessage}\"",
                    "Nothing was signed. Check the arguments, balances and allowances with contract_read.",
                    failure);
        }

        return gas.Value <= MaxGas ? (gas.Value, balance.Value) : throw new GuardException(
            "gas_too_high",
            string.Create(CultureInfo.InvariantCulture, $"The node claims that this call needs {gas.Value} gas, more than the {MaxGas} that a call may take."),
            "Nothing was signed. The endpoint or the contract misbehaves; ask the owner to check both.");
    }

    private static Plan Sketch(ContractCall call, PolicyDocument policy)
    {
        var network = call.Network;
        var cap = policy.Limits.Fee.TryGetValue(network.Chain.Id, out var fee) ? fee : Amount.Zero(network.Chain.Native);
        IReadOnlyList<string> arguments = [.. call.Arguments.Select(value => value.ToString())];
        var shown = string.Join(", ", arguments.Select(argument => UntrustedText.Clean(argument, LongestArgument)));
        return new()
        {
            Operation = Operations.ContractCall,
            Account = call.Account,
            Summary = $"{call.Function.Name}({shown}){(call.Value.IsZero ? string.Empty : $" with {call.Value}")} on contract {call.Contract} on {network.Chain.Title}",
            Effects = [.. CallEffects.Of(call, policy), new Effect.Fee(cap)],
            Details = new() { Contract = call.Contract.ToString(), Function = call.Function.Signature, Arguments = arguments },
            Canonical = $"contract.call|{call.Account}|{call.Contract}|{Convert.ToHexStringLower(call.Calldata)}|{call.Value.Units}",
            To = call.Contract.ToString(),
            Amount = call.Value.IsZero ? null : call.Value,
            FeeAtMost = cap,
            Notes = [$"The chain was not asked, so the fee is not in this; the policy caps it at {cap}."],
        };
    }
}
