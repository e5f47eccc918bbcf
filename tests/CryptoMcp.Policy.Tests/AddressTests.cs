using CryptoMcp.Policy.Addresses;

namespace CryptoMcp.Policy.Tests;

public sealed class AddressTests
{
    /// <summary>The vectors of EIP-55.</summary>
    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x27b1fdb04752bbc536007a920d24acb045561c26")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Checksums_are_those_of_the_standard(string address)
    {
        Assert.Equal(address, Eip55.Checksum(address.ToLowerInvariant()));
        Assert.True(Eip55.HasValidCase(address));
        Assert.Null(AddressText.Problem(Samples.Base, address));
    }

    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed")]
    [InlineData("0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")]
    [InlineData("0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg")]
    [InlineData("")]
    public void Anything_else_is_no_address(string address) => Assert.NotNull(AddressText.Problem(Samples.Base, address));

    [Theory]
    [InlineData("11111111111111111111111111111111", true)]
    [InlineData("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", true)]
    [InlineData("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", true)]
    [InlineData("111111111111111111111111111111111", false)]
    [InlineData("1111111111111111111111111111111", false)]
    [InlineData("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt", false)]
    [InlineData("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1l", false)]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", false)]
    public void A_Solana_address_is_32_bytes(string address, bool valid) => Assert.Equal(valid, Base58.Is32Bytes(address));
}
