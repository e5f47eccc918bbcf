using System.Globalization;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Payments;
using CryptoMcp.Payments.AspNetCore;
using CryptoMcp.Server.Chains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Invoices;

/// <summary>
/// Where an invoice is paid: <c>GET /invoices/{id}</c> answers 402 with its terms and takes one payment. The authorization is
/// noted with the guard before it is settled, so a second payer is refused and a crash in between forgets nobody's payment.
/// </summary>
internal sealed partial class InvoiceDoor(GuardClient guard, ChainTable table, ChainConnections chains, TimeProvider clock, ILogger<InvoiceDoor> log)
{
    /// <summary>Opens it.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/invoices/{id}", [HttpMethods.Get], (RequestDelegate)ServeAsync);

    private async Task ServeAsync(HttpContext http)
    {
        var id = (string)http.GetRouteValue("id")!;
        if (!InvoiceId.IsOne(id))
        {
            await AnswerAsync(http, StatusCodes.Status404NotFound, id, "unknown");
            return;
        }

        InvoiceView invoice;
        try
        {
            invoice = await guard.GetInvoiceAsync(id, http.RequestAborted);
        }
        catch (GuardException e)
        {
            await AnswerAsync(http, e.Problem.Code == "unknown_invoice" ? StatusCodes.Status404NotFound : StatusCodes.Status503ServiceUnavailable, id, "unknown");
            return;
        }

        string? dead = null;
        if (invoice.Claim is { } claim)
        {
            if (claim.TransactionId is not null || await IsUsedAsync(invoice, claim, http.RequestAborted))
            {
                await AnswerAsync(http, StatusCodes.Status200OK, id, "paid");
                return;
            }

            dead = claim.ValidBefore < clock.GetUtcNow() ? claim.Nonce : null;
        }

        if (invoice.ExpiresAt <= clock.GetUtcNow() && (invoice.Claim is null || dead is not null))
        {
            await AnswerAsync(http, StatusCodes.Status410Gone, id, "expired");
            return;
        }

        await SellAsync(http, invoice, dead);
    }

    private async Task SellAsync(HttpContext http, InvoiceView invoice, string? dead)
    {
        InvoiceClaim? taken = null;
        await http.SellAsync(
            new PriceTag(invoice.Amount) { PayTo = invoice.PayTo, Networks = [invoice.Chain], Description = invoice.Description ?? "Invoice", Listed = false },
            async paying =>
            {
                var paid = paying.Payment()!;
                taken = new() { Payer = paid.Payer, Nonce = paid.Nonce, ValidBefore = paid.ValidUntil };
                try
                {
                    await guard.ClaimInvoiceAsync(invoice.InvoiceId, new() { Claim = taken, InsteadOf = dead }, paying.RequestAborted);
                    await AnswerAsync(paying, StatusCodes.Status200OK, invoice.InvoiceId, "paid");
                }
                catch (GuardException e)
                {
                    // Whoever comes second is not charged.
                    taken = null;
                    await AnswerAsync(paying, e.Problem.Code == "invoice_expired" ? StatusCodes.Status410Gone : StatusCodes.Status409Conflict, invoice.InvoiceId, e.Problem.Code);
                }
            });
        var header = http.Response.Headers[PaymentHeader.Response] is { Count: 1 } version2 ? version2 : http.Response.Headers[PaymentHeader.ResponseV1];
        if (taken is not null && header.Count == 1 && SettlementResponse.Read(PaymentHeader.Decode(header.ToString())) is { Success: true } settled)
        {
            try
            {
                await guard.NoteInvoiceTransactionAsync(invoice.InvoiceId, taken with { TransactionId = settled.Transaction }, CancellationToken.None);
            }
            catch (GuardException e)
            {
                // The chain still tells that the authorization was used.
                NotNoted(log, invoice.InvoiceId, settled.Transaction, e.Message);
            }
        }
    }

    private Task<bool> IsUsedAsync(InvoiceView invoice, InvoiceClaim claim, CancellationToken ct) => chains.AskAsync(
        table.Find(invoice.Chain),
        async (rpc, token) => TransferAuthorization.ReadState(await rpc.CallAsync(
            new TransferAuthorization
            {
                From = EvmAddress.Parse(claim.Payer),
                To = EvmAddress.Parse(invoice.PayTo),
                Value = System.Numerics.BigInteger.Parse(invoice.Units, CultureInfo.InvariantCulture),
                ValidAfter = 0,
                ValidBefore = 0,
                Nonce = Hash32.Parse(claim.Nonce),
            }.StateCall(EvmAddress.Parse(invoice.Token)),
            BlockTag.Latest,
            token)),
        ct);

    private static async Task AnswerAsync(HttpContext http, int status, string id, string says)
    {
        var json = WireJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("invoice_id", UntrustedText.Clean(id, 64));
            writer.WriteString("status", says);
            writer.WriteEndObject();
        });
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(json);
    }

    [LoggerMessage(LogLevel.Warning, "{Invoice}: paid by {Transaction}, which could not be noted: {Problem}")]
    private static partial void NotNoted(ILogger logger, string invoice, string transaction, string problem);
}
