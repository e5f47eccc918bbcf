using System.Net;
using CryptoMcp.Testing.X402;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Payments.AspNetCore.Tests;

/// <summary>Our seller on a free loopback port, and a count of how often its work was done.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _served;

    private Shop(WebApplication app) => _app = app;

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public HttpClient Http { get; } = new();

    /// <summary>How often work was done.</summary>
    public int Served => Volatile.Read(ref _served);

    public static async Task<Shop> OpenAsync(
        Uri? facilitator, Action<SellerOptions>? configure = null, IFacilitator? instead = null, TimeProvider? clock = null, Action<WebApplication, Shop>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        if (instead is not null)
        {
            builder.Services.AddSingleton(instead);
        }

        builder.Services.AddPayments(seller =>
        {
            seller.PayTo = X402Ground.PayTo;
            seller.Networks.Add("base-sepolia");
            seller.Facilitator = facilitator;
            configure?.Invoke(seller);
        });
        var app = builder.Build();
        var shop = new Shop(app);
        app.MapGet("/exact", shop.Serve("exact")).RequirePayment("0.01 USDC", tag => tag.Description = "Something worth a cent");
        app.MapGet("/dearer", shop.Serve("dearer")).RequirePayment("0.02 USDC");
        app.MapGet("/other", shop.Serve("other")).RequirePayment("0.01 USDC");
        app.MapGet("/unnamed", shop.Serve("unnamed")).RequirePayment("0.01 USDC", tag => tag.Identifier = IdentifierUse.None);
        app.MapGet("/named", shop.Serve("named")).RequirePayment("0.01 USDC", tag => tag.Identifier = IdentifierUse.Required);
        app.MapGet("/upfront", shop.Serve("upfront")).RequirePayment("0.01 USDC", tag => tag.Order = SettlementOrder.BeforeWork);
        app.MapGet("/upfront-fails", shop.Fail).RequirePayment("0.01 USDC", tag => tag.Order = SettlementOrder.BeforeWork);
        app.MapGet("/fails", shop.Fail).RequirePayment("0.01 USDC");
        app.MapGet("/throws", (HttpContext _) => Throw()).RequirePayment("0.01 USDC");
        app.MapGet("/large", () => new string('x', 5000)).RequirePayment("0.01 USDC");
        app.MapPost("/echo", async (HttpContext http) =>
        {
            Interlocked.Increment(ref shop._served);
            using var reader = new StreamReader(http.Request.Body);
            return await reader.ReadToEndAsync();
        }).RequirePayment("0.02 USDC");
        app.MapGet("/upto", (HttpContext http, string charge) =>
        {
            Interlocked.Increment(ref shop._served);
            http.Payment()!.Charge(charge);
            return "upto";
        }).RequirePayment("0.10 USDC", tag => tag.Scheme = "upto");
        app.MapPaymentCatalogue();
        map?.Invoke(app, shop);
        await app.StartAsync();
        return shop;
    }

    public RequestDelegate Serve(string what) => async http =>
    {
        Interlocked.Increment(ref _served);
        http.Response.Headers["X-Work"] = what;
        await http.Response.StartAsync();
        await http.Response.WriteAsync(what);
        await http.Response.Body.FlushAsync();
    };

    /// <summary>The terms of a path.</summary>
    public async Task<PaymentRequired> TermsAsync(string path)
    {
        using var response = await Http.GetAsync(new Uri(Url, path));
        Assert.Equal(HttpStatusCode.PaymentRequired, response.StatusCode);
        return TermsOf(response);
    }

    public static PaymentRequired TermsOf(HttpResponseMessage response) =>
        PaymentRequired.Read(PaymentHeader.Decode(response.Headers.GetValues(PaymentHeader.Required).Single()));

    public static SettlementResponse? SettlementOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(PaymentHeader.Response, out var values) ? SettlementResponse.Read(PaymentHeader.Decode(values.Single())) : null;

    /// <summary>Asks with a payment header.</summary>
    public async Task<HttpResponseMessage> AskAsync(string path, string header, string name = PaymentHeader.Payment)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, path));
        request.Headers.TryAddWithoutValidation(name, header);
        return await Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private async Task Fail(HttpContext http)
    {
        Interlocked.Increment(ref _served);
        http.Response.StatusCode = 500;
        await http.Response.WriteAsync("failed");
    }

    private static string Throw() => throw new InvalidOperationException("The work broke.");
}
