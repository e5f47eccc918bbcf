using System.Numerics;
using System.Security.Cryptography;
using CryptoMcp.Cryptography.Koblitz;
using CryptoMcp.Cryptography.Tests.Reference;

namespace CryptoMcp.Cryptography.Tests.Wallets;

/// <summary>What derivation refuses, and the cases that no seed reaches in practice.</summary>
public sealed class DerivationTests
{
    private static readonly byte[] s_seed = new byte[64];

    [Theory]
    [InlineData("")]
    [InlineData("44'/60'")]
    [InlineData("M/0")]
    [InlineData("m/")]
    [InlineData("m//0")]
    [InlineData("m/0/")]
    [InlineData("m/-1")]
    [InlineData("m/+1")]
    [InlineData("m/ 1")]
    [InlineData("m/1''")]
    [InlineData("m/'")]
    [InlineData("m/2147483648")]
    [InlineData("m/4294967296")]
    [InlineData("m/0x1")]
    [InlineData("m/1e1")]
    [InlineData("m/\u0661")]
    public void Other_text_is_no_path(string path)
    {
        Assert.Throws<FormatException>(() => Bip32.DerivePrivateKey(s_seed, path));
        Assert.Throws<FormatException>(() => Slip10.DerivePrivateKey(s_seed, path));
    }

    [Fact]
    public void Paths_end_at_depth_255()
    {
        using SecretBytes deepest = Bip32.DerivePrivateKey(s_seed, "m" + string.Concat(Enumerable.Repeat("/0'", 255)));
        Assert.Equal(32, deepest.Length);
        Assert.Throws<FormatException>(() => Bip32.DerivePrivateKey(s_seed, "m" + string.Concat(Enumerable.Repeat("/0'", 256))));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(65)]
    public void Seeds_of_other_lengths_are_refused(int length)
    {
        Assert.Throws<ArgumentException>(() => Bip32.DerivePrivateKey(new byte[length], "m"));
        Assert.Throws<ArgumentException>(() => Slip10.DerivePrivateKey(new byte[length], "m"));
    }

    [Fact]
    public void Ed25519_takes_hardened_steps_only() =>
        Assert.Throws<FormatException>(() => Slip10.DerivePrivateKey(s_seed, "m/44'/501'/0"));

    [Fact]
    public void A_tweak_of_the_order_or_more_and_a_sum_of_zero_are_invalid()
    {
        BigInteger n = ReferenceCurves.SecpN;
        byte[] key = Numbers.ToBytes(5);
        Assert.False(KeyDerivation.TryAddTweak(key, Numbers.ToBytes(n)));
        Assert.False(KeyDerivation.TryAddTweak(key, Numbers.ToBytes(BigInteger.Pow(2, 256) - 1)));
        Assert.False(KeyDerivation.TryAddTweak(key, Numbers.ToBytes(n - 5)));
        Assert.Equal(Numbers.ToBytes(5), key);
        Assert.True(KeyDerivation.TryAddTweak(key, Numbers.ToBytes(n - 4)));
        Assert.Equal(Numbers.ToBytes(1), key);
        Assert.True(KeyDerivation.TryAddTweak(key, new byte[32]));
        Assert.Equal(Numbers.ToBytes(1), key);
    }

    [Fact]
    public void The_next_index_keeps_its_kind()
    {
        Assert.Equal(1u, Bip32.NextIndex(0));
        Assert.Equal(0x8000_0001, Bip32.NextIndex(0x8000_0000));
        Assert.Throws<CryptographicException>(() => Bip32.NextIndex(0x7fff_ffff));
        Assert.Throws<CryptographicException>(() => Bip32.NextIndex(0xffff_ffff));
    }
}
