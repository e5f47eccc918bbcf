using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CryptoMcp.Cryptography.Tests.Vectors;

/// <summary>The cases that ethers tests itself with, as far as they need hashes, signatures, derivation and keystores only.</summary>
public sealed class EthersTests
{
    [Fact]
    public void Keccak_digests()
    {
        Assert.SkipUnless(VectorFile.EthersIsPresent, VectorFile.EthersMissing);
        using JsonDocument document = VectorFile.Ethers("hashes");
        int count = 0;
        foreach (JsonElement test in document.RootElement.EnumerateArray())
        {
            Assert.Equal(test.Bytes("keccak256"), Keccak256.Hash(test.Bytes("data")));
            count++;
        }

        Assert.True(count >= 500, $"{count} cases");
    }

    [Theory]
    [InlineData("transactions", "privateKey", "unsignedTransactionChainId5", "signedTransactionChainId5", 1_000)]
    [InlineData("typed-transactions", "key", "unsigned", "signed", 1_700)]
    public void Signatures_of_transactions(string file, string key, string body, string transactionName, int least)
    {
        Assert.SkipUnless(VectorFile.EthersIsPresent, VectorFile.EthersMissing);
        using JsonDocument document = VectorFile.Ethers(file);
        var signature = new byte[Secp256k1.SignatureLength];
        int count = 0;
        foreach (JsonElement test in document.RootElement.EnumerateArray())
        {
            Secp256k1.Sign(test.Bytes(key), Keccak256.Hash(test.Bytes(body)), signature);

            // The signed transaction ends in v, r, s as RLP integers: no leading zeros, one length byte each.
            byte[] transaction = test.Bytes(transactionName);
            bool legacy = file == "transactions";
            byte[] v = legacy ? [(byte)(5 * 2 + 35 + signature[64])] : [signature[64] == 0 ? (byte)0x80 : (byte)1];
            byte[] tail = [.. v, .. RlpInteger(signature.AsSpan(0, 32)), .. RlpInteger(signature.AsSpan(32, 32))];
            Assert.True(transaction.AsSpan().EndsWith(tail), test.GetProperty("name").GetString());
            count++;
        }

        Assert.True(count >= least, $"{count} cases");
    }

    [Fact]
    public void Phrases_seeds_and_derived_keys()
    {
        Assert.SkipUnless(VectorFile.EthersIsPresent, VectorFile.EthersMissing);
        using JsonDocument document = VectorFile.Ethers("hdnode");
        int phrases = 0, keys = 0;
        foreach (JsonElement test in document.RootElement.EnumerateArray())
        {
            byte[] seed = test.Bytes("seed");
            if (test.GetProperty("locale").GetString() == "en")
            {
                byte[] phrase = Encoding.UTF8.GetBytes(test.GetProperty("mnemonic").GetString()!);
                using SecretBytes entropy = Bip39.ToEntropy(phrase);
                Assert.Equal(test.Bytes("entropy"), entropy.Span.ToArray());
                using SecretBytes back = Bip39.FromEntropy(entropy.Span);
                Assert.Equal(phrase, back.Span.ToArray());
                string passphrase = test.TryGetProperty("password", out JsonElement value) ? value.GetString() ?? "" : "";
                if (Ascii.IsValid(passphrase))
                {
                    using SecretBytes derived = Bip39.ToSeed(phrase, Encoding.ASCII.GetBytes(passphrase));
                    Assert.Equal(seed, derived.Span.ToArray());
                    phrases++;
                }
            }

            foreach (JsonElement node in test.GetProperty("hdnodes").EnumerateArray())
            {
                using SecretBytes key = Bip32.DerivePrivateKey(seed, node.GetProperty("path").GetString()!);
                Assert.Equal(node.Bytes("privateKey"), key.Span.ToArray());
                Assert.Equal(node.GetProperty("address").GetString(), Address(key.Span), ignoreCase: true);
                keys++;
            }
        }

        Assert.True(phrases >= 100 && keys >= 2_000, $"{phrases} phrases, {keys} keys");
    }

    [Fact]
    public void Keystores()
    {
        Assert.SkipUnless(VectorFile.EthersIsPresent, VectorFile.EthersMissing);
        using JsonDocument document = VectorFile.Ethers("wallets");
        int count = 0;
        foreach (JsonElement test in document.RootElement.EnumerateArray())
        {
            if (test.GetProperty("type").GetString() != "secret-storage")
            {
                continue;
            }

            byte[] file = Encoding.UTF8.GetBytes(test.GetProperty("json").GetString()!);
            using SecretBytes key = KeystoreV3.Decrypt(file, Encoding.UTF8.GetBytes(test.GetProperty("password").GetString() ?? ""));
            Assert.Equal(test.Bytes("privateKey"), key.Span.ToArray());
            Assert.Equal(test.GetProperty("address").GetString(), Address(key.Span), ignoreCase: true);
            count++;
        }

        Assert.True(count >= 7, $"{count} keystores");
    }

    private static byte[] RlpInteger(ReadOnlySpan<byte> number)
    {
        ReadOnlySpan<byte> digits = number.TrimStart((byte)0);
        return digits.Length == 1 && digits[0] < 0x80 ? [digits[0]] : [(byte)(0x80 + digits.Length), .. digits];
    }

    private static string Address(ReadOnlySpan<byte> privateKey)
    {
        var publicKey = new byte[64];
        Secp256k1.DerivePublicKey(privateKey, publicKey);
        return string.Create(CultureInfo.InvariantCulture, $"0x{Convert.ToHexStringLower(Keccak256.Hash(publicKey).AsSpan(12))}");
    }
}
