using System.Numerics;

namespace CryptoMcp.Evm.Tests;

public sealed class HexTests
{
    [Fact]
    public void A_quantity_with_its_top_bit_set_is_positive()
    {
        Assert.Equal(255, Hex.ParseQuantity("0xff"));
        Assert.Equal((BigInteger.One << 256) - 1, Hex.ParseQuantity("0x" + new string('f', 64)));
        Assert.Equal(ulong.MaxValue, Hex.ParseQuantity64("0xffffffffffffffff"));
    }

    [Fact]
    public void Leading_zeros_of_some_nodes_are_tolerated() => Assert.Equal(1, Hex.ParseQuantity("0x01"));

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("ff")]
    [InlineData("-0x1")]
    [InlineData("0x-1")]
    [InlineData("0x 1")]
    [InlineData("0x1g")]
    [InlineData("0X1")]
    [InlineData("12")]
    [InlineData("0x10000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_quantity_is_refused(string text) => Assert.Throws<EvmFormatException>(() => Hex.ParseQuantity(text));

    [Fact]
    public void A_quantity_above_64_bits_is_not_cut() =>
        Assert.Throws<EvmFormatException>(() => Hex.ParseQuantity64("0x10000000000000000"));

    [Theory]
    [InlineData("0x1")]
    [InlineData("1234")]
    [InlineData("0xzz")]
    public void What_is_no_data_is_refused(string text) => Assert.Throws<EvmFormatException>(() => Hex.ParseData(text));
}
