using System.Text;
using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Payments.Tests;

/// <summary>What is read, what is refused, and what goes back unchanged.</summary>
public sealed class WireTests
{
    private const string Offer =
        """{"scheme":"exact","network":"eip155:84532","amount":"10000","asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","payTo":"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC","maxTimeoutSeconds":60,"extra":{"name":"USDC","version":"2","zz":[1.50,"é<>&"]},"unknown":{"b":1,"a":2}}""";

    [Fact]
    public void Offers_go_back_as_they_came()
    {
        var terms = Read($$$"""{"x402Version":2,"resource":{"url":"https://a.example/x","extra_member":[1,2.0]},"accepts":[{{{Offer}}}],"extensions":{}}""");

        var payment = PaymentPayload.For(terms.Accepts[0], terms, JsonDocument.Parse("{}").RootElement);
        var json = Encoding.UTF8.GetString(payment.ToJson());

        Assert.Contains($"\"accepted\":{Offer}", json, StringComparison.Ordinal);
        Assert.Contains("""{"url":"https://a.example/x","extra_member":[1,2.0]}""", json, StringComparison.Ordinal);
        Assert.True(terms.Accepts[0].IsEchoedBy(PaymentPayload.Read(WireJson.Parse(payment.ToJson())).Accepted!));
    }

    [Theory]
    [InlineData("\"amount\":\"10000\"", "\"amount\":\"10001\"", false)]
    [InlineData("\"unknown\":{\"b\":1,\"a\":2}", "\"unknown\":{\"a\":2,\"b\":1}", true)]
    [InlineData("\"unknown\":{\"b\":1,\"a\":2}", "\"unknown\":{\"b\":1}", false)]
    [InlineData("\"name\":\"USDC\"", "\"more\":1,\"name\":\"USDC\"", true)]
    [InlineData("\"name\":\"USDC\",", "", false)]
    [InlineData("\"scheme\"", "\"added\":1,\"scheme\"", false)]
    public void Echo_of_an_offer_may_only_add_to_extra(string was, string becomes, bool matches)
    {
        var mine = PaymentRequirements.Read(WireJson.Parse(Encoding.UTF8.GetBytes(Offer)), 2);
        var theirs = PaymentRequirements.Read(WireJson.Parse(Encoding.UTF8.GetBytes(Offer.Replace(was, becomes, StringComparison.Ordinal))), 2);

        Assert.Equal(matches, mine.IsEchoedBy(theirs));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x10")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("01")]
    [InlineData("١")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639936")]
    [InlineData("999999999999999999999999999999999999999999999999999999999999999999999999999999")]
    public void Amounts_are_plain_decimal_units_below_2_to_256(string amount)
    {
        var terms = Read($$"""{"x402Version":2,"accepts":[{{Offer.Replace("\"10000\"", JsonSerializer.Serialize(amount), StringComparison.Ordinal)}}]}""");

        Assert.Empty(terms.Accepts);
        Assert.Contains("amount", Assert.Single(terms.Unreadable).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10000")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Amounts_are_text(string amount) =>
        Assert.Empty(Read($$"""{"x402Version":2,"accepts":[{{Offer.Replace("\"10000\"", amount, StringComparison.Ordinal)}}]}""").Accepts);

    [Fact]
    public void Largest_amount_is_read()
    {
        var most = (System.Numerics.BigInteger.One << 256) - 1;

        Assert.Equal(most, Read($$"""{"x402Version":2,"accepts":[{{Offer.Replace("10000", most.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)}}]}""").Accepts[0].Amount);
    }

    [Theory]
    [InlineData("60.0")]
    [InlineData("60.5")]
    [InlineData("\"60\"")]
    [InlineData("1e2")]
    [InlineData("99999999999999999999")]
    public void Lifetimes_are_whole_numbers(string seconds) =>
        Assert.Empty(Read($$"""{"x402Version":2,"accepts":[{{Offer.Replace(":60,", $":{seconds},", StringComparison.Ordinal)}}]}""").Accepts);

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"x402Version":3,"accepts":[{}]}""")]
    [InlineData("""{"x402Version":"2","accepts":[{}]}""")]
    [InlineData("""{"x402Version":2,"accepts":[]}""")]
    [InlineData("""{"x402Version":2,"accepts":{}}""")]
    [InlineData("""{"x402Version":2}""")]
    [InlineData("""{"x402Version":2,"accepts":[{}],"extensions":[]}""")]
    [InlineData("""{"x402Version":2,"accepts":[{}],"resource":"https://a.example"}""")]
    [InlineData("""{"x402Version":2,"accepts":[{}],"error":"\ud800"}""")]
    [InlineData("""{"x402Version":2,"accepts":[{}],"accepts":[{}]}""")]
    [InlineData("""{"x402Version":2,"accepts":[{"amount":"1","amount":"2"}]}""")]
    [InlineData("""{"x402Version":2,"accepts":[{"amount":"1","\u0061mount":"2"}]}""")]
    [InlineData("""{"x402Version":2,"accepts":[{}],}""")]
    [InlineData("""{"x402Version":2,"accepts":[{}]} {}""")]
    [InlineData("""{"x402Version":2,/**/"accepts":[{}]}""")]
    public void Malformed_terms_are_refused(string json) => Assert.Throws<X402FormatException>(() => Read(json));

    [Fact]
    public void Fifty_offers_are_read_and_no_more()
    {
        Assert.Equal(50, Read(Offers(50)).Accepts.Count);
        Assert.Throws<X402FormatException>(() => Read(Offers(51)));

        static string Offers(int count) => $$"""{"x402Version":2,"accepts":[{{string.Join(',', Enumerable.Repeat(Offer, count))}}]}""";
    }

    [Fact]
    public void Deep_nesting_is_refused() =>
        Assert.Throws<X402FormatException>(() => WireJson.Parse(Encoding.UTF8.GetBytes(new string('[', 33) + new string(']', 33))));

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused() =>
        Assert.Throws<X402FormatException>(() => WireJson.Parse(new byte[] { (byte)'"', 0xff, (byte)'"' }));

    [Fact]
    public void Half_a_character_in_extra_is_refused_where_it_is_read() =>
        Assert.Empty(Read($$"""{"x402Version":2,"accepts":[{{Offer.Replace("\"USDC\"", "\"\\ud800\"", StringComparison.Ordinal)}}]}""").Accepts);

    [Fact]
    public void One_unreadable_offer_does_not_spoil_the_others()
    {
        var terms = Read($$"""{"x402Version":2,"accepts":[7,{{Offer}},{"scheme":"exact"}]}""");

        Assert.Single(terms.Accepts);
        Assert.Equal([0, 2], terms.Unreadable.Select(one => one.Index));
    }

    [Theory]
    [InlineData("")]
    [InlineData("e30")]
    [InlineData("e3 0=")]
    [InlineData("e30=\n")]
    [InlineData("e3-_")]
    [InlineData("====")]
    [InlineData("e===")]
    [InlineData("{}==")]
    public void Headers_are_standard_base64_with_padding(string value) =>
        Assert.Throws<X402FormatException>(() => PaymentHeader.Decode(value));

    [Fact]
    public void Headers_are_read_up_to_32_kilobytes()
    {
        var most = "\"" + new string('a', PaymentHeader.MaxDecodedBytes - 2) + "\"";

        Assert.Equal(JsonValueKind.String, PaymentHeader.Decode(PaymentHeader.Encode(Encoding.UTF8.GetBytes(most))).ValueKind);
        Assert.Throws<X402FormatException>(() => PaymentHeader.Decode(PaymentHeader.Encode(Encoding.UTF8.GetBytes(most + "          "))));
    }

    [Fact]
    public void Version_1_has_its_own_names()
    {
        var terms = Read("""{"x402Version":1,"error":"pay","accepts":[{"scheme":"exact","network":"base-sepolia","maxAmountRequired":"7","resource":"https://a.example/x","description":"d","mimeType":"text/plain","payTo":"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC","maxTimeoutSeconds":60,"asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","extra":{"name":"USDC","version":"2"}}]}""");

        Assert.Equal(7, terms.Accepts[0].Amount);
        Assert.Equal("https://a.example/x", terms.Resource?.Url);
        Assert.True(X402Networks.TryFind("base-sepolia", 1, out var chain));
        Assert.Equal(ChainId.Evm(84532), chain);
        Assert.False(X402Networks.TryFind("base-sepolia", 2, out _));
        Assert.False(X402Networks.TryFind("eip155:84532", 1, out _));
        Assert.False(X402Networks.TryFind("eip155:084532", 2, out _));
        Assert.False(X402Networks.TryFind("Base-Sepolia", 1, out _));
    }

    [Fact]
    public void A_sellers_own_terms_are_read_back()
    {
        var resource = ResourceInfo.Create("https://a.example/x", "weather");
        var offer = PaymentRequirements.Create(2, "exact", "eip155:84532", 5, "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", 60, new Dictionary<string, string> { ["name"] = "USDC", ["version"] = "2" });
        var terms = new PaymentRequired { Version = 2, Error = "pay", Resource = resource, Accepts = [offer] };

        var read = PaymentRequired.Read(WireJson.Parse(terms.ToJson()));

        Assert.Equal("USDC", read.Accepts[0].Extra("name"));
        Assert.Equal("weather", read.Resource?.Description);
        Assert.True(offer.IsEchoedBy(read.Accepts[0]));
    }

    [Fact]
    public void Settlements_are_read_back()
    {
        var settlement = new SettlementResponse { Success = false, ErrorReason = "settlement_pending", Network = "eip155:1", Amount = 12, Transaction = "0x1" };

        var read = SettlementResponse.Read(WireJson.Parse(settlement.ToJson()));

        Assert.Equal(settlement, read);
        Assert.True(read.IsPending);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"success":"true"}""")]
    [InlineData("""{"success":true,"transaction":7}""")]
    [InlineData("""{"success":true,"amount":"-1"}""")]
    public void Malformed_settlements_are_refused(string json) =>
        Assert.Throws<X402FormatException>(() => SettlementResponse.Read(WireJson.Parse(Encoding.UTF8.GetBytes(json))));

    private static PaymentRequired Read(string json) => PaymentRequired.Read(WireJson.Parse(Encoding.UTF8.GetBytes(json)));
}
