using System.Text.Json;
using CryptoMcp.Testing.X402;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Payments.AspNetCore.Tests;

/// <summary>What a developer writes: mistakes are found when the program starts, and all that is for sale is listed.</summary>
public sealed class ConfigurationTests
{
    private static readonly Uri s_nowhere = new("http://127.0.0.1:9");

    [Theory]
    [InlineData("0.01 DOGE")]
    [InlineData("0.00 USDC")]
    [InlineData("0.0000001 USDC")]
    [InlineData("-1 USDC")]
    [InlineData("1USDC")]
    public Task Price_that_nobody_can_pay_stops_the_start(string price) => RefusedAsync(app => app.MapGet("/x", () => "x").RequirePayment(price));

    [Fact]
    public Task Unknown_scheme_stops_the_start() => RefusedAsync(app => app.MapGet("/x", () => "x").RequirePayment("1 USDC", tag => tag.Scheme = "free"));

    [Fact]
    public Task Upto_before_the_work_stops_the_start() => RefusedAsync(app => app.MapGet("/x", () => "x").RequirePayment("1 USDC", tag =>
    {
        tag.Scheme = "upto";
        tag.Order = SettlementOrder.BeforeWork;
    }));

    [Fact]
    public Task Two_prices_stop_the_start() => RefusedAsync(app => app.MapGet("/x", () => "x").RequirePayment("1 USDC").RequirePayment("2 USDC"));

    [Theory]
    [InlineData("")]
    [InlineData("vitalik.eth")]
    [InlineData("0x0000000000000000000000000000000000000000")]
    [InlineData("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293Bc")]
    [InlineData("0x000000000022D473030F116dDEE9F6B43aC78BA3")]
    public Task Payee_that_cannot_be_paid_stops_the_start(string payee) => RefusedAsync(_ => { }, seller => seller.PayTo = payee);

    [Fact]
    public Task Unknown_network_stops_the_start() => RefusedAsync(_ => { }, seller => seller.Networks.Add("dogechain"));

    [Fact]
    public async Task Groups_have_prices()
    {
        await using var shop = await Shop.OpenAsync(s_nowhere, map: (app, _) =>
        {
            var group = app.MapGroup("/group").RequirePayment("0.05 USDC");
            group.MapGet("/a", () => "a");
            group.MapGet("/b", () => "b");
        });
        Assert.Equal(50_000, (await shop.TermsAsync("/group/a")).Accepts[0].Amount);
        Assert.Equal(50_000, (await shop.TermsAsync("/group/b")).Accepts[0].Amount);
    }

    [Fact]
    public async Task Terms_name_our_own_facts()
    {
        await using var shop = await Shop.OpenAsync(s_nowhere, seller => seller.ServiceName = "Cents");
        var terms = await shop.TermsAsync("/exact?query=1");
        var offer = Assert.Single(terms.Accepts);
        Assert.Equal(("exact", "eip155:84532", X402Ground.UsdcAddress, X402Ground.PayTo, "USDC", "2"), (offer.Scheme, offer.Network, offer.Asset, offer.PayTo, offer.Extra("name"), offer.Extra("version")));
        Assert.Equal("payment_required", terms.Error);
        Assert.Equal("Cents", terms.Resource!.ServiceName);
        Assert.Equal(new Uri(shop.Url, "/exact?query=1").ToString(), terms.Resource.Url);
        Assert.NotNull(terms.ExtensionInfo("bazaar"));
        Assert.False(terms.ExtensionInfo("payment-identifier")!.Value.GetProperty("required").GetBoolean());
    }

    [Fact]
    public async Task Catalogue_lists_what_is_for_sale()
    {
        await using var shop = await Shop.OpenAsync(s_nowhere, map: (app, _) =>
            app.MapGet("/hidden", () => "x").RequirePayment("1 USDC", tag => tag.Listed = false));
        using var upto = await shop.Http.GetAsync(new Uri(shop.Url, "/discovery/resources"));

        // Without its facilitator nobody can say how 'upto' would be paid here.
        Assert.Equal(502, (int)upto.StatusCode);
        using var page = JsonDocument.Parse(await shop.Http.GetStringAsync(new Uri(shop.Url, "/discovery/resources?limit=2&offset=1")));
        Assert.Equal(2, page.RootElement.GetProperty("items").GetArrayLength());
        Assert.Equal("POST", page.RootElement.GetProperty("items")[0].GetProperty("method").GetString());
        Assert.DoesNotContain("hidden", page.RootElement.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("20000", page.RootElement.GetProperty("items")[0].GetProperty("accepts")[0].GetProperty("amount").GetString());
    }

    [Fact]
    public async Task Controllers_have_prices()
    {
        var facilitator = new ScriptedFacilitator
        {
            Settle = _ => Task.FromResult(new SettlementResponse { Success = true, Transaction = "0x" + new string('1', 64), Network = X402Ground.Network }),
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddControllers().AddApplicationPart(typeof(PricedController).Assembly);
        builder.Services.AddSingleton<IFacilitator>(facilitator);
        builder.Services.AddPayments(seller =>
        {
            seller.PayTo = X402Ground.PayTo;
            seller.Networks.Add("base-sepolia");
        });
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapControllers();
        await app.StartAsync();
        using var http = new HttpClient();
        var url = new Uri(app.Urls.First() + "/priced");
        using var unpaid = await http.GetAsync(url);
        Assert.Equal(402, (int)unpaid.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation(PaymentHeader.Payment, Purse.Header(Purse.Pay(Shop.TermsOf(unpaid))));
        using var paid = await http.SendAsync(request);
        Assert.Equal("paid by " + X402Ground.Payer.Address, await paid.Content.ReadAsStringAsync());
        Assert.Equal(1, facilitator.Settlements);
    }

    private static async Task RefusedAsync(Action<WebApplication> map, Action<SellerOptions>? configure = null)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var shop = await Shop.OpenAsync(s_nowhere, configure, map: (app, _) => map(app));
        });
        Assert.True(refused is InvalidOperationException or Money.MoneyFormatException, refused.ToString());
    }
}

/// <summary>A controller with a price.</summary>
[ApiController]
[Route("priced")]
[RequirePayment("0.01 USDC", Description = "Priced")]
public sealed class PricedController : ControllerBase
{
    /// <summary>Who paid.</summary>
    [HttpGet]
    public string Get() => "paid by " + HttpContext.Payment()!.Payer;
}
