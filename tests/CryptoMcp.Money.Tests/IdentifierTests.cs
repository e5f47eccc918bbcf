namespace CryptoMcp.Money.Tests;

public sealed class IdentifierTests
{
    [Theory]
    [InlineData("eip155:1")]
    [InlineData("eip155:8453")]
    [InlineData("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp")]
    public void Canonical_chain_ids_read_back(string text) => Assert.Equal(text, ChainId.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("8453")]
    [InlineData("eip155:")]
    [InlineData("eip155:0")]
    [InlineData("eip155:01")]
    [InlineData("eip155:-1")]
    [InlineData("eip155:0x1")]
    [InlineData("eip155:99999999999999999999999")]
    [InlineData("EIP155:1")]
    [InlineData("eip155:1:1")]
    [InlineData(" eip155:1")]
    [InlineData("eip155:1\n")]
    public void Other_chain_ids_are_refused(string text) => Assert.Throws<MoneyFormatException>(() => ChainId.Parse(text));

    [Fact]
    public void Chain_zero_does_not_exist() => Assert.Throws<ArgumentOutOfRangeException>(() => ChainId.Evm(0));

    [Fact]
    public void Evm_assets_are_the_same_whatever_the_case_of_the_address() => Assert.Equal(
        AssetId.Parse("eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"),
        AssetId.Parse("eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"));

    [Fact]
    public void Solana_assets_differ_by_case() => Assert.NotEqual(
        AssetId.Parse("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:EPjF"),
        AssetId.Parse("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:epjf"));

    [Fact]
    public void The_same_token_address_on_another_chain_is_another_asset() => Assert.NotEqual(
        AssetId.Token(ChainId.Evm(1), "0xa0b8"), AssetId.Token(ChainId.Evm(10), "0xa0b8"));

    [Fact]
    public void An_account_keeps_chain_and_address()
    {
        var account = AccountId.Parse("eip155:8453:0x52908400098527886E0F7030069857D2E4169EE7");
        Assert.Equal(8453ul, account.Chain.EvmNumber);
        Assert.Equal("0x52908400098527886E0F7030069857D2E4169EE7", account.Address);
    }
}
