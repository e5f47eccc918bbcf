using System.Numerics;

namespace CryptoMcp.Cryptography.Tests;

public sealed class Base58Tests
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    [Theory]
    [InlineData("", "")]
    [InlineData("00", "1")]
    [InlineData("0000287fb4cd", "11233QC4")]
    [InlineData("48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "11111111111111111111111111111111")]
    [InlineData("06ddf6e1d765a193d9cbe146ceeb79ac1cb485ed5f5b37913a8cf5857eff00a9", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")]
    public void Known_texts(string hex, string text)
    {
        Assert.Equal(text, Base58.Encode(Convert.FromHexString(hex)));
        Assert.True(Base58.TryDecode(text, out byte[] bytes));
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void Every_length_equals_the_textbook_and_comes_back()
    {
        var random = new Random(5);
        for (int length = 0; length < 400; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes.AsSpan(Math.Min(length, random.Next(3))));
            string text = Base58.Encode(bytes);
            Assert.Equal(Textbook(bytes), text);
            Assert.True(Base58.TryDecode(text, out byte[] back));
            Assert.Equal(bytes, back);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("O")]
    [InlineData("I")]
    [InlineData("l")]
    [InlineData("1 1")]
    [InlineData("abc\n")]
    [InlineData("\u00e9")]
    [InlineData("\uff11")]
    public void Other_characters_are_refused(string text) => Assert.False(Base58.TryDecode(text, out _));

    [Fact]
    public void Lengths_are_bounded_and_exact_ones_are_checked()
    {
        Assert.Throws<ArgumentException>(() => Base58.Encode(new byte[Base58.MaxLength + 1]));
        Assert.False(Base58.TryDecode(new string('1', Base58.MaxLength + 1), out _));
        Assert.True(Base58.TryDecode(new string('z', Base58.MaxLength), out _));
        var key = new byte[32];
        Assert.True(Base58.TryDecodeExact("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", key));
        Assert.False(Base58.TryDecodeExact("1TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", key));
        Assert.False(Base58.TryDecodeExact("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5D", key));
    }

    private static string Textbook(byte[] bytes)
    {
        var value = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        string digits = "";
        for (; !value.IsZero; value /= 58)
        {
            digits = Alphabet[(int)(value % 58)] + digits;
        }

        return new string('1', bytes.TakeWhile(b => b == 0).Count()) + digits;
    }
}
