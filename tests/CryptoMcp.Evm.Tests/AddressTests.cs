namespace CryptoMcp.Evm.Tests;

public sealed class AddressTests
{
    private const string Checksummed = "0x52908400098527886E0F7030069857D2E4169EE7";

    [Fact]
    public void Checksums_and_key_addresses_match_ethers()
    {
        foreach (var account in Vectors.Load("accounts", 1038))
        {
            var address = EvmAddress.Parse(account.Text("address"));
            Assert.Equal(account.Text("checksumAddress"), address.ToString());
            Assert.Equal(address, EvmAddress.Parse(account.Text("checksumAddress")));
            if (account.TextOrNull("privateKey") is { } key)
            {
                Assert.Equal(address, EvmAddress.FromPrivateKey(Hex.ParseData(key)));
            }
        }
    }

    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169Ee7", "checksum")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD1", "41 digits")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", "39 digits")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x and 40")]
    [InlineData("0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x and 40")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg", "no hexadecimal digit")]
    [InlineData(" 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x and 40")]
    [InlineData("vitalik.eth", "0x and 40")]
    [InlineData("", "0x and 40")]
    public void Wrong_text_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(EvmAddress.TryParse(text, out _, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Throws<EvmFormatException>(() => EvmAddress.Parse(text));
    }

    [Fact]
    public void A_wrong_checksum_does_not_show_the_right_one()
    {
        Assert.False(EvmAddress.TryParse(Checksummed.Replace("E7", "e7", StringComparison.Ordinal), out _, out var problem));
        Assert.DoesNotContain(Checksummed, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void All_lower_and_all_upper_carry_no_checksum()
    {
        var address = EvmAddress.Parse("0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359");
        Assert.Equal(address, EvmAddress.Parse("0xFB6916095CA1DF60BB79CE92CE3EA74C37C5D359"));
        Assert.Equal("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", address.ToString());
    }

    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000", false)]
    [InlineData("0x0000000000000000000000000000000000000001", true)]
    [InlineData("0x00000000000000000000000000000000000000ff", true)]
    [InlineData("0x0000000000000000000000000000000000000100", true)]
    [InlineData("0x0000000000000000000000000000000000000101", false)]
    [InlineData("0x0000000000000000000000000000000100000001", false)]
    public void Precompiles_are_known(string text, bool expected)
    {
        Assert.Equal(expected, EvmAddress.Parse(text).IsPrecompile);
        Assert.Equal(text.EndsWith("0000000000", StringComparison.Ordinal), EvmAddress.Parse(text).IsZero);
    }

    [Fact]
    public void Words_carry_addresses_only_with_zero_padding()
    {
        var address = EvmAddress.Parse(Checksummed);
        Assert.True(address.ToWord().TryToAddress(out var back));
        Assert.Equal(address, back);
        var dirty = address.ToWord().ToArray();
        dirty[11] = 1;
        Assert.False(new Hash32(dirty).TryToAddress(out _));
    }
}
