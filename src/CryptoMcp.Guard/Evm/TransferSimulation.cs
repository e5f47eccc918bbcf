using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;

namespace CryptoMcp.Guard.Evm;

/// <summary>What a transfer would do on the head of the chain. It may refuse the transfer, and never grants it.</summary>
/// <param name="GasLimit">Gas to sign for.</param>
/// <param name="GasLikely">Gas that it likely uses.</param>
/// <param name="NativeBalance">Wei of the paying account.</param>
/// <param name="Balance">What the account holds of the asset, where it was asked for.</param>
internal sealed record TransferSimulation(ulong GasLimit, ulong GasLikely, BigInteger NativeBalance, Amount? Balance)
{
    private const ulong PlainTransferGas = 21_000;

    // The first tokens of a recipient write a new storage slot (EIP-2200, EIP-2929), whoever was paid when gas was estimated.
    private const ulong NewSlotGas = 22_100;

    // What such a transfer can need at most. A node that claims more is wrong or lies; zkSync Era prices storage in gas.
    private const ulong MaxGas = 250_000;
    private const ulong MaxGasOnZkStack = 10_000_000;

    /// <summary>Runs it in one round trip. A token's gas is estimated once in a while; in between it is simulated alone.</summary>
    /// <exception cref="GuardException">It would fail, or the node claims too much gas.</exception>
    public static async ValueTask<TransferSimulation> RunAsync(TransferRequest transfer, bool withBalance, CancellationToken ct)
    {
        var network = transfer.Network;
        var asset = transfer.Amount.Asset;
        var call = new CallRequest
        {
            From = transfer.From,
            To = transfer.Contract ?? transfer.To,
            Data = transfer.Calldata,
            Value = transfer.Contract is null ? transfer.Amount.Units : BigInteger.Zero,
        };
        var known = transfer.Contract is null ? null : network.Gas.Known(asset.Id);
        var batch = network.Rpc.CreateBatch();
        var estimate = known is null ? batch.Add(EvmRequests.EstimateGas(call)) : null;
        var run = known is null ? null : batch.Add(EvmRequests.Call(call, BlockTag.Latest));
        var native = batch.Add(EvmRequests.Balance(transfer.From, BlockTag.Latest));
        var token = withBalance && transfer.Contract is { } contract ? batch.Add(BalanceOf(contract, transfer.From)) : null;
        await batch.SendAsync(ct);
        if ((estimate?.Error ?? run?.Error) is { } failure)
        {
            throw await ExplainAsync(transfer, failure, native.Value, ct);
        }

        var gas = known ?? Checked(estimate!.Value, network.Chain);
        if (known is null && transfer.Contract is not null)
        {
            network.Gas.Remember(asset.Id, gas);
        }

        var units = token is null ? native.Value : Erc20.ReadBalance(token.Value);
        return new(LimitFor(transfer, gas), gas, native.Value, withBalance ? new Amount(units, asset) : null);
    }

    private static ulong LimitFor(TransferRequest transfer, ulong gas) => transfer switch
    {
        // A transfer to an account without code uses exactly this.
        { Contract: null } when gas == PlainTransferGas => gas,
        { Contract: null } => gas + (gas / 4),
        _ => gas + (gas / 4) + NewSlotGas,
    };

    private static ulong Checked(ulong gas, EvmChain chain)
    {
        var most = EvmGas.PricesStorage(chain.Id.EvmNumber) ? MaxGasOnZkStack : MaxGas;
        return gas <= most ? gas : throw new GuardException(
            "gas_too_high",
            string.Create(CultureInfo.InvariantCulture, $"The node claims that this transfer needs {gas} gas; such a transfer never needs more than {most}."),
            "Nothing was signed. The endpoint or the token misbehaves; ask the owner to check both.");
    }

    private static async ValueTask<GuardException> ExplainAsync(TransferRequest transfer, EvmRpcException failure, BigInteger native, CancellationToken ct)
    {
        if (failure.Kind != EvmRpcFailure.RpcError)
        {
            return ChainProblems.Of(failure, transfer.Network.Chain);
        }

        var units = transfer.Contract is { } contract ? Erc20.ReadBalance(await transfer.Network.Rpc.SendAsync(BalanceOf(contract, transfer.From), ct)) : native;
        return units < transfer.Amount.Units
            ? new GuardException(
                "insufficient_funds",
                $"{transfer.From} holds {new Amount(units, transfer.Amount.Asset)} on {transfer.Network.Chain.Title}, which is less than {transfer.Amount}.",
                "Send less, or ask the owner to fund the wallet.",
                failure)
            : new GuardException(
                "would_fail",
                $"The node says that this transfer would fail on {transfer.Network.Chain.Title}. untrusted_reason: \"{failure.UntrustedMessage}\"",
                "Nothing was signed. Check recipient, amount and balance; a token may refuse some recipients.",
                failure);
    }

    private static RpcRequest<byte[]> BalanceOf(EvmAddress contract, EvmAddress owner) => EvmRequests.Call(Erc20.BalanceCall(contract, owner), BlockTag.Latest);
}
