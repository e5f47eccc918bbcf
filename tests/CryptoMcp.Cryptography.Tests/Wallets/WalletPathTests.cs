using System.Text;

namespace CryptoMcp.Cryptography.Tests.Wallets;

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
}
