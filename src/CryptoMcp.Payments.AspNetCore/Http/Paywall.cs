using System.Net.Mime;
using CryptoMcp.Payments.AspNetCore.Discovery;
using CryptoMcp.Payments.AspNetCore.Selling;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Payments.AspNetCore.Http;

/// <summary>x402 over HTTP, before one endpoint: terms in a 402, payment in a header, the answer after the money has moved.</summary>
internal sealed partial class Paywall(SellerOptions options, Cashier cashier, ILogger<Paywall> log)
{
    /// <summary>Serves one request of a priced endpoint.</summary>
    public async Task ServeAsync(HttpContext http, PriceTag tag, RequestDelegate work)
    {
        LimitBody(http);
        var resource = ResourceInfo.Create(UrlOf(http), tag.Description, tag.MimeType, options.ServiceName);
        PaymentPayload? payment;
        try
        {
            payment = ReadPayment(http.Request.Headers);
        }
        catch (X402FormatException error)
        {
            await RefuseAsync(http, tag, resource, new(400, "invalid_payment", error.Message));
            return;
        }

        if (payment is null)
        {
            await RefuseAsync(http, tag, resource, new(402, "payment_required"));
            return;
        }

        switch (await cashier.AdmitAsync(tag, resource, payment, http.RequestAborted))
        {
            case Admission.Refused refused:
                await RefuseAsync(http, tag, resource, refused);
                break;
            case Admission.Repeated repeated:
                await DeliverAsync(http, payment.Version, repeated.Answer, repeated.Settlement);
                break;
            case Admission.Resumed resumed:
                await SettleAndDeliverAsync(http, resumed.Ticket, null, resumed.Answer);
                break;
            case Admission.Taken { Ticket: var ticket } when tag.Order == SettlementOrder.BeforeWork:
                await SettleThenWorkAsync(http, ticket, work);
                break;
            case Admission.Taken { Ticket: var ticket }:
                await WorkThenSettleAsync(http, ticket, work);
                break;
        }
    }

    private async Task WorkThenSettleAsync(HttpContext http, Ticket ticket, RequestDelegate work)
    {
        var paid = Announce(http, ticket);
        KeptAnswer answer;
        await using (var held = new HeldResponse(http, options.MaxAnswerBytes))
        {
            try
            {
                await work(http);
                answer = await held.FinishAsync();
            }
            catch
            {
                cashier.Cancel(ticket);
                throw;
            }
        }

        // Work that failed is not charged, and work for somebody who has left is not either.
        if (answer.Status >= StatusCodes.Status400BadRequest || http.RequestAborted.IsCancellationRequested)
        {
            cashier.Cancel(ticket);
            await http.Response.Body.WriteAsync(answer.Body);
            return;
        }

        await SettleAndDeliverAsync(http, ticket, paid.Charged, answer);
    }

    private async Task SettleAndDeliverAsync(HttpContext http, Ticket ticket, System.Numerics.BigInteger? charge, KeptAnswer answer)
    {
        switch (await cashier.SettleAsync(ticket, charge, answer))
        {
            case Outcome.Settled settled:
                await DeliverAsync(http, ticket.Payment.Version, answer, settled.Response);
                break;
            case Outcome.Unsettled unsettled:
                await WithholdAsync(http, ticket, unsettled);
                break;
        }
    }

    private async Task SettleThenWorkAsync(HttpContext http, Ticket ticket, RequestDelegate work)
    {
        switch (await cashier.SettleAsync(ticket, null, null))
        {
            case Outcome.Settled settled:
                Announce(http, ticket);
                WriteResult(http.Response, ticket.Payment.Version, settled.Response);
                await work(http);
                break;
            case Outcome.Unsettled unsettled:
                await WithholdAsync(http, ticket, unsettled);
                break;
        }
    }

    private static PaidRequest Announce(HttpContext http, Ticket ticket)
    {
        var paid = new PaidRequest(ticket.Transfer, ticket.Offer.Requirements, ticket.Offer.Price);
        http.Features.Set(paid);
        return paid;
    }

    private static async Task DeliverAsync(HttpContext http, int version, KeptAnswer answer, SettlementResponse settlement)
    {
        var response = http.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, values) in answer.Headers)
        {
            response.Headers[name] = values;
        }

        WriteResult(response, version, settlement);
        if (answer.Body.Length > 0)
        {
            response.ContentLength = answer.Body.Length;
            await response.Body.WriteAsync(answer.Body);
        }
    }

    private async Task WithholdAsync(HttpContext http, Ticket ticket, Outcome.Unsettled unsettled)
    {
        Withheld(log, http.Request.Path, unsettled.Problem);
        http.Response.Clear();
        http.Response.StatusCode = unsettled.Status;
        WriteResult(http.Response, ticket.Payment.Version, unsettled.Response);
        http.Response.Headers.CacheControl = "no-store";
        await WriteJsonAsync(http.Response, unsettled.Response.ToJson());
    }

    private static void WriteResult(HttpResponse response, int version, SettlementResponse settlement)
    {
        response.Headers[version == 1 ? PaymentHeader.ResponseV1 : PaymentHeader.Response] = PaymentHeader.Encode(settlement.ToJson());
        response.Headers.CacheControl = "private";
    }

    private async Task RefuseAsync(HttpContext http, PriceTag tag, ResourceInfo resource, Admission.Refused refused)
    {
        var response = http.Response;
        var status = refused.Status;
        byte[]? body = null;
        if (status is 402 or 412 or 400)
        {
            try
            {
                var (version2, version1) = await cashier.TermsAsync(
                    tag, resource, refused.Code, BazaarDescription.For(http.Request.Method, tag), http.RequestAborted);
                response.Headers[PaymentHeader.Required] = PaymentHeader.Encode(version2.ToJson());
                body = version1?.ToJson();
            }
            catch (FacilitatorException error)
            {
                (status, refused) = (502, new(502, error.Code, error.Message));
            }
        }

        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        await WriteJsonAsync(response, body ?? ProblemJson(refused));
    }

    private static byte[] ProblemJson(Admission.Refused refused) => WireJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("error", refused.Code);
        if (refused.Problem is not null)
        {
            writer.WriteString("message", refused.Problem);
        }

        writer.WriteEndObject();
    });

    private static async Task WriteJsonAsync(HttpResponse response, byte[] json)
    {
        response.ContentType = MediaTypeNames.Application.Json;
        response.ContentLength = json.Length;
        await response.Body.WriteAsync(json);
    }

    /// <summary>The payment of a request; null when there is none. Two of them, of whatever version, are ambiguous.</summary>
    private static PaymentPayload? ReadPayment(IHeaderDictionary headers)
    {
        var version2 = headers[PaymentHeader.Payment];
        var version1 = headers[PaymentHeader.PaymentV1];
        switch (version2.Count + version1.Count)
        {
            case 0:
                return null;
            case 1:
                var expected = version2.Count == 1 ? 2 : 1;
                var payment = PaymentPayload.Read(PaymentHeader.Decode((version2.Count == 1 ? version2 : version1).ToString()));
                return payment.Version == expected
                    ? payment
                    : throw new X402FormatException($"A payment of version {payment.Version} came in the header of version {expected}.");
            default:
                throw new X402FormatException("The request carries more than one payment.");
        }
    }

    /// <summary>A request that pays may carry a body; how large is the seller's decision, since it is read before anything is settled.</summary>
    private void LimitBody(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature
            && (feature.MaxRequestBodySize is not { } limit || limit > options.MaxRequestBytes))
        {
            feature.MaxRequestBodySize = options.MaxRequestBytes;
        }
    }

    private string UrlOf(HttpContext http)
    {
        var request = http.Request;
        return options.PublicUrl is { } url
            ? UriHelper.BuildAbsolute(url.Scheme, HostString.FromUriComponent(url), request.PathBase, request.Path, request.QueryString)
            : UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, request.Path, request.QueryString);
    }

    [LoggerMessage(LogLevel.Warning, "{Path}: the answer is withheld. {Problem}")]
    private static partial void Withheld(ILogger logger, string path, string problem);
}
