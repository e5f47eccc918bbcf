using System.Numerics;
using System.Text.Json.Nodes;

namespace CryptoMcp.Evm.Tests;

public sealed class TransactionTests
{
    private static readonly byte[] s_key = Hex.ParseData("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");

    [Fact]
    public void Legacy_transactions_match_ethers()
    {
        var wider = 0;
        foreach (var testCase in Vectors.Load("transactions", 1067))
        {
            var key = testCase.Bytes("privateKey");
            if (Number(testCase, "gasLimit") > ulong.MaxValue)
            {
                // No block has 2^64 gas; such a transaction is refused rather than cut.
                wider++;
                Assert.Throws<EvmFormatException>(() => SignedTransaction.Decode(testCase.Bytes("signedTransaction")));
                continue;
            }

            foreach (var (chainId, unsigned, signed) in new[] { (0UL, "unsignedTransaction", "signedTransaction"),
                (5UL, "unsignedTransactionChainId5", "signedTransactionChainId5") })
            {
                var transaction = new LegacyTransaction
                {
                    ChainId = chainId,
                    Nonce = (ulong)Number(testCase, "nonce"),
                    GasPrice = Number(testCase, "gasPrice"),
                    GasLimit = (ulong)Number(testCase, "gasLimit"),
                    To = testCase.TextOrNull("to") is { Length: > 2 } to ? EvmAddress.Parse(to) : null,
                    Value = Number(testCase, "value"),
                    Data = testCase.TextOrNull("data") is { } data ? Hex.ParseData(data) : [],
                };
                Assert.Equal(testCase.Text(unsigned), Hex.Format(transaction.EncodeUnsigned()));
                Check(transaction, key, testCase.Text(signed), testCase.Text("accountAddress"));
            }
        }

        Assert.InRange(wider, 1, 900);
    }

    [Fact]
    public void Typed_transactions_match_ethers()
    {
        foreach (var testCase in Vectors.Load("typed-transactions", 1792))
        {
            var tx = testCase["tx"]!;
            if (tx["chainId"] is null || Number(tx, "chainId").IsZero)
            {
                // Without a chain id a typed transaction would be valid nowhere, or by a lax node everywhere.
                Assert.Contains("chain 0",
                    Assert.Throws<EvmFormatException>(() => SignedTransaction.Decode(testCase.Bytes("signed"))).Message,
                        StringComparison.Ordinal);
                continue;
            }

            IReadOnlyList<AccessListEntry> accessList = [.. (tx["accessList"]?.AsArray() ?? []).Select(entry => new AccessListEntry(
                EvmAddress.Parse(entry!.Text("address")),
                    [.. entry!["storageKeys"]!.AsArray().Select(storageKey => Hash32.Parse(storageKey!.GetValue<string>()))]))];
            EvmAddress? to = tx.TextOrNull("to") is { Length: > 2 } text ? EvmAddress.Parse(text) : null;
            var data = tx.TextOrNull("data") is { } hex ? Hex.ParseData(hex) : [];
            EvmTransaction transaction = Number(tx, "type") == 2
                ? new Eip1559Transaction
                {
                    ChainId = (ulong)Number(tx, "chainId"),
                    Nonce = (ulong)Number(tx, "nonce"),
                    MaxPriorityFeePerGas = Number(tx, "maxPriorityFeePerGas"),
                    MaxFeePerGas = Number(tx, "maxFeePerGas"),
                    GasLimit = (ulong)Number(tx, "gasLimit"),
                    To = to,
                    Value = Number(tx, "value"),
                    Data = data,
                    AccessList = accessList,
                }
                : new Eip2930Transaction
                {
                    ChainId = (ulong)Number(tx, "chainId"),
                    Nonce = (ulong)Number(tx, "nonce"),
                    GasPrice = Number(tx, "gasPrice"),
                    GasLimit = (ulong)Number(tx, "gasLimit"),
                    To = to,
                    Value = Number(tx, "value"),
                    Data = data,
                    AccessList = accessList,
                };
            Assert.Equal(testCase.Text("unsigned"), Hex.Format(transaction.EncodeUnsigned()));
            Check(transaction, testCase.Bytes("key"), testCase.Text("signed"), testCase.Text("address"));
        }
    }

    [Fact]
    public void Calldata_of_any_length_is_signed()
    {
        foreach (var length in new[] { 0, 1, 55, 56, 1024, 70_000 })
        {
            var transaction = Sample() with { Data = new byte[length], Value = (BigInteger.One << 256) - 1 };
            var decoded = SignedTransaction.Decode(transaction.Sign(s_key));
            Assert.Equal(transaction, decoded.Transaction);
            Assert.Equal(EvmAddress.FromPrivateKey(s_key), decoded.Sender);
        }
    }

    [Fact]
    public void What_cannot_be_signed_is_refused()
    {
        Assert.Throws<EvmFormatException>(() => (Sample() with { Value = BigInteger.One << 256 }).SigningDigest());
        Assert.Throws<ArgumentOutOfRangeException>(() => (Sample() with { Value = -1 }).SigningDigest());
        Assert.Throws<EvmFormatException>(() => Sample().Encode(new byte[65]));
        Assert.Throws<EvmFormatException>(() => Sample().Encode(new byte[64]));

        // The other s of the same signature recovers the same account, but EIP-2 forbids it.
        var signature = Signing.Sign(Sample().SigningDigest(), s_key);
        var order = BigInteger.Parse("0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
            System.Globalization.NumberStyles.HexNumber, null);
        Hex.WriteWord(order - Hex.ReadWord(signature.AsSpan(32)), signature.AsSpan(32));
        signature[64] ^= 1;
        Assert.Throws<EvmFormatException>(() => Sample().Encode(signature));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("03c0")]
    [InlineData("04c0")]
    [InlineData("02")]
    [InlineData("02c0")]
    [InlineData("c0")]
    public void What_is_no_transaction_is_refused(string hex) =>
        Assert.Throws<EvmFormatException>(() => SignedTransaction.Decode(Convert.FromHexString(hex)));

    [Fact]
    public void Every_accepted_bit_flip_changes_what_is_shown_and_encodes_to_itself()
    {
        var raw = (Sample() with { AccessList = [new(EvmAddress.Parse("0x52908400098527886E0F7030069857D2E4169EE7"),
            [Hash32.Keccak([1])])] }).Sign(s_key);
        var original = SignedTransaction.Decode(raw);
        for (var bit = 0; bit < raw.Length * 8; bit++)
        {
            var flipped = raw.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                var decoded = SignedTransaction.Decode(flipped);
                Assert.NotEqual(original.Sender, decoded.Sender);
                Assert.NotEqual(original.Hash, decoded.Hash);
            }
            catch (EvmFormatException)
            {
                // Refused: fine.
            }
        }

        Assert.Throws<EvmFormatException>(() => SignedTransaction.Decode((byte[])[.. raw, 0]));
    }

    [Fact]
    public void Fees_are_bounded_by_limit_times_highest_price()
    {
        Assert.Equal(21_000 * (BigInteger)30, Sample().HighestFee);
        var legacy = new LegacyTransaction { ChainId = 1, Nonce = 0, GasLimit = 50_000, GasPrice = 7 };
        Assert.Equal(350_000, legacy.HighestFee);
    }

    private static Eip1559Transaction Sample() => new()
    {
        ChainId = 84532,
        Nonce = 7,
        MaxPriorityFeePerGas = 1,
        MaxFeePerGas = 30,
        GasLimit = 21_000,
        To = EvmAddress.Parse("0x00000000000000000000000000000000DeaDBeef"),
        Value = 5,
    };

    private static void Check(EvmTransaction transaction, byte[] key, string expected, string address)
    {
        var raw = transaction.Sign(key);
        Assert.Equal(expected, Hex.Format(raw));
        var decoded = SignedTransaction.Decode(raw);
        Assert.Equal(transaction, decoded.Transaction);
        Assert.Equal(EvmAddress.Parse(address), decoded.Sender);
        Assert.Equal(Hash32.Keccak(raw), decoded.Hash);
    }

    private static BigInteger Number(JsonNode node, string member) => node[member] switch
    {
        null => BigInteger.Zero,
        var value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => value.GetValue<long>(),
        var value when value.GetValue<string>() == "0x" => BigInteger.Zero,
        var value => Hex.ParseQuantity(value.GetValue<string>()),
    };
}
