using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Testing;

namespace CryptoMcp.Evm.Tests;

/// <summary>Generated cases, signed here, by viem and by ethers: the bytes must be the same.</summary>
public sealed class DifferentialTests
{
    private const string Script = """
        import { privateKeyToAccount } from 'viem/accounts';
        import { hashTypedData } from 'viem';
        import { Wallet, TypedDataEncoder } from 'ethers';
        let text = '';
        for await (const chunk of process.stdin) text += chunk;
        const { transactions, messages } = JSON.parse(text);
        const big = tx => ({ ...tx, ...Object.fromEntries(['gas', 'gasPrice', 'maxFeePerGas', 'maxPriorityFeePerGas', 'value'].filter(k => k in tx).map(k => [k, BigInt(tx[k])])) });
        const out = { transactions: [], messages: [] };
        for (const { key, tx } of transactions) {
          const type = { legacy: 0, eip2930: 1, eip1559: 2 }[tx.type];
          const ethersTx = { type, chainId: tx.chainId, nonce: tx.nonce, gasLimit: BigInt(tx.gas), to: tx.to ?? null, value: BigInt(tx.value), data: tx.data };
          for (const k of ['gasPrice', 'maxFeePerGas', 'maxPriorityFeePerGas']) if (k in tx) ethersTx[k] = BigInt(tx[k]);
          if (tx.accessList) ethersTx.accessList = tx.accessList;
          out.transactions.push([await privateKeyToAccount(key).signTransaction(big(tx)), await new Wallet(key).signTransaction(ethersTx)]);
        }
        for (const { key, typed } of messages) {
          const { EIP712Domain, ...types } = typed.types;
          out.messages.push({
            digests: [hashTypedData({ ...typed, types }), TypedDataEncoder.hash(typed.domain, types, typed.message)],
            signatures: [await privateKeyToAccount(key).signTypedData({ ...typed, types }), await new Wallet(key).signTypedData(typed.domain, types, typed.message)],
          });
        }
        console.log(JSON.stringify(out));
        """;

    private readonly Random _random = new(20_261_120);

    [Fact]
    public async Task Signed_transactions_and_typed_data_are_byte_equal_with_viem_and_ethers()
    {
        var transactions = Enumerable.Range(0, 150).Select(i => (Key: Bytes(32), Transaction: NextTransaction(i))).ToList();
        var messages = Enumerable.Range(0, 100).Select(_ => (Key: Bytes(32), Json: NextTypedData())).ToList();
        var answer = await NodeScript.RunAsync(Script, new JsonObject
        {
            ["transactions"] = new JsonArray(
                [.. transactions.Select(entry =>
                    new JsonObject { ["key"] = Hex.Format(entry.Key), ["tx"] = Describe(entry.Transaction) })]),
            ["messages"] = new JsonArray(
                [.. messages.Select(entry => new JsonObject { ["key"] = Hex.Format(entry.Key), ["typed"] = entry.Json.DeepClone() })]),
        });
        for (var i = 0; i < transactions.Count; i++)
        {
            var ours = Hex.Format(transactions[i].Transaction.Sign(transactions[i].Key));
            Assert.Equal(answer!["transactions"]![i]![0]!.GetValue<string>(), ours);
            Assert.Equal(answer["transactions"]![i]![1]!.GetValue<string>(), ours);
        }

        for (var i = 0; i < messages.Count; i++)
        {
            var typed = TypedData.ParseJson(Encoding.UTF8.GetBytes(messages[i].Json.ToJsonString()));
            var signature = Signing.Text(Signing.Sign(typed.Digest(), messages[i].Key));
            var theirs = answer!["messages"]![i]!;
            Assert.Equal([typed.Digest().ToString(), typed.Digest().ToString()],
                theirs["digests"]!.AsArray().Select(digest => digest!.GetValue<string>()));
            Assert.Equal([signature, signature], theirs["signatures"]!.AsArray().Select(text => text!.GetValue<string>()));
        }
    }

    private EvmTransaction NextTransaction(int i)
    {
        var chainId = i % 5 == 0 ? 1UL : (ulong)_random.Next(1, int.MaxValue);
        EvmAddress? to = i % 11 == 0 ? null : new EvmAddress(Bytes(20));
        var data = Bytes(i % 7 == 0 ? _random.Next(1000, 3000) : _random.Next(0, 120));
        var value = i % 13 == 0 ? (BigInteger.One << 256) - 1 : Number(_random.Next(0, 90));
        var (nonce, gas) = ((ulong)_random.Next(0, i % 2 == 0 ? 100 : int.MaxValue), (ulong)_random.Next(21_000, 30_000_000));
        var tip = Number(_random.Next(1, 40));
        return (i % 3) switch
        {
            0 => new LegacyTransaction { ChainId = chainId, Nonce = nonce, GasLimit = gas, To = to, Value = value, Data = data,
                GasPrice = tip },
            1 => new Eip2930Transaction { ChainId = chainId, Nonce = nonce, GasLimit = gas, To = to, Value = value, Data = data,
                GasPrice = tip, AccessList = List(i) },
            _ => new Eip1559Transaction
            {
                ChainId = chainId, Nonce = nonce, GasLimit = gas, To = to, Value = value, Data = data,
                MaxPriorityFeePerGas = tip, MaxFeePerGas = tip + Number(50), AccessList = List(i),
            },
        };

        List<AccessListEntry> List(int seed) => [.. Enumerable.Range(0, seed % 4)
            .Select(k => new AccessListEntry(new(Bytes(20)), [.. Enumerable.Range(0, k).Select(_ => new Hash32(Bytes(32)))]))];
    }

    private static JsonObject Describe(EvmTransaction transaction)
    {
        var json = new JsonObject
        {
            ["chainId"] = transaction.ChainId,
            ["nonce"] = transaction.Nonce,
            ["gas"] = transaction.GasLimit.ToString(CultureInfo.InvariantCulture),
            ["value"] = Text(transaction.Value),
            ["data"] = Hex.Format(transaction.Data.Span),
        };
        if (transaction.To is { } to)
        {
            json["to"] = to.ToString();
        }

        IReadOnlyList<AccessListEntry>? accessList = null;
        switch (transaction)
        {
            case LegacyTransaction legacy:
                json["type"] = "legacy";
                json["gasPrice"] = Text(legacy.GasPrice);
                break;
            case Eip2930Transaction listed:
                json["type"] = "eip2930";
                json["gasPrice"] = Text(listed.GasPrice);
                accessList = listed.AccessList;
                break;
            case Eip1559Transaction market:
                json["type"] = "eip1559";
                json["maxFeePerGas"] = Text(market.MaxFeePerGas);
                json["maxPriorityFeePerGas"] = Text(market.MaxPriorityFeePerGas);
                accessList = market.AccessList;
                break;
            default:
                throw new InvalidOperationException("Unknown transaction.");
        }

        if (accessList is not null)
        {
            json["accessList"] = new JsonArray([.. accessList.Select(entry => new JsonObject
            {
                ["address"] = entry.Address.ToString(),
                ["storageKeys"] = new JsonArray([.. entry.StorageKeys.Select(key => JsonValue.Create(key.ToString()))]),
            })]);
        }

        return json;
    }

    private JsonObject NextTypedData()
    {
        var types = new JsonObject();
        var message = new JsonObject();
        NextStruct("Main", types, message, 0);
        return new()
        {
            ["types"] = types,
            ["primaryType"] = "Main",
            ["domain"] = new JsonObject
            {
                ["name"] = "Test " + _random.Next(100).ToString(CultureInfo.InvariantCulture),
                ["version"] = "2",
                ["chainId"] = _random.Next(1, 100_000),
                ["verifyingContract"] = new EvmAddress(Bytes(20)).ToString(),
            },
            ["message"] = message,
        };
    }

    private void NextStruct(string name, JsonObject types, JsonObject message, int depth)
    {
        var members = new JsonArray();
        types[name] = members;
        for (var i = 0; i < 1 + _random.Next(6); i++)
        {
            var (type, value) = NextMember($"{name}{i.ToString(CultureInfo.InvariantCulture)}", types, depth);
            var member = "m" + i.ToString(CultureInfo.InvariantCulture);
            members.Add(new JsonObject { ["name"] = member, ["type"] = type });
            message[member] = value;
        }
    }

    private (string Type, JsonNode Value) NextMember(string structName, JsonObject types, int depth)
    {
        var bits = 8 * _random.Next(1, 33);
        var size = _random.Next(1, 33);
        switch (_random.Next(depth < 3 ? 9 : 7))
        {
            case 0: return ($"uint{bits}", Text(Number(bits)));
            case 1: return ($"int{bits}", Text(Number(bits - 1) * (_random.Next(2) == 0 ? 1 : -1)));
            case 2: return ($"bytes{size}", Hex.Format(Bytes(size)));
            case 3: return ("bytes", Hex.Format(Bytes(_random.Next(80))));
            case 4: return ("string", "žluťoučký 🐎 " + Convert.ToHexString(Bytes(_random.Next(40))));
            case 5: return ("bool", _random.Next(2) == 0);
            case 6: return ("address", new EvmAddress(Bytes(20)).ToString());
            case 7:
                var inner = new JsonObject();
                NextStruct(structName, types, inner, depth + 1);
                return (structName, inner);
            default:
                var count = _random.Next(1, 4);
                return ($"uint{bits}[{(_random.Next(2) == 0 ? count.ToString(CultureInfo.InvariantCulture) : string.Empty)}]",
                    new JsonArray([.. Enumerable.Range(0, count).Select(_ => JsonValue.Create(Text(Number(bits))))]));
        }
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private BigInteger Number(int bits) => new BigInteger(Bytes(33), isUnsigned: true) >> (264 - bits);

    private static string Text(BigInteger value) => value.ToString(CultureInfo.InvariantCulture);
}
