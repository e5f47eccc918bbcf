using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Invoices;

/// <summary><c>invoice_create</c>: asks somebody for a payment.</summary>
internal sealed class InvoiceCreateTool(GuardClient guard, ServerOptions options) : PreparedTool<InvoiceResult>(Facts, ToolResultsJson.Default.InvoiceResult)
{
    private const int MostMinutes = 30 * 24 * 60;
    private const int UsualMinutes = 24 * 60;

    public static ToolFacts Facts { get; } = new()
    {
        Name = "invoice_create",
        Title = "Ask for a payment",
        Description = "Creates an invoice: requests an exact payment to your own wallet and returns a URL that any x402 client can pay once, "
            + "until it expires. Hand the URL to the payer, then follow it with invoice_get. Never spends anything.",
        Effect = ToolEffect.WritesGuard,
        Arguments =
        [
            Argument.Required("amount", AmountArgument.Help),
            Argument.Required("chain", ChainArgument.Help),
            Argument.Optional("description", "What it is for; the payer reads it."),
            Argument.Count("expires_in_minutes", "How long it can be paid.", 1, MostMinutes, UsualMinutes),
            Argument.Optional("wallet", WalletArgument.Help),
        ],
    };

    /// <inheritdoc/>
    protected override async Task<InvoiceResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var address = options.InvoiceAddress ?? throw new ToolException(
            "invoices_not_served",
            "This server does not serve invoices, so nobody could pay one.",
            "Tell the user to run 'cryptomcp serve --http --facilitator URL --toolsets default,selling'.");
        var invoice = await guard.CreateInvoiceAsync(
            new()
            {
                Wallet = call.Find("wallet"),
                Chain = call.Text("chain"),
                Amount = AmountArgument.Read(call.Text("amount")),
                Description = call.Find("description"),
                ExpiresInSeconds = 60 * call.Count("expires_in_minutes", 1, MostMinutes, UsualMinutes),
            },
            ct).ConfigureAwait(false);
        return InvoiceShape.Of(invoice, address, "open", "Nobody has paid yet. Hand the URL to the payer.");
    }
}
