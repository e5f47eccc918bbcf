using System.Text;

namespace CryptoMcp.Cryptography.Tests.Wallets;

/// <summary>Keystores: the examples of the definition, round trips, and files that must be refused.</summary>
public sealed class KeystoreV3Tests
{
    /// <summary>From the Web3 Secret Storage Definition.</summary>
    private const string Pbkdf2Example = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private const string ScryptExample = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
        "kdfparams":{"dklen":32,"n":262144,"r":1,"p":8,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private static readonly byte[] s_randomness = [.. Enumerable.Range(1, 64).Select(i => (byte)i)];

    [Theory]
    [InlineData(Pbkdf2Example)]
    [InlineData(ScryptExample)]
    public void Examples_of_the_definition_open(string file)
    {
        using SecretBytes key = KeystoreV3.Decrypt(Encoding.UTF8.GetBytes(file), "testpassword"u8);
        Assert.Equal("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d", Convert.ToHexStringLower(key.Span));
        Assert.Equal(KeystoreFault.WrongPassword, FaultOf(file, "testpasswore"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(32)]
    [InlineData(64)]
    public void What_is_written_opens_again(int length)
    {
        byte[] secret = [.. Enumerable.Range(0, length).Select(i => (byte)(200 - i))], address = [.. Enumerable.Repeat((byte)0xab, 20)];
        byte[] password = Encoding.UTF8.GetBytes("p\u00e4ssword");
        foreach (byte[] file in new[]
        {
            KeystoreV3.Encrypt(secret, password, address, new ScryptCost(16, 8, 1), s_randomness),
            KeystoreV3.EncryptWithPbkdf2(secret, password, address, 10, s_randomness),
        })
        {
            using SecretBytes opened = KeystoreV3.Decrypt(file, password);
            Assert.Equal(secret, opened.Span.ToArray());
            var claimed = new byte[20];
            Assert.True(KeystoreV3.TryReadAddress(file, claimed));
            Assert.Equal(address, claimed);
            Assert.DoesNotContain(Convert.ToHexStringLower(secret), length < 4 ? "" : Encoding.UTF8.GetString(file), StringComparison.OrdinalIgnoreCase);
            Assert.Equal(KeystoreFault.WrongPassword, FaultOf(Encoding.UTF8.GetString(file), "password"));
        }
    }

    [Fact]
    public void A_counter_that_overflows_carries_through_all_sixteen_bytes()
    {
        byte[] key = [.. Enumerable.Range(0, 16).Select(i => (byte)i)], counter = [.. Enumerable.Repeat((byte)255, 16)];
        byte[] output = new byte[48];
        AesCounter.Transform(key, counter, new byte[48], output);
        using var aes = System.Security.Cryptography.Aes.Create();
        aes.Key = key;
        var blocks = new byte[48];
        counter.CopyTo(blocks, 0);
        blocks[47] = 1;
        Assert.Equal(aes.EncryptEcb(blocks, System.Security.Cryptography.PaddingMode.None), output);
    }

    [Fact]
    public void Counter_mode_is_that_of_NIST_SP_800_38A()
    {
        var output = new byte[64];
        AesCounter.Transform(
            Convert.FromHexString("2b7e151628aed2a6abf7158809cf4f3c"), Convert.FromHexString("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"),
            Convert.FromHexString("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"), output);
        Assert.Equal(
            "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee",
            Convert.ToHexStringLower(output));
    }

    [Theory]
    [InlineData("", KeystoreFault.Malformed)]
    [InlineData("[]", KeystoreFault.Malformed)]
    [InlineData("{}", KeystoreFault.Malformed)]
    [InlineData("{\"version\":3}", KeystoreFault.Malformed)]
    [InlineData("{\"version\":3,\"crypto\":[]}", KeystoreFault.Malformed)]
    [InlineData("{\"version\":1,\"crypto\":{}}", KeystoreFault.Unsupported)]
    public void Other_JSON_is_refused(string file, KeystoreFault fault) => Assert.Equal(fault, FaultOf(file, "x"));

    [Theory]
    [InlineData("\"version\":3", "\"version\":4", KeystoreFault.Unsupported)]
    [InlineData("\"version\":3", "\"version\":3.5", KeystoreFault.Malformed)]
    [InlineData("\"version\":3", "\"version\":3,\"version\":3", KeystoreFault.Malformed)]
    [InlineData("aes-128-ctr", "aes-128-cbc", KeystoreFault.Unsupported)]
    [InlineData("\"dklen\":32", "\"dklen\":16", KeystoreFault.Unsupported)]
    [InlineData("\"kdf\":\"scrypt\"", "\"kdf\":\"argon2id\"", KeystoreFault.Unsupported)]
    [InlineData("\"n\":262144", "\"n\":1073741824", KeystoreFault.TooCostly)]
    [InlineData("\"n\":262144", "\"n\":262143", KeystoreFault.TooCostly)]
    [InlineData("\"n\":262144", "\"n\":99999999999", KeystoreFault.Malformed)]
    [InlineData("\"n\":262144", "\"n\":\"262144\"", KeystoreFault.Malformed)]
    [InlineData("\"p\":8", "\"p\":100000", KeystoreFault.TooCostly)]
    [InlineData("\"r\":1,", "\"r\":1000000,", KeystoreFault.TooCostly)]
    [InlineData("\"r\":1,", "\"r\":-1,", KeystoreFault.TooCostly)]
    [InlineData("83dbcc02", "83dbcc0", KeystoreFault.Malformed)]
    [InlineData("83dbcc02", "83dbcczz", KeystoreFault.Malformed)]
    [InlineData("2103ac29", "2103ac", KeystoreFault.Malformed)]
    [InlineData("\"ciphertext\":\"d172", "\"ciphertext\":\"d1", KeystoreFault.WrongPassword)]
    [InlineData("2103ac29", "2103ac28", KeystoreFault.WrongPassword)]
    public void Changed_files_are_refused(string from, string to, KeystoreFault fault)
    {
        string changed = ScryptExample.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(ScryptExample, changed);
        Assert.Equal(fault, FaultOf(changed, "testpassword"));
    }

    [Theory]
    [InlineData("\"c\":262144", "\"c\":0", KeystoreFault.Malformed)]
    [InlineData("\"c\":262144", "\"c\":2000000000", KeystoreFault.TooCostly)]
    [InlineData("hmac-sha256", "hmac-sha1", KeystoreFault.Unsupported)]
    public void Changed_PBKDF2_files_are_refused(string from, string to, KeystoreFault fault) =>
        Assert.Equal(fault, FaultOf(Pbkdf2Example.Replace(from, to, StringComparison.Ordinal), "testpassword"));

    [Fact]
    public void Huge_files_and_secrets_are_refused()
    {
        Assert.Equal(KeystoreFault.Malformed, FaultOf(new string(' ', 100_000) + ScryptExample, "testpassword"));
        string longCiphertext = ScryptExample.Replace("\"ciphertext\":\"", "\"ciphertext\":\"" + new string('0', 128), StringComparison.Ordinal);
        Assert.Equal(KeystoreFault.Malformed, FaultOf(longCiphertext, "testpassword"));
        Assert.Throws<ArgumentException>(() => KeystoreV3.Encrypt(new byte[65], "x"u8, default, ScryptCost.Light, s_randomness));
        Assert.Throws<ArgumentException>(() => KeystoreV3.Encrypt(default, "x"u8, default, ScryptCost.Light, s_randomness));
        Assert.Throws<ArgumentException>(() => KeystoreV3.Encrypt(new byte[32], "x"u8, new byte[19], ScryptCost.Light, s_randomness));
        Assert.Throws<ArgumentException>(() => KeystoreV3.Encrypt(new byte[32], "x"u8, default, ScryptCost.Light, s_randomness.AsSpan(1)));
    }

    private static KeystoreFault FaultOf(string file, string password) =>
        Assert.Throws<KeystoreException>(
            () => KeystoreV3.Decrypt(Encoding.UTF8.GetBytes(file), Encoding.UTF8.GetBytes(password)).Dispose()).Fault;
}
