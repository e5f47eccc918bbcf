using CryptoMcp.Testing.X402;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Payments.AspNetCore.Tests;

/// <summary>A facilitator that is down, slow, broken or lying: nothing unpaid is delivered, and no payment is charged twice.</summary>
[Collection(nameof(LocalX402))]
public sealed class FacilitatorFaultTests(LocalX402 local) : IDisposable
{
    private const string Hash = "0x1111111111111111111111111111111111111111111111111111111111111111";

    private readonly HttpFacilitator _real = new(local.Ground.Facilitator.Url, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));

    private X402Ground X402 => local.Ground;

    public void Dispose() => _real.Dispose();

    [Fact]
    public async Task Down_delivers_nothing_and_says_502()
    {
        await using var shop = await Shop.OpenAsync(new Uri("http://127.0.0.1:9"));
        using var response = await PayAsync(shop, "/exact");
        Assert.Equal(502, (int)response.StatusCode);
        Assert.Contains("facilitator_unreachable", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, shop.Served);
        using var upto = await shop.Http.GetAsync(new Uri(shop.Url, "/upto?charge=0"));
        Assert.Equal(502, (int)upto.StatusCode);
    }

    [Theory]
    [InlineData("slow", "facilitator_timeout")]
    [InlineData("garbage", "facilitator_answer")]
    [InlineData("endless", "facilitator_unreachable")]
    [InlineData("redirect", "facilitator_refused")]
    [InlineData("500", "facilitator_refused")]
    [InlineData("duplicate keys", "facilitator_answer")]
    [InlineData("text for a flag", "facilitator_answer")]
    public async Task Broken_answer_to_verify_delivers_nothing(string how, string code)
    {
        await using var facilitator = await BrokenAsync(how);
        await using var shop = await Shop.OpenAsync(new Uri(facilitator.Urls.First()), seller => seller.VerifyTimeout = TimeSpan.FromMilliseconds(500));
        using var response = await PayAsync(shop, "/exact");
        Assert.Equal(502, (int)response.StatusCode);
        Assert.Contains(code, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, shop.Served);
    }

    [Fact]
    public async Task Settlement_that_is_not_answered_withholds_the_answer_and_the_same_payment_is_settled_once()
    {
        var facilitator = new ScriptedFacilitator(_real);
        await using var shop = await Shop.OpenAsync(null, instead: facilitator);
        var before = await X402.ReceivedAsync();
        var header = Purse.Header(Purse.Pay(await shop.TermsAsync("/exact")));
        facilitator.Settle = async call =>
        {
            await _real.SettleAsync(call, CancellationToken.None);
            throw new FacilitatorException("facilitator_timeout", "No answer.");
        };
        using var first = await shop.AskAsync("/exact", header);
        Assert.Equal(502, (int)first.StatusCode);
        Assert.True(Shop.SettlementOf(first)!.IsPending);
        Assert.False(first.Headers.Contains("X-Work"));
        Assert.Equal(10_000, await X402.ReceivedAsync() - before);

        // npm's facilitator says of a settled payment that its nonce is used: still nothing is delivered, and nothing is charged.
        facilitator.Settle = null;
        using var second = await shop.AskAsync("/exact", header);
        Assert.Equal(402, (int)second.StatusCode);
        Assert.Equal(10_000, await X402.ReceivedAsync() - before);

        // One that knows the payment says so, and what was worked for once is delivered.
        facilitator.Settle = _ => Task.FromResult(new SettlementResponse { Success = true, Transaction = Hash, Network = X402Ground.Network });
        using var third = await shop.AskAsync("/exact", header);
        Assert.Equal("exact", await third.Content.ReadAsStringAsync());
        Assert.Equal(1, shop.Served);
    }

    [Fact]
    public async Task Pending_settlement_withholds_the_answer()
    {
        var facilitator = new ScriptedFacilitator(_real)
        {
            Settle = _ => Task.FromResult(new SettlementResponse { Success = false, ErrorReason = "settlement_pending", Transaction = Hash }),
        };
        await using var shop = await Shop.OpenAsync(null, instead: facilitator);
        var header = Purse.Header(Purse.Pay(await shop.TermsAsync("/exact")));
        using var first = await shop.AskAsync("/exact", header);
        Assert.Equal(402, (int)first.StatusCode);
        Assert.Equal(Hash, Shop.SettlementOf(first)!.Transaction);
        facilitator.Settle = null;
        using var second = await shop.AskAsync("/exact", header);
        Assert.Equal(200, (int)second.StatusCode);
        Assert.Equal(1, shop.Served);
    }

    [Fact]
    public async Task Failed_settlement_delivers_nothing_and_the_payment_may_be_shown_again()
    {
        var facilitator = new ScriptedFacilitator(_real)
        {
            Settle = _ => Task.FromResult(new SettlementResponse { Success = false, ErrorReason = "invalid_exact_evm_transaction_failed" }),
        };
        await using var shop = await Shop.OpenAsync(null, instead: facilitator);
        var header = Purse.Header(Purse.Pay(await shop.TermsAsync("/exact")));
        using var first = await shop.AskAsync("/exact", header);
        Assert.Equal(402, (int)first.StatusCode);
        Assert.False(Shop.SettlementOf(first)!.Success);
        Assert.Empty((await first.Content.ReadAsStringAsync()).Replace("exact_evm", "", StringComparison.Ordinal).Split("exact", StringSplitOptions.None).Skip(1));
        facilitator.Settle = null;
        using var second = await shop.AskAsync("/exact", header);
        Assert.Equal(200, (int)second.StatusCode);
    }

    [Theory]
    [InlineData("no transaction")]
    [InlineData("another payer")]
    [InlineData("another network")]
    public async Task Settlement_that_contradicts_itself_is_not_believed(string lie)
    {
        var facilitator = new ScriptedFacilitator(_real) { Settle = _ => Task.FromResult(Lie(lie)) };
        await using var shop = await Shop.OpenAsync(null, instead: facilitator);
        using var response = await PayAsync(shop, "/exact");
        Assert.Equal(502, (int)response.StatusCode);
        Assert.False(response.Headers.Contains("X-Work"));
    }

    [Theory]
    [InlineData("transaction that does not exist")]
    [InlineData("transaction of something else")]
    [InlineData("transaction of another payment")]
    public async Task Lie_about_the_chain_is_found_out_on_the_chain(string lie)
    {
        var facilitator = new ScriptedFacilitator(_real);
        await using var shop = await Shop.OpenAsync(null, seller => seller.ProofBy["eip155:84532"] = X402.Anvil.Url, facilitator);
        using var honest = await PayAsync(shop, "/unnamed");
        Assert.Equal(200, (int)honest.StatusCode);
        var earlier = Shop.SettlementOf(honest)!.Transaction;
        var unrelated = (await X402.Anvil.SendAsAsync(X402Ground.PayTo, X402Ground.Payer.Address))["transactionHash"]!.GetValue<string>();
        facilitator.Settle = _ => Task.FromResult(new SettlementResponse
        {
            Success = true,
            Network = X402Ground.Network,
            Transaction = lie switch { "transaction that does not exist" => Hash, "transaction of something else" => unrelated, _ => earlier },
        });
        var before = await X402.ReceivedAsync();
        using var response = await PayAsync(shop, "/unnamed");
        Assert.Equal(502, (int)response.StatusCode);
        Assert.Equal("settlement_pending", Shop.SettlementOf(response)!.ErrorReason);
        Assert.Equal(before, await X402.ReceivedAsync());
    }

    [Fact]
    public async Task One_transaction_does_not_settle_two_payments_even_without_a_chain_to_ask()
    {
        var facilitator = new ScriptedFacilitator
        {
            Settle = _ => Task.FromResult(new SettlementResponse { Success = true, Transaction = Hash, Network = X402Ground.Network }),
        };
        await using var shop = await Shop.OpenAsync(null, instead: facilitator);
        using var first = await PayAsync(shop, "/unnamed");
        using var second = await PayAsync(shop, "/unnamed");
        Assert.Equal(200, (int)first.StatusCode);
        Assert.Equal(502, (int)second.StatusCode);
    }

    [Fact]
    public async Task Book_that_is_full_turns_new_payments_away()
    {
        await using var shop = await Shop.OpenAsync(X402.Facilitator.Url, seller => seller.MaxRememberedPayments = 1);
        using var first = await PayAsync(shop, "/unnamed");
        using var second = await PayAsync(shop, "/unnamed");
        Assert.Equal(200, (int)first.StatusCode);
        Assert.Equal(503, (int)second.StatusCode);
        Assert.Equal(1, shop.Served);
    }

    [Theory]
    [InlineData("http://facilitator.example")]
    [InlineData("ftp://127.0.0.1")]
    public void Facilitator_is_https_or_on_this_machine(string address) =>
        Assert.Throws<ArgumentException>(() => new HttpFacilitator(new Uri(address), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));

    private static SettlementResponse Lie(string lie) => lie switch
    {
        "no transaction" => new() { Success = true, Network = X402Ground.Network },
        "another payer" => new() { Success = true, Network = X402Ground.Network, Transaction = Hash, Payer = X402Ground.PayTo },
        _ => new() { Success = true, Network = "eip155:1", Transaction = Hash },
    };

    private static async Task<HttpResponseMessage> PayAsync(Shop shop, string path) =>
        await shop.AskAsync(path, Purse.Header(Purse.Pay(await shop.TermsAsync(path))));

    private static async Task<WebApplication> BrokenAsync(string how)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/verify", async http =>
        {
            switch (how)
            {
                case "slow":
                    await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    break;
                case "endless":
                    while (!http.RequestAborted.IsCancellationRequested)
                    {
                        await http.Response.Body.WriteAsync(new byte[10_000], http.RequestAborted);
                    }

                    break;
                case "redirect":
                    http.Response.Redirect("/elsewhere");
                    break;
                case "500":
                    http.Response.StatusCode = 500;
                    await http.Response.WriteAsync("out of order");
                    break;
                case "duplicate keys":
                    await http.Response.WriteAsync("""{"isValid":false,"isValid":true}""");
                    break;
                case "text for a flag":
                    await http.Response.WriteAsync("""{"isValid":"true"}""");
                    break;
                default:
                    await http.Response.WriteAsync("<html>");
                    break;
            }
        });
        app.MapGet("/elsewhere", () => new { isValid = true });
        await app.StartAsync();
        return app;
    }
}
