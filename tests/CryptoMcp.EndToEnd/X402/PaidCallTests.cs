using System.Text.Json;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.EndToEnd.X402;

/// <summary>The product pays npm's seller through npm's facilitator; balances are compared on chain.</summary>
public sealed class PaidCallTests(PaidGround paid) : IClassFixture<PaidGround>
{
    private X402Ground Ground => paid.Ground;

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
        var ground = Ground;
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        var received = await ground.ReceivedAsync();
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();
        var before = await wallet.HoldsAsync();

        var bought = await session.CallAsync("x402_pay", new { url = new Uri(ground.Seller.Url, path).ToString(), method, body = method == "POST" ? """{"a":"b"}""" : null });

        Assert.False(bought.IsError, bought.Text);
        Assert.True(bought["outcome"] == "paid", bought.Text);
        Assert.Contains(method == "POST" ? """{"a":"b"}""" : "42", bought["untrusted_body"], StringComparison.Ordinal);
        Assert.DoesNotContain("signature", bought.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(price, before - await wallet.HoldsAsync());
        Assert.Equal(price, await ground.ReceivedAsync() - received);
        await ground.Anvil.MineAsync(4);
        var settled = await X402Wallet.WaitForAsync(session, bought["payment_id"], "settled");
        Assert.Equal("settled", settled["state"]);
    }

    [Fact]
    public async Task A_quote_signs_nothing_and_binds_the_payment()
    {
        var ground = Ground;
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        var received = await ground.ReceivedAsync();
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
        var bought = await session.CallAsync("x402_pay", new { url, quote_id = quote["quote_id"] });
        Assert.True(bought["outcome"] == "paid", bought.Text);
    }

    [Fact]
    public async Task The_same_call_again_returns_the_same_answer_and_pays_nothing_and_a_new_key_buys_it_anew()
    {
        var ground = Ground;
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        var received = await ground.ReceivedAsync();
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();
        var url = new Uri(ground.Seller.Url, "/exact").ToString();

        var first = await session.CallAsync("x402_pay", new { url });
        var second = await session.CallAsync("x402_pay", new { url });
        Assert.Equal(10_000, await ground.ReceivedAsync() - received);
        Assert.Equal(first["payment_id"], second["payment_id"]);
        Assert.Equal("True", second["repeated"]);
        Assert.Contains("42", second["untrusted_body"], StringComparison.Ordinal);

        var third = await session.CallAsync("x402_pay", new { url, idempotency_key = "another" });
        Assert.True(third["outcome"] == "paid", third.Text);
        Assert.Equal(20_000, await ground.ReceivedAsync() - received);
    }

    [Fact]
    public async Task A_tool_of_an_mcp_server_is_paid_for()
    {
        var ground = Ground;
        await using var seller = await ground.StartMcpSellerAsync(ground.Facilitator.Url);
        await using var wallet = await X402Wallet.CreateAsync(ground, [seller.Url]);
        var received = await ground.ReceivedAsync();
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();
        var server = new Uri(seller.Url, "/mcp").ToString();

        var free = await session.CallAsync("x402_call_tool", new { server, tool = "free_answer" });
        Assert.True(free["outcome"] == "not_charged", free.Text);
        Assert.Equal("41", free["untrusted_body"]);
        var bought = await session.CallAsync("x402_call_tool", new { server, tool = "paid_answer", arguments = "{}" });
        Assert.True(bought["outcome"] == "paid", bought.Text);
        Assert.Equal("42", bought["untrusted_body"]);
        Assert.Equal(10_000, await ground.ReceivedAsync() - received);

        var again = await session.CallAsync("x402_call_tool", new { server, tool = "paid_answer", arguments = "{}" });
        Assert.Equal("True", again["repeated"]);
        Assert.Equal(10_000, await ground.ReceivedAsync() - received);
    }

    [Fact]
    public async Task A_catalogue_is_read_and_filtered()
    {
        var ground = Ground;
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url, ground.Facilitator.Url]);
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();
        var url = new Uri(ground.Seller.Url, "/described").ToString();
        Assert.Equal("paid", (await session.CallAsync("x402_pay", new { url }))["outcome"]);
        var catalogue = ground.Facilitator.Url.ToString();

        var found = await session.CallAsync("x402_discover", new { catalogue, contains = "/described" });
        Assert.False(found.IsError, found.Text);
        var service = Assert.Single(found.Structured.GetProperty("services").EnumerateArray());
        Assert.Equal(url, service.GetProperty("untrusted_url").GetString());
        Assert.Equal("0.01 USDC on base-sepolia", service.GetProperty("advertised_prices")[0].GetString());
        Assert.Equal("[]", (await session.CallAsync("x402_discover", new { catalogue, max_price = "0.009 USDC" }))["services"]);
        Assert.Equal("[]", (await session.CallAsync("x402_discover", new { catalogue, chain = "base" }))["services"]);
    }

    [Fact]
    public async Task The_receipt_says_what_was_asked_offered_signed_and_answered()
    {
        var ground = Ground;
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();
        var bought = await session.CallAsync("x402_pay", new { url = new Uri(ground.Seller.Url, "/exact?secret=1").ToString() });

        var receipt = await session.CallAsync("payment_get", new { payment_id = bought["payment_id"], detail = "detailed" });

        var purchase = receipt.Structured.GetProperty("detail").GetProperty("purchase");
        Assert.Equal("GET", purchase.GetProperty("method").GetString());
        Assert.Equal(new Uri(ground.Seller.Url, "/exact").ToString(), purchase.GetProperty("untrusted_resource").GetString());
        Assert.Equal(64, purchase.GetProperty("request_sha256").GetString()!.Length);
        Assert.Equal(64, purchase.GetProperty("offer_sha256").GetString()!.Length);
        Assert.Equal(200, purchase.GetProperty("status").GetInt32());
        Assert.Equal(bought["body_sha256"], purchase.GetProperty("body_sha256").GetString());
        Assert.Equal("settled", purchase.GetProperty("seller_says").GetString());
        Assert.DoesNotContain("secret", receipt.Text, StringComparison.Ordinal);
        await using var audit = await Fixtures.Product.RunAsync(wallet.Home, "audit", "--verify");
        Assert.True(audit.ExitCode == 0, audit.ErrorText);
        var journal = await File.ReadAllTextAsync(Path.Combine(wallet.GuardFolder, "journal.jsonl"), TestContext.Current.CancellationToken);
        Assert.Contains(bought["body_sha256"], journal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_work_is_not_charged_and_says_so_once_the_chain_proves_it()
    {
        // Chain time is set forward here, so this chain is nobody else's.
        await using var ground = await X402Ground.StartAsync();
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        var received = await ground.ReceivedAsync();
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();

        var bought = await session.CallAsync("x402_pay", new { url = new Uri(ground.Seller.Url, "/fails").ToString() });
        Assert.Equal("unknown", bought["outcome"]);
        Assert.NotEqual("", bought["known_at"]);

        await ground.Anvil.CallAsync("evm_increaseTime", 200);
        await ground.Anvil.MineAsync(4);
        Assert.Equal("released", (await X402Wallet.WaitForAsync(session, bought["payment_id"], "released"))["state"]);
        Assert.Equal(0, await ground.ReceivedAsync() - received);
    }

    [Fact]
    public async Task Failed_work_that_is_charged_first_is_told_as_paid_and_not_delivered()
    {
        var ground = Ground;
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        var received = await ground.ReceivedAsync();
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();

        var bought = await session.CallAsync("x402_pay", new { url = new Uri(ground.Seller.Url, "/upfront-fails").ToString() });

        Assert.True(bought["outcome"] == "paid_not_delivered", bought.Text);
        Assert.Equal(10_000, await ground.ReceivedAsync() - received);
    }

    [Fact]
    public async Task Without_allowance_and_without_a_sponsor_nothing_is_signed()
    {
        var ground = Ground;
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        var received = await ground.ReceivedAsync();
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();

        var refused = await session.CallAsync("x402_pay", new { url = new Uri(ground.Seller.Url, "/permit2").ToString() });

        Assert.Equal("needs_allowance", refused.Code);
        Assert.Equal("0", (await session.CallAsync("payment_list"))["total"]);
    }

    [Theory]
    [InlineData("road.planned")]
    [InlineData("ledger.signing.durable")]
    [InlineData("road.authorized")]
    [InlineData("road.signed")]
    [InlineData("road.exposing")]
    [InlineData("road.exposed")]
    [InlineData("road.handing-over")]
    public async Task The_guard_dies_at(string place)
    {
        var ground = Ground;
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        var received = await ground.ReceivedAsync();
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
        Assert.Equal(10_000, await ground.ReceivedAsync() - received);
        await ground.Anvil.MineAsync(4);
        Assert.Equal("settled", (await X402Wallet.WaitForAsync(session, answer["payment_id"], "settled"))["state"]);
        Assert.Equal("1", (await session.CallAsync("payment_list", new { state = "settled" }))["total"]);
    }

    [Fact]
    public async Task The_server_dies_with_the_payment_in_flight_and_another_server_carries_it_on()
    {
        var ground = Ground;
        await using var wallet = await X402Wallet.CreateAsync(ground, [ground.Seller.Url]);
        var received = await ground.ReceivedAsync();
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
        Assert.Equal(10_000, await ground.ReceivedAsync() - received);
        Assert.Equal(JsonValueKind.Object, answer.Structured.ValueKind);
    }
}

/// <summary>One chain, facilitator and seller for all tests of a class; every test has a wallet of its own.</summary>
public sealed class PaidGround : IAsyncLifetime
{
    public X402Ground Ground { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Ground = await X402Ground.StartAsync();

    public ValueTask DisposeAsync() => Ground.DisposeAsync();
}
