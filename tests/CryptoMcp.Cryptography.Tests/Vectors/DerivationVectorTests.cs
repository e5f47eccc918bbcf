using System.Text;
using System.Text.Json;

namespace CryptoMcp.Cryptography.Tests.Vectors;

/// <summary>The vectors of BIP-39, BIP-32 and SLIP-10.</summary>
public sealed class DerivationVectorTests
{
    [Fact]
    public void Bip39_of_trezor()
    {
        using JsonDocument document = VectorFile.Embedded("bip39.english.json.gz");
        int count = 0;
        foreach (JsonElement test in document.RootElement.EnumerateArray())
        {
            byte[] entropy = Convert.FromHexString(test[0].GetString()!), phrase = Encoding.ASCII.GetBytes(test[1].GetString()!);
            using SecretBytes written = Bip39.FromEntropy(entropy);
            Assert.Equal(phrase, written.Span.ToArray());
            using SecretBytes read = Bip39.ToEntropy(phrase);
            Assert.Equal(entropy, read.Span.ToArray());
            using SecretBytes seed = Bip39.ToSeed(phrase, "TREZOR"u8);
            Assert.Equal(test[2].GetString(), Convert.ToHexStringLower(seed.Span));
            using SecretBytes master = Bip32.DerivePrivateKey(seed.Span, "m");
            Assert.Equal(KeyOf(test[3].GetString()!), master.Span.ToArray());
            count++;
        }

        Assert.Equal(24, count);
    }

    [Fact]
    public void Bip32_of_the_specification()
    {
        using JsonDocument document = VectorFile.Embedded("bip32.json.gz");
        int count = 0;
        foreach (JsonElement test in document.RootElement.EnumerateArray())
        {
            using SecretBytes key = Bip32.DerivePrivateKey(test.Bytes("seed"), test.GetProperty("path").GetString()!);
            Assert.Equal(KeyOf(test.GetProperty("xprv").GetString()!), key.Span.ToArray());
            count++;
        }

        Assert.Equal(17, count);
    }

    [Fact]
    public void Slip10_for_Ed25519()
    {
        using JsonDocument document = VectorFile.Embedded("slip10.ed25519.json.gz");
        var publicKey = new byte[32];
        int count = 0;
        foreach (JsonElement test in document.RootElement.EnumerateArray())
        {
            using SecretBytes key = Slip10.DerivePrivateKey(test.Bytes("seed"), test.GetProperty("path").GetString()!);
            Assert.Equal(test.Bytes("private"), key.Span.ToArray());
            Ed25519.DerivePublicKey(key.Span, publicKey);
            Assert.Equal(test.Bytes("public"), publicKey);
            count++;
        }

        Assert.Equal(12, count);
    }

    /// <summary>The private key in an extended key: version, depth, fingerprint, index, chain code, a zero, the key, a checksum.</summary>
    private static byte[] KeyOf(string extendedKey)
    {
        Assert.True(Base58.TryDecode(extendedKey, out byte[] bytes));
        Assert.Equal(82, bytes.Length);
        return bytes[46..78];
    }
}
