using System.Text.Json;

namespace CryptoMcp.Evm;

/// <summary>
/// Reads a transaction with its signature from a node's JSON. Nothing of it is believed: the bytes are encoded again from
/// the fields, and sender and hash follow from them.
/// </summary>
internal static class SignedTransactionJson
{
    /// <summary>The transaction; null for a type that is not supported, or when its signature is not the sender's.</summary>
    /// <exception cref="EvmFormatException">The JSON has another form than the execution API says.</exception>
    public static SignedTransaction? Read(JsonElement value)
    {
        EvmTransaction? transaction = (RpcJson.Optional(value, "type") is { } type ? RpcJson.Quantity64(type) : 0) switch
        {
            0 => Legacy(value),
            Eip2930Transaction.Type => Common(value, new Eip2930Transaction
            {
                ChainId = 0, Nonce = 0, GasLimit = 0,
                GasPrice = RpcJson.Quantity(RpcJson.Member(value, "gasPrice")),
                AccessList = AccessList(value),
            }) with { ChainId = RpcJson.Quantity64(RpcJson.Member(value, "chainId")) },
            Eip1559Transaction.Type => Common(value, new Eip1559Transaction
            {
                ChainId = 0, Nonce = 0, GasLimit = 0,
                MaxFeePerGas = RpcJson.Quantity(RpcJson.Member(value, "maxFeePerGas")),
                MaxPriorityFeePerGas = RpcJson.Quantity(RpcJson.Member(value, "maxPriorityFeePerGas")),
                AccessList = AccessList(value),
            }) with { ChainId = RpcJson.Quantity64(RpcJson.Member(value, "chainId")) },
            _ => null,
        };
        if (transaction is null)
        {
            return null;
        }

        try
        {
            var signed = SignedTransaction.Decode(transaction.Encode(Signature(value, transaction)));
            return signed.Hash == RpcJson.Hash(RpcJson.Member(value, "hash")) && signed.Sender == RpcJson.Address(RpcJson.Member(value, "from"))
                ? signed
                : null;
        }
        catch (EvmFormatException)
        {
            // No key can have made this signature, which is what system transactions of rollups and impersonated ones look like.
            return null;
        }
    }

    private static LegacyTransaction Legacy(JsonElement value)
    {
        // EIP-155: v is 27 or 28 without a chain id, else 35 + 2 * chain id + parity.
        var v = RpcJson.Quantity64(RpcJson.Member(value, "v"));
        return Common(value, new LegacyTransaction
        {
            ChainId = 0, Nonce = 0, GasLimit = 0,
            GasPrice = RpcJson.Quantity(RpcJson.Member(value, "gasPrice")),
        }) with { ChainId = v >= 37 ? (v - 35) / 2 : 0 };
    }

    private static T Common<T>(JsonElement value, T transaction)
        where T : EvmTransaction => (T)(EvmTransaction)(transaction with
        {
            Nonce = RpcJson.Quantity64(RpcJson.Member(value, "nonce")),
            GasLimit = RpcJson.Quantity64(RpcJson.Member(value, "gas")),
            To = RpcJson.Optional(value, "to") is { } to ? RpcJson.Address(to) : null,
            Value = RpcJson.Quantity(RpcJson.Member(value, "value")),
            Data = RpcJson.Data(RpcJson.Member(value, "input")),
        });

    private static List<AccessListEntry> AccessList(JsonElement value) => RpcJson.Optional(value, "accessList") is { } list
        ? [.. RpcJson.Items(list).Select(entry => new AccessListEntry(
            RpcJson.Address(RpcJson.Member(entry, "address")),
            [.. RpcJson.Items(RpcJson.Member(entry, "storageKeys")).Select(RpcJson.Hash)]))]
        : [];

    private static byte[] Signature(JsonElement value, EvmTransaction transaction)
    {
        var v = RpcJson.Quantity64(RpcJson.Optional(value, "v") ?? RpcJson.Member(value, "yParity"));
        var recoveryId = transaction is not LegacyTransaction ? v : transaction.ChainId == 0 ? v - 27 : v - 35 - (2 * transaction.ChainId);
        var signature = new byte[65];
        Hex.WriteWord(RpcJson.Quantity(RpcJson.Member(value, "r")), signature);
        Hex.WriteWord(RpcJson.Quantity(RpcJson.Member(value, "s")), signature.AsSpan(32));
        signature[64] = recoveryId <= 1 ? (byte)recoveryId : byte.MaxValue;
        return signature;
    }
}
