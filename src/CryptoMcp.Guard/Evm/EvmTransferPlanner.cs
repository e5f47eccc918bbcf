using System.Globalization;
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
    // What such a transfer can need at most. A node that claims more is wrong or lies; zkSync Era prices storage in gas.
    private const ulong MaxGas = 200_000;
    private const ulong MaxGasOnZkStack = 10_000_000;

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
    public async ValueTask<Plan> PlanAsync(Intent intent, PolicyDocument policy, CancellationToken ct)
    {
        var transfer = TransferRequest.Read((TransferIntent)intent, policy, networks);
        try
        {
            return await PlanAsync(transfer, ct);
        }
        catch (EvmRpcException e)
        {
            throw ChainProblems.Of(e, transfer.Network.Chain);
        }
    }

    private static async ValueTask<Plan> PlanAsync(TransferRequest transfer, CancellationToken ct)
    {
        var network = transfer.Network;
        await network.CheckPinnedAsync(transfer.Amount.Asset, ct);
        var nonceHint = await network.NonceHintAsync(transfer.From, ct);
        var fees = await network.Fees.EstimateAsync(ct);
        var (gas, balance) = await GasAsync(transfer, ct);
        var transaction = TransactionOf(transfer, fees, gas);
        var l1Fee = await OpStackFee.UpperBoundAsync(network.Rpc, transaction, ct);
        var atMost = new Amount(transaction.HighestFee + l1Fee, network.Chain.Native);
        return PlanOf(transfer, atMost) with
        {
            FeeLikely = new Amount((gas * (fees.BaseFeePerGas.IsZero ? fees.MaxFeePerGas : fees.BaseFeePerGas + fees.MaxPriorityFeePerGas)) + l1Fee, network.Chain.Native),
            Balance = new Amount(balance, transfer.Amount.Asset),
            Prepared = new PreparedTransaction(transaction, new NonceScope(transfer.Account, nonceHint)),
        };
    }

    /// <summary>Simulates the transfer on the head: what it would use, or why it would fail.</summary>
    private static async ValueTask<(ulong Gas, BigInteger Balance)> GasAsync(TransferRequest transfer, CancellationToken ct)
    {
        var network = transfer.Network;
        var call = new CallRequest
        {
            From = transfer.From,
            To = transfer.Contract ?? transfer.To,
            Data = transfer.Calldata,
            Value = transfer.Contract is null ? transfer.Amount.Units : BigInteger.Zero,
        };
        var batch = network.Rpc.CreateBatch();
        var estimate = batch.Add(EvmRequests.EstimateGas(call));
        var native = batch.Add(EvmRequests.Balance(transfer.From, BlockTag.Latest));
        var token = transfer.Contract is { } contract
            ? batch.Add(EvmRequests.Call(new CallRequest { To = contract, Data = Erc20.BalanceOf(transfer.From) }, BlockTag.Latest))
            : null;
        await batch.SendAsync(ct);
        var balance = token is null ? native.Value : new BigInteger(token.Value.AsSpan(), isUnsigned: true, isBigEndian: true);
        if (balance < transfer.Amount.Units)
        {
            throw new GuardException(
                "insufficient_funds",
                $"{transfer.From} holds {new Amount(balance, transfer.Amount.Asset)} on {network.Chain.Title}, which is less than {transfer.Amount}.",
                "Send less, or ask the owner to fund the wallet.");
        }

        ulong gas;
        try
        {
            gas = estimate.Value;
        }
        catch (EvmRpcException e) when (e.Kind == EvmRpcFailure.RpcError)
        {
            throw native.Value.IsZero
                ? new GuardException("no_gas", $"{transfer.From} has no {network.Chain.Native.Symbol} on {network.Chain.Title} to pay the fee with.", "Ask the owner to fund the wallet.", e)
                : new GuardException(
                    "would_fail",
                    $"The node says that this transfer would fail on {network.Chain.Title}. untrusted_reason: \"{e.UntrustedMessage}\"",
                    "Nothing was signed. Check recipient, amount and balance; a token may refuse some recipients.",
                    e);
        }

        var limit = EvmGas.PricesStorage(network.Chain.Id.EvmNumber) ? MaxGasOnZkStack : MaxGas;
        if (gas > limit)
        {
            throw new GuardException(
                "gas_too_high",
                string.Create(CultureInfo.InvariantCulture, $"The node claims that this transfer needs {gas} gas; such a transfer never needs more than {limit}."),
                "Nothing was signed. The endpoint or the token misbehaves; ask the owner to check both.");
        }

        // Plain transfers to accounts without code use exactly this; everything else gets a quarter to spare, since the
        // first transfer to an address writes a new storage slot and another may land in between.
        return (gas == 21_000 ? gas : Math.Min(limit, gas + gas / 4), balance);
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

    private static EvmTransaction TransactionOf(TransferRequest transfer, FeeQuote fees, ulong gas)
    {
        var to = transfer.Contract ?? transfer.To;
        var value = transfer.Contract is null ? transfer.Amount.Units : BigInteger.Zero;
        var chain = transfer.Network.Chain.Id.EvmNumber;
        return fees.IsLegacy
            ? new LegacyTransaction { ChainId = chain, Nonce = 0, GasLimit = gas, To = to, Value = value, Data = transfer.Calldata, GasPrice = fees.MaxFeePerGas }
            : new Eip1559Transaction
            {
                ChainId = chain,
                Nonce = 0,
                GasLimit = gas,
                To = to,
                Value = value,
                Data = transfer.Calldata,
                MaxFeePerGas = fees.MaxFeePerGas,
                MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas,
            };
    }

    private sealed class PreparedTransaction(EvmTransaction transaction, NonceScope scope) : IPreparedSpend
    {
        public string Rail => EvmTransactionRail.RailName;

        public NonceScope NonceScope => scope;

        public SigningMaterial Materialise(SigningSlot slot) => EvmMaterial.Of(transaction with
        {
            Nonce = slot.Nonce ?? throw new InvalidOperationException("A transaction needs a nonce."),
        });
    }
}
