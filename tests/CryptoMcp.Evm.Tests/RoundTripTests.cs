using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoMcp.Evm.Tests;

/// <summary>Whatever is encoded decodes to the same, for generated types and values.</summary>
public sealed class RoundTripTests
{
    private static readonly byte[] s_key = Hash32.Keccak("a test key"u8).ToArray();

    [Fact]
    public void Any_abi_values_of_any_types_come_back() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var members = Enumerable.Range(0, random.Next(6)).Select(_ => Next(random, 0)).ToList();
        List<AbiParameter> types = [.. members.Select(member => new AbiParameter("x", AbiType.Parse(member.Type)))];
        AbiValue[] values = [.. members.Select(member => member.Value)];
        var encoded = AbiEncoder.Encode(types, values);
        return encoded.Length % 32 == 0 && AbiDecoder.Decode(types, encoded).AsSpan().SequenceEqual(values);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_transaction_comes_back_with_its_sender() => Prop.ForAll<ulong, ulong, byte[]>((first, second, data) =>
    {
        var transaction = new Eip1559Transaction
        {
            ChainId = Math.Max(1, first),
            Nonce = Math.Min(second, ulong.MaxValue - 1),
            GasLimit = first ^ second,
            MaxFeePerGas = (BigInteger)first * second,
            MaxPriorityFeePerGas = first,
            To = second % 5 == 0 ? null : new EvmAddress(Hash32.Keccak(data ?? []).ToArray().AsSpan(12)),
            Value = BigInteger.Pow(first, 4) % Erc20.MaxUnits,
            Data = data ?? [],
        };
        var decoded = SignedTransaction.Decode(transaction.Sign(s_key));
        return decoded.Transaction.Equals(transaction) && decoded.Sender == EvmAddress.FromPrivateKey(s_key);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_quantity_comes_back() => Prop.ForAll<ulong, uint>((value, shift) =>
    {
        var number = (BigInteger)value << (int)(shift % 193);
        return Hex.ParseQuantity(Hex.FormatQuantity(number)) == number;
    }).QuickCheckThrowOnFailure();

    private static (string Type, AbiValue Value) Next(Random random, int depth)
    {
        var bits = 8 * random.Next(1, 33);
        switch (random.Next(depth < 3 ? 10 : 7))
        {
            case 0: return ($"uint{bits}", Number(random, bits));
            case 1: return ($"int{bits}", Number(random, bits - 1) * (random.Next(2) == 0 ? 1 : -1));
            case 2: return ("address", new EvmAddress(Bytes(random, 20)));
            case 3: return ("bool", random.Next(2) == 0);
            case 4: return ($"bytes{bits / 8}", Bytes(random, bits / 8));
            case 5: return ("bytes", Bytes(random, random.Next(100)));
            case 6: return ("string", string.Concat(Enumerable.Repeat("ž🐎a", random.Next(20))));
            case 7:
                var members = Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Next(random, depth + 1)).ToList();
                return ($"({string.Join(',', members.Select(member => member.Type))})", AbiValue.List([.. members.Select(member => member.Value)]));
            default:
                // The items of a list have one type, so one item is repeated.
                var (type, value) = Next(random, depth + 1);
                var count = random.Next(1, 5);
                var suffix = random.Next(2) == 0 ? "[]" : string.Create(CultureInfo.InvariantCulture, $"[{count}]");
                return (type + suffix, AbiValue.List([.. Enumerable.Repeat(value, suffix == "[]" ? random.Next(5) : count)]));
        }
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static BigInteger Number(Random random, int bits) => new BigInteger(Bytes(random, 33), isUnsigned: true) >> (264 - bits);
}
