// An API and an MCP server that charge, in one small program. Start a facilitator, then this:
//
//   cryptomcp facilitator
//   dotnet run --project examples/paid-api -- --payTo 0xYourAddress
//
// and pay with any x402 client, or with an agent's x402_pay and x402_call_tool.
using CryptoMcp.Payments.AspNetCore;
using ModelContextProtocol.Server;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddPayments(seller =>
{
    var settings = builder.Configuration;
    seller.PayTo = settings["payTo"] ?? "";
    seller.Networks.Add(settings["network"] ?? "base-sepolia");
    seller.Facilitator = new Uri(settings["facilitator"] ?? "http://127.0.0.1:7420");
    seller.ServiceName = "Paid API";

    // Look every settlement up on the chain: then not even the facilitator has to be believed.
    if (settings["rpc"] is { } rpc)
    {
        seller.ProofBy[seller.Networks[0]] = new Uri(rpc);
    }
});

builder.Services
    .AddMcpServer(server => server.ServerInfo = new() { Name = "paid-api", Version = "1" })
    .WithTools([McpServerTool.Create((string city) => Weather.In(city), new() { Name = "forecast", Description = "Tomorrow's weather in a city." })])
    .WithToolPrice("forecast", "0.01 USDC", price => price.Description = "Tomorrow's weather")
    .WithStreamableHttp();

var app = builder.Build();

app.MapGet("/forecast/{city}", (string city) => Weather.In(city))
    .RequirePayment("0.01 USDC", price => price.Description = "Tomorrow's weather");

// The price is known only when the work is done: the payer signs for at most 0.10 USDC and is charged by the letter.
app.MapGet("/letters/{text}", (string text, HttpContext http) =>
{
    http.Payment()!.Charge($"0.{Math.Min(text.Length, 100):000} USDC");
    return text.ToUpperInvariant();
}).RequirePayment("0.10 USDC", price =>
{
    price.Scheme = "upto";
    price.Description = "Your text in capitals, a tenth of a cent a letter";
});

app.MapPaymentCatalogue();
app.MapStreamableHttp("/mcp");
app.Run();

internal static class Weather
{
    public static string In(string city) => $"{city}: {(city.Length % 2 == 0 ? "sun" : "rain")}.";
}
