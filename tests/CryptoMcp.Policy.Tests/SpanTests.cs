namespace CryptoMcp.Policy.Tests;

public sealed class SpanTests
{
    [Theory]
    [InlineData("120s", "2m")]
    [InlineData("24h", "24h")]
    [InlineData("1d", "24h")]
    [InlineData("48h", "2d")]
    [InlineData("90m", "90m")]
    [InlineData("9999d", "9999d")]
    [InlineData("forever", "forever")]
    public void A_span_reads_back_as_it_prints(string text, string printed)
    {
        Assert.True(PolicySpan.TryParse(text, out var span));
        Assert.Equal(printed, PolicySpan.Format(span));
        Assert.True(PolicySpan.TryParse(printed, out var again));
        Assert.Equal(span, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0s")]
    [InlineData("01s")]
    [InlineData("s")]
    [InlineData("1")]
    [InlineData("1 h")]
    [InlineData("1h ")]
    [InlineData("1h\n")]
    [InlineData("10000s")]
    [InlineData("-1h")]
    [InlineData("1w")]
    [InlineData("\u0661h")]
    [InlineData("Forever")]
    public void Anything_else_is_no_span(string text) => Assert.False(PolicySpan.TryParse(text, out _));
}
