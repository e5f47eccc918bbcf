using Org.BouncyCastle.Crypto.Digests;

namespace CryptoMcp.Cryptography.Tests;

public sealed class Keccak256Tests
{
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("Transfer(address,address,uint256)", "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")]
    public void Known_digests(string text, string digest) =>
        Assert.Equal(digest, Convert.ToHexStringLower(Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(text))));

    [Fact]
    public void Every_length_around_the_block_boundaries_equals_BouncyCastle()
    {
        var random = new Random(1);
        var expected = new byte[32];
        for (int length = 0; length < 1100; length++)
        {
            var data = new byte[length];
            random.NextBytes(data);
            var oracle = new KeccakDigest(256);
            oracle.BlockUpdate(data, 0, length);
            oracle.DoFinal(expected, 0);
            Assert.Equal(expected, Keccak256.Hash(data));
        }
    }

    [Fact]
    public void Input_and_digest_may_be_the_same_memory()
    {
        var data = new byte[32];
        byte[] expected = Keccak256.Hash(data);
        Keccak256.Hash(data, data);
        Assert.Equal(expected, data);
    }

    [Fact]
    public void A_short_destination_is_refused() => Assert.Throws<ArgumentException>(() => Keccak256.Hash([], new byte[31]));
}
