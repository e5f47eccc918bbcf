using System.Text;

namespace CryptoMcp.Cryptography.Tests;

/// <summary>The road from a recovery phrase to an account, on the phrase that every local node uses.</summary>
public sealed class WalletPathTests
{
    private static readonly byte[] s_junk = Encoding.ASCII.GetBytes("test test test test test test test test test test test junk");

    [Theory]
    [InlineData("m/44'/60'/0'/0/0", "f39fd6e51aad88f6f4ce6ab8827279cfffb92266")]
    [InlineData("m/44h/60H/0'/0/1", "70997970c51812dc3a010c7d01b50e0d17dc79c8")]
    public void Phrase_to_address(string path, string address)
    {
        using SecretBytes seed = Bip39.ToSeed(s_junk);
        using SecretBytes key = Bip32.DerivePrivateKey(seed.Span, path);
        var publicKey = new byte[Secp256k1.PublicKeyLength];
        Secp256k1.DerivePublicKey(key.Span, publicKey);
        Assert.Equal(address, Convert.ToHexStringLower(Keccak256.Hash(publicKey).AsSpan(12)));
    }

    [Fact]
    public void Keystore_round_trip()
    {
        var secret = new byte[32];
        Array.Fill(secret, (byte)7);
        byte[] file = KeystoreV3.Encrypt(secret, "correct horse"u8, default, ScryptCost.Light, new byte[64]);
        using SecretBytes opened = KeystoreV3.Decrypt(file, "correct horse"u8);
        Assert.Equal(secret, opened.Span.ToArray());
        Assert.Equal(KeystoreFault.WrongPassword, Assert.Throws<KeystoreException>(() => KeystoreV3.Decrypt(file, "wrong"u8)).Fault);
    }

    [Fact]
    public void Signature_recovers_its_key()
    {
        var key = new byte[32];
        key[31] = 1;
        byte[] digest = Keccak256.Hash("hello"u8);
        var signature = new byte[65];
        var publicKey = new byte[64];
        var recovered = new byte[64];
        Secp256k1.DerivePublicKey(key, publicKey);
        Secp256k1.Sign(key, digest, signature);
        Assert.True(Secp256k1.TryRecover(digest, signature, recovered));
        Assert.Equal(publicKey, recovered);
        Assert.True(Secp256k1.Verify(publicKey, digest, signature.AsSpan(0, 64)));
    }
}
