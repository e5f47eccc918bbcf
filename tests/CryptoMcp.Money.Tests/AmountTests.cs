using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoMcp.Money.Tests;

public sealed class AmountTests
{
    private static readonly Asset s_usdc = new(
        AssetId.Token(ChainId.Evm(8453), "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"), "USDC", 6);

    private static readonly Asset s_ether = new(AssetId.Native(ChainId.Evm(8453)), "ETH", 18);

    [Theory]
    [InlineData("0 USDC", "0")]
    [InlineData("1 USDC", "1000000")]
    [InlineData("2.50 USDC", "2500000")]
    [InlineData("0.000001 USDC", "1")]
    [InlineData("123456789012345678901234567890 USDC", "123456789012345678901234567890000000")]
    public void Decimal_text_becomes_integer_units(string text, string units) =>
        Assert.Equal(BigInteger.Parse(units, System.Globalization.CultureInfo.InvariantCulture), Amount.Parse(text, s_usdc).Units);

    [Theory]
    [InlineData("0.05")]
    [InlineData("USDC")]
    [InlineData(" USDC")]
    [InlineData("-1 USDC")]
    [InlineData("+1 USDC")]
    [InlineData("1e3 USDC")]
    [InlineData("1E3 USDC")]
    [InlineData("1,000 USDC")]
    [InlineData("1 000 USDC")]
    [InlineData("1_000 USDC")]
    [InlineData("01 USDC")]
    [InlineData("00.5 USDC")]
    [InlineData(".5 USDC")]
    [InlineData("5. USDC")]
    [InlineData("1.2.3 USDC")]
    [InlineData("0x10 USDC")]
    [InlineData("NaN USDC")]
    [InlineData("Infinity USDC")]
    [InlineData("\u0665 USDC")]
    [InlineData("\uff15 USDC")]
    [InlineData("1  USDC")]
    [InlineData("1\u00a0USDC")]
    [InlineData("1\tUSDC")]
    [InlineData("1 USDC ")]
    [InlineData("1 USDC\n")]
    [InlineData("1 usdc")]
    [InlineData("1 USD\u0421")]
    [InlineData("1 ETH")]
    [InlineData("0.0000001 USDC")]
    [InlineData("")]
    public void Anything_else_is_refused(string text) =>
        Assert.Throws<MoneyFormatException>(() => Amount.Parse(text, s_usdc));

    [Fact]
    public void More_digits_than_any_token_has_are_refused() =>
        Assert.Throws<MoneyFormatException>(() => Amount.Parse(new string('9', 79) + " USDC", s_usdc));

    [Fact]
    public void The_error_says_what_is_wrong_and_what_to_write()
    {
        var error = Assert.Throws<MoneyFormatException>(() => Amount.Parse("1.2345678 USDC", s_usdc));
        Assert.Contains("7 decimals", error.Message, StringComparison.Ordinal);
        Assert.Contains("6 is the most", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_an_amount_reads_back_as_the_same_amount() =>
        Prop.ForAll(ArbMap.Default.ArbFor<BigInteger>().Filter(u => u.Sign >= 0), units =>
            Amount.Parse(new Amount(units, s_ether).ToString(), s_ether).Units == units).QuickCheckThrowOnFailure();

    [Fact]
    public void Amounts_of_different_assets_do_not_combine() =>
        Assert.Throws<InvalidOperationException>(() => Amount.Zero(s_usdc) + Amount.Zero(s_ether));

    [Fact]
    public void A_difference_below_zero_throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Amount.Zero(s_usdc) - Amount.Parse("1 USDC", s_usdc));

    [Fact]
    public void Dollars_are_rounded_up() =>
        Assert.Equal(new Usd(1), Usd.Of(new Amount(1, s_ether), Usd.Parse("0.00000001")));

    [Fact]
    public void Dollars_of_a_whole_amount_are_exact() =>
        Assert.Equal("3750.00 USD", Usd.Of(Amount.Parse("2.5 ETH", s_ether), Usd.Parse("1500")).ToString());
}
