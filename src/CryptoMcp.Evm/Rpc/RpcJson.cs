using System.Numerics;
using System.Text.Json;

namespace CryptoMcp.Evm;

/// <summary>Reads members of JSON-RPC results. What has another form than the execution API says is refused, not guessed.</summary>
internal static class RpcJson
{
    public static BigInteger Quantity(JsonElement value) => Hex.ParseQuantity(Text(value));

    public static ulong Quantity64(JsonElement value) => Hex.ParseQuantity64(Text(value));

    public static byte[] Data(JsonElement value) => Hex.ParseData(Text(value));

    public static Hash32 Hash(JsonElement value) => Hash32.Parse(Text(value));

    public static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? JsonText.Of(value, "A member")
        : throw new EvmFormatException($"Expected text, got {Kind(value)}.");

    /// <summary>An address in any case: nodes do not write checksums.</summary>
    public static EvmAddress Address(JsonElement value)
    {
        var text = Text(value);
        Span<byte> bytes = stackalloc byte[EvmAddress.Size];
        return Hex.TryParseFixed(text, bytes)
            ? new(bytes)
            : throw new EvmFormatException($"{UntrustedText.Quote(text)} is not an address.");
    }

    public static JsonElement Member(JsonElement of, string name) =>
        Optional(of, name) ?? throw new EvmFormatException($"The member '{name}' is missing.");

    public static JsonElement? Optional(JsonElement of, string name)
    {
        if (of.ValueKind != JsonValueKind.Object)
        {
            throw new EvmFormatException($"Expected an object, got {Kind(of)}.");
        }

        return of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public static JsonElement.ArrayEnumerator Items(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray()
        : throw new EvmFormatException($"Expected an array, got {Kind(value)}.");

    /// <summary>Null for JSON null, which nodes send for blocks, transactions and receipts that they do not have.</summary>
    public static T? OrNull<T>(JsonElement value, Func<JsonElement, T> read)
        where T : class => value.ValueKind == JsonValueKind.Null ? null : read(value);

    public static BlockHeader Block(JsonElement value) => new(
        Quantity64(Member(value, "number")),
        Hash(Member(value, "hash")),
        Hash(Member(value, "parentHash")),
        Time(Quantity64(Member(value, "timestamp"))),
        Optional(value, "baseFeePerGas") is { } fee ? Quantity(fee) : null,
        Quantity64(Member(value, "gasUsed")),
        Quantity64(Member(value, "gasLimit")));

    /// <summary>The transaction of a full block that used the sender's nonce, signed by the sender; null when there is none.</summary>
    public static MinedTransaction? TransactionOf(JsonElement block, EvmAddress sender, ulong nonce)
    {
        foreach (var item in Items(Member(block, "transactions")))
        {
            if (Address(Member(item, "from")) == sender && Quantity64(Member(item, "nonce")) == nonce)
            {
                return SignedTransactionJson.Read(item) is { } signed
                    ? new(signed, Quantity64(Member(block, "number")), Hash(Member(block, "hash")))
                    : null;
            }
        }

        return null;
    }

    public static FeeHistory FeeHistory(JsonElement value)
    {
        List<BigInteger> fees = [.. Items(Member(value, "baseFeePerGas")).Select(Quantity)];
        List<IReadOnlyList<BigInteger>> rewards = Optional(value, "reward") is { } reward
            ? [.. Items(reward).Select(block => (IReadOnlyList<BigInteger>)[.. Items(block).Select(Quantity)])]
            : [];
        return new(Quantity64(Member(value, "oldestBlock")), fees, rewards);
    }

    public static TransactionInfo Transaction(JsonElement value) => new(
        Hash(Member(value, "hash")),
        Address(Member(value, "from")),
        Optional(value, "to") is { } to ? Address(to) : null,
        Quantity64(Member(value, "nonce")),
        Quantity(Member(value, "value")),
        Quantity64(Member(value, "gas")),
        Data(Member(value, "input")),
        Optional(value, "type") is { } type ? Quantity64(type) : 0,
        Optional(value, "blockNumber") is { } number ? Quantity64(number) : null,
        Optional(value, "blockHash") is { } hash ? Hash(hash) : null);

    public static TransactionReceipt Receipt(JsonElement value) => new()
    {
        TransactionHash = Hash(Member(value, "transactionHash")),
        BlockNumber = Quantity64(Member(value, "blockNumber")),
        BlockHash = Hash(Member(value, "blockHash")),
        From = Address(Member(value, "from")),
        To = Optional(value, "to") is { } to ? Address(to) : null,
        ContractAddress = Optional(value, "contractAddress") is { } created ? Address(created) : null,
        Succeeded = Quantity64(Member(value, "status")) switch
        {
            0 => false,
            1 => true,
            _ => throw new EvmFormatException("A receipt's status is neither 0 nor 1."),
        },
        GasUsed = Quantity64(Member(value, "gasUsed")),
        EffectiveGasPrice = Quantity(Member(value, "effectiveGasPrice")),
        L1Fee = Optional(value, "l1Fee") is { } fee ? Quantity(fee) : BigInteger.Zero,
        HasOperatorFee = IsPositive(value, "operatorFeeScalar") || IsPositive(value, "operatorFeeConstant"),
        Logs = [.. Items(Member(value, "logs")).Select(Log)],
    };

    public static EventLog Log(JsonElement value)
    {
        List<Hash32> topics = [.. Items(Member(value, "topics")).Select(Hash)];
        return topics.Count > 4
            ? throw new EvmFormatException("An event has more than 4 topics.")
            : new(
                Address(Member(value, "address")),
                topics,
                Data(Member(value, "data")),
                Optional(value, "blockNumber") is { } number ? Quantity64(number) : null,
                Optional(value, "blockHash") is { } hash ? Hash(hash) : null,
                Optional(value, "transactionHash") is { } transaction ? Hash(transaction) : null,
                Optional(value, "logIndex") is { } index ? Quantity64(index) : null,
                Optional(value, "removed") is { ValueKind: JsonValueKind.True });
    }

    private static bool IsPositive(JsonElement of, string name) => Optional(of, name) is { } value && !Quantity(value).IsZero;

    private static DateTimeOffset Time(ulong seconds) => seconds <= 253_402_300_799
        ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
        : throw new EvmFormatException("A timestamp lies beyond the year 9999.");

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "nothing",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        _ => "a boolean",
    };
}
