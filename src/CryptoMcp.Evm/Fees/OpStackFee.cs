using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>
/// What OP-stack chains (Base, Optimism) charge on top of gas: a fee for posting the transaction to L1, and an operator
/// fee. Neither is bounded by <c>maxFeePerGas</c>, so both are reserved with a margin.
/// See <see href="https://docs.optimism.io/op-stack/transactions/fees">transaction fees</see>.
/// </summary>
public static class OpStackFee
{
    /// <summary>Predeployed on every OP-stack chain.</summary>
    public static readonly EvmAddress GasPriceOracle = EvmAddress.Parse("0x420000000000000000000000000000000000000F");

    /// <summary>Bytes that a signature adds to an unsigned transaction: parity, r and s with their headers, and a longer list
    /// header.</summary>
    private const int SignatureBytes = 68;

    private static readonly AbiFunction s_upperBound = AbiFunction.Parse(
        "function getL1FeeUpperBound(uint256 unsignedTxSize) view returns (uint256)");
    private static readonly AbiFunction s_l1Fee = AbiFunction.Parse("function getL1Fee(bytes data) view returns (uint256)");
    private static readonly AbiFunction s_operatorFee = AbiFunction.Parse(
        "function getOperatorFee(uint256 gasUsed) view returns (uint256)");

    /// <summary>
    /// The most that the chain may charge on top of gas, in wei: the oracle's upper bound for the size (since Fjord) or
    /// its fee for the very bytes, whichever is higher, and the operator fee for the whole gas limit (since Isthmus);
    /// both half as much again, since the L1 fee may rise before the transaction is mined. Zero on other chains.
    /// </summary>
    /// <exception cref="EvmRpcException">The node did not answer, or the oracle does not tell: then the fee is unknown.</exception>
    public static async Task<BigInteger> UpperBoundAsync(EvmRpc rpc, EvmTransaction transaction,
        CancellationToken cancellationToken = default)
    {
        if (!rpc.Chain.IsOpStack)
        {
            return BigInteger.Zero;
        }

        var unsigned = transaction.EncodeUnsigned();
        var batch = rpc.CreateBatch();
        var bound = batch.Add(Ask(s_upperBound.Encode(unsigned.Length)));
        var exact = batch.Add(Ask(s_l1Fee.Encode(WithRoomForSignature(unsigned))));
        var operation = batch.Add(Ask(s_operatorFee.Encode(transaction.GasLimit)));
        await batch.SendAsync(cancellationToken).ConfigureAwait(false);
        if (Fee(bound, s_upperBound) is var atMost && Fee(exact, s_l1Fee) is var now && atMost is null && now is null)
        {
            // A local chain that only borrows the chain id has no oracle and charges nothing.
            return rpc.Chain.IsLocal && bound.Error is null
                ? BigInteger.Zero
                : throw new EvmRpcException(EvmRpcFailure.BadAnswer, rpc.Chain.Name,
                    "the node does not tell the L1 fee. Try another endpoint.", bound.Error);
        }

        // Before Isthmus there is no operator fee, and the function reverts.
        var fee = BigInteger.Max(atMost ?? BigInteger.Zero, now ?? BigInteger.Zero) + (Fee(operation, s_operatorFee) ?? BigInteger.Zero);
        return (fee * 3 / 2) + 1;
    }

    /// <summary>The operator fee of a mined transaction in wei; zero where there is none.</summary>
    /// <exception cref="EvmRpcException">The node did not answer.</exception>
    public static async Task<BigInteger> OperatorFeeAsync(EvmRpc rpc, TransactionReceipt receipt,
        CancellationToken cancellationToken = default)
    {
        if (!receipt.HasOperatorFee)
        {
            return BigInteger.Zero;
        }

        var returned = await rpc.CallAsync(new() { To = GasPriceOracle, Data = s_operatorFee.Encode(receipt.GasUsed) },
            BlockTag.Number(receipt.BlockNumber), cancellationToken)
            .ConfigureAwait(false);
        return s_operatorFee.DecodeResult(returned)[0].AsNumber();
    }

    /// <summary>Signatures do not compress, so the room is filled with bytes that cost the most: other than zero, no two alike.</summary>
    private static byte[] WithRoomForSignature(byte[] unsigned)
    {
        var bytes = new byte[unsigned.Length + SignatureBytes];
        unsigned.CopyTo(bytes, 0);
        for (var i = unsigned.Length; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(255 - i + unsigned.Length);
        }

        return bytes;
    }

    private static RpcRequest<byte[]> Ask(byte[] calldata) =>
        EvmRequests.Call(new() { To = GasPriceOracle, Data = calldata }, BlockTag.Latest);

    private static BigInteger? Fee(RpcAnswer<byte[]> answer, AbiFunction function) =>
        answer.Error is null && answer.Value.Length > 0 ? function.DecodeResult(answer.Value)[0].AsNumber() : null;
}
