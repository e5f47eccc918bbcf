using System.Text.Json.Nodes;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.Payments.AspNetCore.Tests;

/// <summary>npm's client pays our seller through npm's facilitator; the chain says what was paid.</summary>
[Collection(nameof(LocalX402))]
public sealed class ReferencePayerTests(LocalX402 local)
{
    private X402Ground X402 => local.Ground;

    [Theory]
    [InlineData("exact", 200, 10_000)]
    [InlineData("named", 200, 10_000)]
    [InlineData("upfront", 200, 10_000)]
    [InlineData("upfront-fails", 500, 10_000)]
    [InlineData("fails", 500, 0)]
    [InlineData("throws", 500, 0)]
    [InlineData("large", 500, 0)]
    [InlineData("upto?charge=0.012345%20USDC", 200, 12_345)]
    [InlineData("upto?charge=0%20USDC", 200, 0)]
    public async Task Pays_what_it_costs(string path, int status, int expected)
    {
        await using var shop = await OpenAsync(seller => seller.MaxAnswerBytes = 4000);
        var before = await X402.ReceivedAsync();
        var answer = await X402.PayAsync(new Uri(shop.Url, path));
        Assert.True(answer["status"]?.GetValue<int>() == status, answer.ToJsonString());
        Assert.Equal(expected, await X402.ReceivedAsync() - before);
        if (status == 200)
        {
            Assert.True(answer["settlement"]!["success"]!.GetValue<bool>());
            Assert.Equal("private", answer["cacheControl"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Permit2_with_a_sponsored_permit_pays()
    {
        await X402.ApprovePermit2Async(0);
        await using var shop = await OpenAsync(WithPermit2);
        var before = await X402.ReceivedAsync();
        var answer = await X402.PayAsync(new Uri(shop.Url, "exact"));
        Assert.True(answer["status"]?.GetValue<int>() == 200, answer.ToJsonString());
        Assert.Equal(10_000, await X402.ReceivedAsync() - before);
        Assert.Equal("permit2", PaymentHeader.Decode(answer["sent"]!.GetValue<string>()).GetProperty("accepted").GetProperty("extra").GetProperty("assetTransferMethod").GetString());
    }

    [Fact]
    public async Task Version_1_pays_from_the_body_of_the_402()
    {
        await using var shop = await OpenAsync();
        var before = await X402.ReceivedAsync();
        var answer = await X402.PayAsync(new Uri(shop.Url, "exact"), new JsonObject { ["onlyVersion1"] = true });
        Assert.True(answer["status"]?.GetValue<int>() == 200, answer.ToJsonString());
        Assert.Equal(1, PaymentHeader.Decode(answer["sent"]!.GetValue<string>()).GetProperty("x402Version").GetInt32());
        Assert.True(answer["settlement"]!["success"]!.GetValue<bool>());
        Assert.Equal(10_000, await X402.ReceivedAsync() - before);
    }

    [Fact]
    public async Task Each_settlement_is_looked_up_on_the_chain()
    {
        await using var shop = await OpenAsync(seller =>
        {
            seller.Methods.Add(SignedTransfer.Permit2Method);
            seller.ProofBy["base-sepolia"] = X402.Anvil.Url;
        });
        foreach (var path in new[] { "exact", "upto?charge=0.05%20USDC" })
        {
            var answer = await X402.PayAsync(new Uri(shop.Url, path));
            Assert.True(answer["status"]?.GetValue<int>() == 200, answer.ToJsonString());
        }
    }

    [Fact]
    public async Task Body_reaches_the_work_and_headers_come_back()
    {
        await using var shop = await OpenAsync();
        var answer = await X402.PayAsync(new Uri(shop.Url, "echo"), new JsonObject { ["method"] = "POST", ["body"] = "hello" });
        Assert.Equal("hello", answer["body"]!.GetValue<string>());
        var exact = await X402.PayAsync(new Uri(shop.Url, "exact"));
        Assert.Equal("exact", exact["body"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_payment_buys_once()
    {
        await using var shop = await OpenAsync();
        var before = await X402.ReceivedAsync();
        var paid = await X402.PayAsync(new Uri(shop.Url, "unnamed"));
        using var again = await shop.AskAsync("/unnamed", paid["sent"]!.GetValue<string>());
        Assert.Equal(402, (int)again.StatusCode);
        Assert.Equal("invalid_exact_evm_nonce_already_used", Shop.TermsOf(again).Error);
        Assert.Equal(1, shop.Served);
        Assert.Equal(10_000, await X402.ReceivedAsync() - before);
    }

    [Fact]
    public async Task The_same_payment_under_its_identifier_gets_the_same_answer_and_is_charged_once()
    {
        await using var shop = await OpenAsync();
        var before = await X402.ReceivedAsync();
        var paid = await X402.PayAsync(new Uri(shop.Url, "named"));
        using var again = await shop.AskAsync("/named", paid["sent"]!.GetValue<string>());
        Assert.Equal("named", await again.Content.ReadAsStringAsync());
        Assert.Equal("named", again.Headers.GetValues("X-Work").Single());
        Assert.Equal(paid["settlement"]!["transaction"]!.GetValue<string>(), Shop.SettlementOf(again)!.Transaction);
        Assert.Equal(1, shop.Served);
        Assert.Equal(10_000, await X402.ReceivedAsync() - before);
    }

    [Fact]
    public async Task A_spent_payment_buys_nothing_after_a_restart_either()
    {
        string sent;
        await using (var shop = await OpenAsync())
        {
            sent = (await X402.PayAsync(new Uri(shop.Url, "named")))["sent"]!.GetValue<string>();
        }

        await using var restarted = await OpenAsync(seller => seller.PublicUrl = new Uri(UrlIn(sent)));
        using var again = await restarted.AskAsync("/named", sent);
        Assert.Equal(402, (int)again.StatusCode);
        Assert.Equal(0, restarted.Served);
    }

    [Fact]
    public async Task Fifty_at_once_with_one_payment_are_served_once()
    {
        await using var shop = await OpenAsync();
        var header = Purse.Header(Purse.Pay(await shop.TermsAsync("/unnamed")));
        var before = await X402.ReceivedAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => shop.AskAsync("/unnamed", header)));
        Assert.Single(answers, answer => answer.IsSuccessStatusCode);
        Assert.Equal(1, shop.Served);
        Assert.Equal(10_000, await X402.ReceivedAsync() - before);
    }

    private static string UrlIn(string sent) =>
        new Uri(PaymentHeader.Decode(sent).GetProperty("resource").GetProperty("url").GetString()!).GetLeftPart(UriPartial.Authority);

    private static void WithPermit2(SellerOptions seller)
    {
        seller.Methods.Clear();
        seller.Methods.Add(SignedTransfer.Permit2Method);
    }

    private Task<Shop> OpenAsync(Action<SellerOptions>? configure = null) => Shop.OpenAsync(X402.Facilitator.Url, configure);
}
