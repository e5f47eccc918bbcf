using System.Diagnostics;
using CryptoMcp.EndToEnd.Fixtures;

namespace CryptoMcp.EndToEnd.X402;

/// <summary>
/// Sellers that cheat, each by name. No signature where none may be; never more than one payment for a request; no payment
/// header to another origin; bounded in memory and time.
/// </summary>
public sealed class HostileSellerTests(HostileGround ground) : IClassFixture<HostileGround>
{
    private const long MostMemory = 400L * 1024 * 1024;

    public static TheoryData<string> Refused => [.. Unpayable.All.Keys];

    /// <summary>Name and outcome of those who are paid, or might be.</summary>
    public static TheoryData<string, string> Paid => new()
    {
        { "honest", "paid" },
        { "lifetime-of-ten-years", "paid" },
        { "dear-offer-first", "paid" },
        { "one-good-offer-among-broken-ones", "paid" },
        { "instructions-in-every-text", "paid" },
        { "header-and-body-disagree", "paid" },
        { "mpp-beside-x402", "paid" },
        { "resource-of-another-site", "paid" },
        { "sign-in-extension", "paid" },
        { "cookie-before-payment", "paid" },
        { "redirected-before-payment", "paid" },
        { "asks-again-the-same", "unknown" },
        { "asks-again-dearer", "unknown" },
        { "asks-again-for-another-payee", "unknown" },
        { "takes-and-asks-again", "paid_not_delivered" },
        { "answers-412", "unknown" },
        { "server-error", "unknown" },
        { "takes-and-fails", "paid_not_delivered" },
        { "drops-the-connection", "unknown" },
        { "takes-and-drops", "paid_not_delivered" },
        { "resets-the-connection", "unknown" },
        { "truncated-answer", "paid_not_delivered" },
        { "no-receipt-and-no-settlement", "delivered_unconfirmed" },
        { "false-receipt", "delivered_unconfirmed" },
        { "garbage-receipt", "paid" },
        { "two-receipts", "paid" },
        { "receipt-for-another-transaction", "paid" },
        { "receipt-for-another-payer", "paid" },
        { "receipt-for-another-network", "paid" },
        { "says-failed-and-takes", "paid_not_delivered" },
        { "settlement-pending", "unknown" },
        { "redirects-the-payment-to-a-stranger", "unknown" },
        { "redirects-the-payment-with-307", "unknown" },
        { "redirects-the-payment-to-itself", "unknown" },
        { "endless-answer", "paid" },
        { "compressed-bomb", "paid" },
        { "binary-answer", "paid" },
        { "instructions-in-the-answer", "paid" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Nothing_is_signed_for(string seller)
    {
        var before = await ground.PaymentsAsync();

        var answer = await ground.PayAsync(seller);

        Assert.True(answer.IsError, answer.Text);
        var expected = Unpayable.All[seller].Code;
        Assert.True(expected.Length == 0 || answer.Code == expected, answer.Text);
        Assert.Equal(before, await ground.PaymentsAsync());
        AssertNoPaymentSent(seller);
    }

    [Fact]
    public async Task Nothing_is_signed_for_a_payee_that_is_ourselves()
    {
        Assert.Equal("no_acceptable_offer", (await ground.PayAsync("payee-ourselves")).Code);
        AssertNoPaymentSent("payee-ourselves");
    }

    [Theory]
    [MemberData(nameof(Paid))]
    public async Task At_most_one_payment_goes_to(string seller, string outcome)
    {
        var before = await ground.PaymentsAsync();
        var held = await ground.Wallet.HoldsAsync();

        var answer = await ground.PayAsync(seller);
        Assert.False(answer.IsError, answer.Text);
        Assert.True(answer["outcome"] == outcome, answer.Text);

        // However often it is repeated, the seller gets the same bytes and no more than one payment.
        await ground.PayAsync(seller);
        await ground.PayAsync(seller);

        Assert.Equal(before + 1, await ground.PaymentsAsync());
        var sent = ground.Seller.PaidAt("/" + (seller == "redirected-before-payment" ? "honest-after-redirect" : seller)).Select(request => request.Payment).Distinct().ToList();
        Assert.True(sent.Count == 1, $"{sent.Count} different payments were sent.");
        Assert.True(held - await ground.Wallet.HoldsAsync() <= 10_000);
        Assert.DoesNotContain(ground.Stranger.Requests, request => request.IsPaid);
        Assert.DoesNotContain(ground.Seller.Requests, request => request.Headers.ContainsKey("cookie"));
        AssertUntrusted(answer);
        using var server = Process.GetProcessById(ground.Session.Server.Id);
        Assert.InRange(server.WorkingSet64, 0, MostMemory);
    }

    [Fact]
    public async Task A_signature_that_is_used_long_after_the_answer_is_found_on_chain()
    {
        var answer = await ground.PayAsync("keeps-the-signature-for-later");
        Assert.Equal("delivered_unconfirmed", answer["outcome"]);

        await ground.SettleAsync(ground.Kept("keeps-the-signature-for-later"));

        Assert.Contains((await X402Wallet.WaitForAsync(ground.Session, answer["payment_id"], "seen", "settled"))["state"], (string[])["seen", "settled"]);
    }

    [Fact]
    public async Task A_price_that_rises_after_the_quote_is_not_paid()
    {
        var url = new Uri(ground.Seller.Url, "/dearer-after-the-quote").ToString();
        var quote = await ground.Session.CallAsync("x402_quote", new { url });

        var bound = await ground.Session.CallAsync("x402_pay", new { url, quote_id = quote["quote_id"] });
        var capped = await ground.Session.CallAsync("x402_pay", new { url, max_amount = "0.01 USDC" });

        Assert.Equal("0.01 USDC", quote["price"]);
        Assert.Equal("price_changed", bound.Code);
        Assert.True(capped.IsError, capped.Text);
        AssertNoPaymentSent("dearer-after-the-quote");
    }

    private static void AssertUntrusted(ToolAnswer answer)
    {
        Assert.DoesNotContain('\u001b', answer.Text);
        Assert.DoesNotContain('\u202e', answer.Text);
        Assert.DoesNotContain("\"signature\"", answer.Text, StringComparison.Ordinal);
        Assert.InRange(answer.Text.Length, 0, 20_000);
    }

    private void AssertNoPaymentSent(string seller)
    {
        Assert.DoesNotContain(ground.Seller.Requests, request => request.IsPaid && request.Path.Trim('/') == seller);
        Assert.DoesNotContain(ground.Stranger.Requests, request => request.IsPaid);
    }
}
