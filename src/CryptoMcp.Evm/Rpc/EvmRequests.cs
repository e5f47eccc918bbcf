using System.Numerics;
using System.Text.Json;

namespace CryptoMcp.Evm;

/// <summary>The reads of the execution API that we use, to send alone or in a batch.</summary>
public static class EvmRequests
{
    /// <summary><c>eth_chainId</c>.</summary>
    public static RpcRequest<ulong> ChainId { get; } = new("eth_chainId", null, RpcJson.Quantity64);

    /// <summary><c>eth_blockNumber</c>.</summary>
    public static RpcRequest<ulong> BlockNumber { get; } = new("eth_blockNumber", null, RpcJson.Quantity64);

    /// <summary><c>eth_gasPrice</c>, in wei.</summary>
    public static RpcRequest<BigInteger> GasPrice { get; } = new("eth_gasPrice", null, RpcJson.Quantity);

    /// <summary><c>eth_maxPriorityFeePerGas</c>, in wei.</summary>
    public static RpcRequest<BigInteger> MaxPriorityFeePerGas { get; } = new("eth_maxPriorityFeePerGas", null, RpcJson.Quantity);

    /// <summary><c>eth_getBlockByNumber</c>; null when the node has no such block.</summary>
    public static RpcRequest<BlockHeader?> Block(BlockTag tag) => new(
        "eth_getBlockByNumber",
        writer =>
        {
            writer.WriteStringValue(tag.ToString());
            writer.WriteBooleanValue(false);
        },
        result => RpcJson.OrNull(result, RpcJson.Block),
        static (left, right) => left?.Hash == right?.Hash);

    /// <summary>
    /// <c>eth_getBlockByNumber</c> with all transactions, of which the one that used the sender's nonce is kept. Null when
    /// the block holds none whose signature proves to be the sender's own.
    /// </summary>
    public static RpcRequest<MinedTransaction?> TransactionIn(ulong block, EvmAddress sender, ulong nonce) => new(
        "eth_getBlockByNumber",
        writer =>
        {
            writer.WriteStringValue(BlockTag.Number(block).ToString());
            writer.WriteBooleanValue(true);
        },
        result => RpcJson.OrNull(result, value => RpcJson.TransactionOf(value, sender, nonce)!),
        static (left, right) => left?.BlockHash == right?.BlockHash && left?.Transaction.Hash == right?.Transaction.Hash);

    /// <summary><c>eth_getBalance</c>, in wei.</summary>
    public static RpcRequest<BigInteger> Balance(EvmAddress address, BlockTag tag) =>
        new("eth_getBalance", Of(address, tag), RpcJson.Quantity);

    /// <summary><c>eth_getTransactionCount</c>: the next nonce as of the block.</summary>
    public static RpcRequest<ulong> TransactionCount(EvmAddress address, BlockTag tag) =>
        new("eth_getTransactionCount", Of(address, tag), RpcJson.Quantity64);

    /// <summary><c>eth_getCode</c>; empty for an account without code.</summary>
    public static RpcRequest<byte[]> Code(EvmAddress address, BlockTag tag) =>
        new("eth_getCode", Of(address, tag), RpcJson.Data, SameBytes);

    /// <summary><c>eth_getStorageAt</c>: the 32 bytes of a storage slot.</summary>
    public static RpcRequest<byte[]> StorageAt(EvmAddress address, Hash32 slot, BlockTag tag) => new(
        "eth_getStorageAt",
        writer =>
        {
            writer.WriteStringValue(address.ToLowerString());
            writer.WriteStringValue(slot.ToString());
            writer.WriteStringValue(tag.ToString());
        },
        RpcJson.Data,
        SameBytes);

    /// <summary><c>eth_call</c>: what the call returns. A revert is an <see cref="EvmRpcException"/> with its data.</summary>
    public static RpcRequest<byte[]> Call(CallRequest call, BlockTag tag) => new(
        "eth_call",
        writer =>
        {
            WriteCall(writer, call);
            writer.WriteStringValue(tag.ToString());
        },
        RpcJson.Data,
        SameBytes);

    /// <summary><c>eth_estimateGas</c> on the head. A node may lie: cap the answer by what the operation can need.</summary>
    public static RpcRequest<ulong> EstimateGas(CallRequest call) =>
        new("eth_estimateGas", writer => WriteCall(writer, call), RpcJson.Quantity64);

    /// <summary><c>eth_feeHistory</c> of the newest blocks with the given percentiles of priority fees (0 to 100).</summary>
    public static RpcRequest<FeeHistory> FeeHistory(int blocks, params int[] percentiles) => new(
        "eth_feeHistory",
        writer =>
        {
            writer.WriteStringValue(Hex.FormatQuantity(blocks));
            writer.WriteStringValue("latest");
            writer.WriteStartArray();
            foreach (var percentile in percentiles)
            {
                writer.WriteNumberValue(percentile);
            }

            writer.WriteEndArray();
        },
        RpcJson.FeeHistory);

    /// <summary><c>eth_getTransactionByHash</c>; null when the node does not know it, which proves nothing.</summary>
    public static RpcRequest<TransactionInfo?> Transaction(Hash32 hash) => new(
        "eth_getTransactionByHash",
        writer => writer.WriteStringValue(hash.ToString()),
        result => RpcJson.OrNull(result, RpcJson.Transaction),
        static (left, right) => left?.Hash == right?.Hash && left?.BlockHash == right?.BlockHash);

    /// <summary><c>eth_getTransactionReceipt</c>; null while it is not in a block that the node has.</summary>
    public static RpcRequest<TransactionReceipt?> Receipt(Hash32 hash) => new(
        "eth_getTransactionReceipt",
        writer => writer.WriteStringValue(hash.ToString()),
        result => RpcJson.OrNull(result, RpcJson.Receipt),
        static (left, right) => left?.TransactionHash == right?.TransactionHash && left?.BlockHash == right?.BlockHash
            && left?.Succeeded == right?.Succeeded && left?.GasUsed == right?.GasUsed);

    /// <summary><c>eth_getLogs</c>.</summary>
    public static RpcRequest<IReadOnlyList<EventLog>> Logs(LogFilter filter) => new(
        "eth_getLogs",
        writer => WriteFilter(writer, filter),
        static result => [.. RpcJson.Items(result).Select(RpcJson.Log)],
        static (left, right) => left.Select(Identity).SequenceEqual(right.Select(Identity)));

    private static (Hash32?, ulong?, Hash32) Identity(EventLog log) => (log.BlockHash, log.LogIndex, Hash32.Keccak(log.Data.Span));

    private static bool SameBytes(byte[] left, byte[] right) => left.AsSpan().SequenceEqual(right);

    private static Action<Utf8JsonWriter> Of(EvmAddress address, BlockTag tag) => writer =>
    {
        writer.WriteStringValue(address.ToLowerString());
        writer.WriteStringValue(tag.ToString());
    };

    private static void WriteCall(Utf8JsonWriter writer, CallRequest call)
    {
        writer.WriteStartObject();
        if (call.From is { } from)
        {
            writer.WriteString("from"u8, from.ToLowerString());
        }

        writer.WriteString("to"u8, call.To.ToLowerString());
        if (!call.Data.IsEmpty)
        {
            writer.WriteString("data"u8, Hex.Format(call.Data.Span));
        }

        if (!call.Value.IsZero)
        {
            writer.WriteString("value"u8, Hex.FormatQuantity(call.Value));
        }

        if (call.Gas is { } gas)
        {
            writer.WriteString("gas"u8, Hex.FormatQuantity(gas));
        }

        writer.WriteEndObject();
    }

    private static void WriteFilter(Utf8JsonWriter writer, LogFilter filter)
    {
        writer.WriteStartObject();
        writer.WriteString("fromBlock"u8, filter.From.ToString());
        writer.WriteString("toBlock"u8, filter.To.ToString());
        if (filter.Addresses.Count > 0)
        {
            writer.WriteStartArray("address"u8);
            foreach (var address in filter.Addresses)
            {
                writer.WriteStringValue(address.ToLowerString());
            }

            writer.WriteEndArray();
        }

        writer.WriteStartArray("topics"u8);
        foreach (var accepted in filter.Topics)
        {
            if (accepted.Count == 0)
            {
                writer.WriteNullValue();
                continue;
            }

            writer.WriteStartArray();
            foreach (var topic in accepted)
            {
                writer.WriteStringValue(topic.ToString());
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
