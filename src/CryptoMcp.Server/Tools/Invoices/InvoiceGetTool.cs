using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Invoices;

/// <summary><c>invoice_get</c>: whether an invoice is paid, as the chain says.</summary>
internal sealed class InvoiceGetTool(GuardClient guard, ServerOptions options, ChainTable table, ChainConnections connections, TimeProvider clock)
    : PreparedTool<InvoiceResult>(Facts, ToolResultsJson.Default.InvoiceResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "invoice_get",
        Title = "Is an invoice paid?",
        Description = "Tells whether an invoice made by invoice_create was paid, and by whom: paid means in a final block, as the chain says and not "
            + "as the payer claims. Also open, confirming or expired. Changes nothing.",
        Effect = ToolEffect.ReadsChain,
        Arguments = [Argument.Required("invoice_id", "\"inv_…\" from invoice_create.")],
    };

    /// <inheritdoc/>
    protected override async Task<InvoiceResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var id = call.Text("invoice_id");
        if (!InvoiceId.IsOne(id))
        {
            throw new ToolException("invalid_invoice_id", "That is no invoice id.", "Pass the id that invoice_create returned.");
        }

        var invoice = await guard.GetInvoiceAsync(id, ct).ConfigureAwait(false);
        if (invoice.Claim is not { } claim)
        {
            return clock.GetUtcNow() < invoice.ExpiresAt
                ? InvoiceShape.Of(invoice, options.InvoiceAddress, "open", "Nobody has paid yet.")
                : InvoiceShape.Of(invoice, options.InvoiceAddress, "expired", "Nobody paid in time, and nobody can pay any more.");
        }

        var found = await connections.AskAsync(table.Find(invoice.Chain), (rpc, token) => InvoicePayment.FindAsync(rpc, invoice, claim, token), ct).ConfigureAwait(false);
        var shape = InvoiceShape.Of(invoice, options.InvoiceAddress, found.Status, found.Means);
        return shape with { PaidBy = found.Status is "paid" or "confirming" ? claim.Payer : null, TransactionId = found.Transaction, Block = found.Block };
    }
}
