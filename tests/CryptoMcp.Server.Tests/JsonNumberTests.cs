using System.Globalization;
using System.Numerics;
using CryptoMcp.Server.Infrastructure;

namespace CryptoMcp.Server.Tests;

/// <summary>Numbers compared as written, where binary floating point would round.</summary>
public sealed class JsonNumberTests
{
    [Theory]
    [InlineData("9007199254740993", "9007199254740992", 1)]
    [InlineData("0.1", "0.10000000000000000001", -1)]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639936", "115792089237316195423570985008687907853269984665640564039457584007913129639935", 1)]
    [InlineData("1e3", "1000", 0)]
    [InlineData("1000", "1.000e+3", 0)]
    [InlineData("12e-1", "1.2", 0)]
    [InlineData("-0", "0", 0)]
    [InlineData("0e999999999", "0.000", 0)]
    [InlineData("-1", "1", -1)]
    [InlineData("-2", "-1", -1)]
    [InlineData("-10", "-9", -1)]
    [InlineData("0.09", "0.1", -1)]
    [InlineData("0", "1e-999999999", -1)]
    [InlineData("1e999999999", "9", 1)]
    [InlineData("-1e999999999", "9", -1)]
    [InlineData("0.5", "0.05", 1)]
    public void Order_is_exact(string left, string right, int expected)
    {
        Assert.True(JsonNumber.TryParse(left, out var a));
        Assert.True(JsonNumber.TryParse(right, out var b));
        Assert.Equal(expected, Math.Sign(a.CompareTo(b)));
        Assert.Equal(-expected, Math.Sign(b.CompareTo(a)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e9999999999")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1 ")]
    [InlineData(" 1")]
    [InlineData("1,000")]
    [InlineData("١")]
    public void Only_JSON_numbers_are_read(string text) => Assert.False(JsonNumber.TryParse(text, out _));

    [Theory]
    [InlineData("5", true)]
    [InlineData("-5", true)]
    [InlineData("5.0", false)]
    [InlineData("5e0", false)]
    public void An_integer_is_written_as_one(string text, bool expected)
    {
        Assert.True(JsonNumber.TryParse(text, out var number));
        Assert.Equal(expected, number.IsPlainInteger);
    }

    [Fact]
    public void Order_agrees_with_big_integers()
    {
        var random = new Random(20261120);
        for (var i = 0; i < 2000; i++)
        {
            var (a, b) = (Draw(random), Draw(random));
            var (scaleA, scaleB) = (random.Next(4), random.Next(4));
            Assert.True(JsonNumber.TryParse($"{a.ToString(CultureInfo.InvariantCulture)}e-{scaleA}", out var left));
            Assert.True(JsonNumber.TryParse($"{b.ToString(CultureInfo.InvariantCulture)}e-{scaleB}", out var right));
            var expected = (a * BigInteger.Pow(10, 4 - scaleA)).CompareTo(b * BigInteger.Pow(10, 4 - scaleB));
            Assert.Equal(Math.Sign(expected), Math.Sign(left.CompareTo(right)));
        }
    }

    private static BigInteger Draw(Random random) =>
        new BigInteger(random.NextInt64(-1_000_000, 1_000_000)) * BigInteger.Pow(10, random.Next(3));
}
