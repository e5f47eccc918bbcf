using System.Text.Json;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.EndToEnd.X402;

/// <summary>The product pays npm's seller through npm's facilitator; balances are compared on chain.</summary>
public sealed class PaidCallTests
{
    [Theory]
    [InlineData("/exact", "GET", 10_000)]
    [InlineData("/v1", "GET", 10_000)]
    [InlineData("/dear-first", "GET", 10_000)]
    [InlineData("/upfront", "GET", 10_000)]
    [InlineData("/identified", "GET", 10_000)]
    [InlineData("/described", "GET", 10_000)]
    [InlineData("/echo", "POST", 20_000)]
    [InlineData("/permit2-sponsored", "GET", 10_000)]
    [InlineData("/upto?charge=12345", "GET", 12_345)]
    public async Task Every_combination_settles(string path, string method, int price)
    {
        await using var ground = await X402Ground.StartAsync();
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();
        var (before, received) = (await wallet.HoldsAsync(), await ground.ReceivedAsync());

        var paid = await session.CallAsync("x402_pay", new { url = new Uri(ground.Seller.Url, path).ToString(), method, body = method == "POST" ? """{"a":"b"}""" : null });

        Assert.False(paid.IsError, paid.Text);
        Assert.True(paid["outcome"] == "paid", paid.Text);
        Assert.Contains(method == "POST" ? """{"a":"b"}""" : "42", paid["untrusted_body"], StringComparison.Ordinal);
        Assert.DoesNotContain("signature", paid.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(price, before - await wallet.HoldsAsync());
        Assert.Equal(price, await ground.ReceivedAsync() - received);
        await ground.Anvil.MineAsync(70);
        var settled = await X402Wallet.WaitForAsync(session, paid["payment_id"], "settled");
        Assert.Equal("settled", settled["state"]);
    }

    [Fact]
    public async Task A_quote_signs_nothing_and_binds_the_payment()
    {
        await using var ground = await X402Ground.StartAsync();
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();
        var url = new Uri(ground.Seller.Url, "/dear-first").ToString();

        var quote = await session.CallAsync("x402_quote", new { url });
        Assert.False(quote.IsError, quote.Text);
        Assert.Equal("0.01 USDC", quote["price"]);
        var offers = quote.Structured.GetProperty("offers").EnumerateArray().ToList();
        Assert.Equal([true, false], offers.Select(offer => offer.GetProperty("allowed").GetBoolean()));
        Assert.Equal("0", (await session.CallAsync("payment_list"))["total"]);

        Assert.Equal("quote_mismatch", (await session.CallAsync("x402_pay", new { url = url + "?other=1", quote_id = quote["quote_id"] })).Code);
        var paid = await session.CallAsync("x402_pay", new { url, quote_id = quote["quote_id"] });
        Assert.True(paid["outcome"] == "paid", paid.Text);
    }

    [Fact]
    public async Task The_same_call_again_returns_the_same_answer_and_pays_nothing_and_a_new_key_buys_it_anew()
    {
        await using var ground = await X402Ground.StartAsync();
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();
        var url = new Uri(ground.Seller.Url, "/exact").ToString();

        var first = await session.CallAsync("x402_pay", new { url });
        var second = await session.CallAsync("x402_pay", new { url });
        Assert.Equal(10_000, await ground.ReceivedAsync());
        Assert.Equal(first["payment_id"], second["payment_id"]);
        Assert.Equal("True", second["repeated"]);
        Assert.Contains("42", second["untrusted_body"], StringComparison.Ordinal);

        var third = await session.CallAsync("x402_pay", new { url, idempotency_key = "another" });
        Assert.True(third["outcome"] == "paid", third.Text);
        Assert.Equal(20_000, await ground.ReceivedAsync());
    }

    [Fact]
    public async Task Failed_work_is_not_charged_and_says_so_once_the_chain_proves_it()
    {
        await using var ground = await X402Ground.StartAsync();
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();

        var paid = await session.CallAsync("x402_pay", new { url = new Uri(ground.Seller.Url, "/fails").ToString() });
        Assert.Equal("unknown", paid["outcome"]);
        Assert.NotEqual("", paid["known_at"]);

        await ground.Anvil.CallAsync("evm_increaseTime", 200);
        await ground.Anvil.MineAsync(70);
        Assert.Equal("released", (await X402Wallet.WaitForAsync(session, paid["payment_id"], "released"))["state"]);
        Assert.Equal(0, await ground.ReceivedAsync());
    }

    [Fact]
    public async Task Failed_work_that_is_charged_first_is_told_as_paid_and_not_delivered()
    {
        await using var ground = await X402Ground.StartAsync();
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();

        var paid = await session.CallAsync("x402_pay", new { url = new Uri(ground.Seller.Url, "/upfront-fails").ToString() });

        Assert.True(paid["outcome"] == "paid_not_delivered", paid.Text);
        Assert.Equal(10_000, await ground.ReceivedAsync());
    }

    [Fact]
    public async Task Without_allowance_and_without_a_sponsor_nothing_is_signed()
    {
        await using var ground = await X402Ground.StartAsync();
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();

        var refused = await session.CallAsync("x402_pay", new { url = new Uri(ground.Seller.Url, "/permit2").ToString() });

        Assert.Equal("needs_allowance", refused.Code);
        Assert.Equal("0", (await session.CallAsync("payment_list"))["total"]);
    }

    [Theory]
    [InlineData("road.planned")]
    [InlineData("ledger.reserve.decided")]
    [InlineData("ledger.signing.built")]
    [InlineData("ledger.signing.enqueued")]
    [InlineData("ledger.signing.durable")]
    [InlineData("road.authorized")]
    [InlineData("road.signed")]
    [InlineData("road.exposing")]
    [InlineData("road.exposed")]
    [InlineData("road.handing-over")]
    public async Task The_guard_dies_at(string place)
    {
        await using var ground = await X402Ground.StartAsync();
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        var doomed = await wallet.StartGuardAsync(place);
        var session = await wallet.ConnectAsync();
        var wish = new { url = new Uri(ground.Seller.Url, "/exact").ToString(), idempotency_key = "wish" };
        var lost = await session.CallAsync("x402_pay", wish);
        await doomed.WaitForExitAsync(TimeSpan.FromSeconds(20));

        var answer = await session.CallAsync("x402_pay", wish);
        for (var attempt = 0; (answer.IsError || answer["outcome"] != "paid") && attempt < 5; attempt++)
        {
            answer = await session.CallAsync("x402_pay", wish);
        }

        Assert.True(answer["outcome"] == "paid", $"after {place} (first answer: {lost.Text}): {answer.Text}");
        Assert.Equal(10_000, await ground.ReceivedAsync());
        await ground.Anvil.MineAsync(70);
        Assert.Equal("settled", (await X402Wallet.WaitForAsync(session, answer["payment_id"], "settled"))["state"]);
        Assert.Equal("1", (await session.CallAsync("payment_list", new { state = "settled" }))["total"]);
    }

    [Fact]
    public async Task The_server_dies_with_the_payment_in_flight_and_another_server_carries_it_on()
    {
        await using var ground = await X402Ground.StartAsync();
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        await wallet.StartGuardAsync();
        var wish = new { url = new Uri(ground.Seller.Url, "/exact").ToString(), idempotency_key = "wish" };
        var first = await wallet.ConnectAsync();
        var inFlight = first.CallAsync("x402_pay", wish);
        await Task.Delay(TimeSpan.FromMilliseconds(40), TestContext.Current.CancellationToken);
        first.Server.Kill();
        await Task.WhenAny(inFlight);

        var second = await wallet.ConnectAsync();
        var answer = await second.CallAsync("x402_pay", wish);
        Assert.True(answer["outcome"] is "paid" or "paid_not_delivered", answer.Text);
        Assert.Equal(10_000, await ground.ReceivedAsync());
        Assert.Equal(JsonValueKind.Object, answer.Structured.ValueKind);
    }
}
