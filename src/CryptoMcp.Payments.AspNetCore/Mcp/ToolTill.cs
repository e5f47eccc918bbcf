using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CryptoMcp.Payments.AspNetCore.Selling;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Payments.AspNetCore.Mcp;

/// <summary>A price on a tool.</summary>
/// <param name="Tool">Its name.</param>
/// <param name="Tag">The price.</param>
internal sealed record ToolPrice(string Tool, PriceTag Tag);

/// <summary>
/// x402 over MCP, before a tool: the payment comes in <c>_meta["x402/payment"]</c>, the settlement goes back in
/// <c>_meta["x402/payment-response"]</c>. Terms go out as an error result that every client can read, or, to clients that advertise
/// the extension on revision 2026-07-28 and later, as a result of its own type.
/// </summary>
internal sealed class ToolTill
{
    /// <summary>Id of the extension, in both sides' capabilities.</summary>
    public const string Extension = "org.x402/payment";

    private const string PaymentKey = "x402/payment";
    private const string ResponseKey = "x402/payment-response";

    private readonly Cashier _cashier;
    private readonly SellerOptions _options;
    private readonly Dictionary<string, PriceTag> _prices;

    public ToolTill(Cashier cashier, SellerOptions options, IEnumerable<ToolPrice> prices)
    {
        _cashier = cashier;
        _options = options;
        _prices = prices.ToDictionary(price => price.Tool, price => price.Tag, StringComparer.Ordinal);
    }

    /// <summary>The filter around all tool calls.</summary>
    public ValueTask<ResultOrAlternate<CallToolResult>> ChargeAsync(
        RequestContext<CallToolRequestParams> request,
        McpRequestHandler<CallToolRequestParams, ResultOrAlternate<CallToolResult>> next,
        CancellationToken ct) =>
        _prices.TryGetValue(request.Params?.Name ?? "", out var tag) ? SellAsync(request, tag, next, ct) : next(request, ct);

    private async ValueTask<ResultOrAlternate<CallToolResult>> SellAsync(
        RequestContext<CallToolRequestParams> request,
        PriceTag tag,
        McpRequestHandler<CallToolRequestParams, ResultOrAlternate<CallToolResult>> next,
        CancellationToken ct)
    {
        var resource = ResourceInfo.Create($"mcp://tool/{request.Params!.Name}", tag.Description, tag.MimeType, _options.ServiceName);
        PaymentPayload payment;
        try
        {
            if (request.Params.Meta?[PaymentKey] is not { } shown)
            {
                return await TermsAsync(request, tag, resource, "payment_required", null, ct);
            }

            payment = PaymentPayload.Read(WireJson.Parse(Encoding.UTF8.GetBytes(shown.ToJsonString())));
        }
        catch (X402FormatException)
        {
            return await TermsAsync(request, tag, resource, "invalid_payment", null, ct);
        }

        switch (await _cashier.AdmitAsync(tag, resource, payment, ct))
        {
            case Admission.Refused refused:
                return await TermsAsync(request, tag, resource, refused.Code, null, ct);
            case Admission.Repeated repeated:
                return Paid(repeated.Answer, repeated.Settlement);
            case Admission.Resumed resumed:
                return await SettleAsync(request, tag, resource, resumed.Ticket, resumed.Answer, ct);
            case Admission.Taken { Ticket: var ticket } when tag.Order == SettlementOrder.BeforeWork:
                return await SettleThenWorkAsync(request, tag, resource, ticket, next, ct);
            case Admission.Taken { Ticket: var ticket }:
                if (await WorkAsync(request, ticket, next, ct) is not { IsError: not true } result)
                {
                    _cashier.Cancel(ticket);
                    return Failed();
                }

                return await SettleAsync(request, tag, resource, ticket, Keep(result), ct);
            case var other:
                throw new InvalidOperationException($"{other.GetType().Name} is no way to take a payment.");
        }
    }

    /// <summary>Does the work; null when it failed or was handed on as something that ends later, neither of which can be charged.</summary>
    private async ValueTask<CallToolResult?> WorkAsync(
        RequestContext<CallToolRequestParams> request,
        Ticket ticket,
        McpRequestHandler<CallToolRequestParams, ResultOrAlternate<CallToolResult>> next,
        CancellationToken ct)
    {
        try
        {
            var result = await next(request, ct);
            return result.IsAlternate ? null : result.Result;
        }
        catch
        {
            _cashier.Cancel(ticket);
            throw;
        }
    }

    private async ValueTask<ResultOrAlternate<CallToolResult>> SettleThenWorkAsync(
        RequestContext<CallToolRequestParams> request,
        PriceTag tag,
        ResourceInfo resource,
        Ticket ticket,
        McpRequestHandler<CallToolRequestParams, ResultOrAlternate<CallToolResult>> next,
        CancellationToken ct)
    {
        if (await _cashier.SettleAsync(ticket, null, null) is not Outcome.Settled settled)
        {
            return await TermsAsync(request, tag, resource, "settlement_failed", null, ct);
        }

        var result = await next(request, ct);
        if (!result.IsAlternate)
        {
            Stamp(result.Result!, settled.Response);
        }

        return result;
    }

    private async ValueTask<ResultOrAlternate<CallToolResult>> SettleAsync(
        RequestContext<CallToolRequestParams> request, PriceTag tag, ResourceInfo resource, Ticket ticket, KeptAnswer answer, CancellationToken ct) =>
        await _cashier.SettleAsync(ticket, null, answer) switch
        {
            Outcome.Settled settled => Paid(answer, settled.Response),
            Outcome.Unsettled unsettled => await TermsAsync(request, tag, resource, unsettled.Response.ErrorReason ?? "settlement_failed", unsettled.Response, ct),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is no end of a settlement."),
        };

    private async ValueTask<ResultOrAlternate<CallToolResult>> TermsAsync(
        RequestContext<CallToolRequestParams> request, PriceTag tag, ResourceInfo resource, string error, SettlementResponse? settlement, CancellationToken ct)
    {
        PaymentRequired terms;
        try
        {
            (terms, _) = await _cashier.TermsAsync(tag, resource, error, null, ct);
        }
        catch (FacilitatorException problem)
        {
            return new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = $"{problem.Code}: {problem.Message} Next: try again later." }] };
        }

        var json = JsonElement.Parse(terms.ToJson());
        var meta = settlement is null ? null : new JsonObject { [ResponseKey] = JsonNode.Parse(settlement.ToJson()) };
        if (settlement is null && ReadsPaymentResults(request))
        {
            return ResultOrAlternate<CallToolResult>.FromAlternate(
                new PaymentRequiredResult { ResultType = PaymentRequiredResult.Type, PaymentRequired = json }, McpJson.Default.PaymentRequiredResult);
        }

        return new CallToolResult
        {
            IsError = true,
            StructuredContent = json,
            Content = [new TextContentBlock { Text = json.GetRawText() }],
            Meta = meta,
        };
    }

    /// <summary>Whether this request advertises the extension; earlier requests of the client say nothing about it.</summary>
    private static bool ReadsPaymentResults(RequestContext<CallToolRequestParams> request) =>
        request.JsonRpcRequest.Context?.ProtocolVersion is { } version && string.CompareOrdinal(version, "2026-07-28") >= 0
        && request.Params?.Meta?[MetaKeys.ClientCapabilities] is JsonObject capabilities
        && capabilities["extensions"] is JsonObject extensions && extensions.ContainsKey(Extension);

    private static KeptAnswer Keep(CallToolResult result) =>
        new(200, [], JsonSerializer.SerializeToUtf8Bytes(result, McpJson.Default.CallToolResult));

    private static ResultOrAlternate<CallToolResult> Paid(KeptAnswer answer, SettlementResponse settlement)
    {
        var result = JsonSerializer.Deserialize(answer.Body, McpJson.Default.CallToolResult)!;
        Stamp(result, settlement);
        return result;
    }

    private static void Stamp(CallToolResult result, SettlementResponse settlement) =>
        (result.Meta ??= [])[ResponseKey] = JsonNode.Parse(settlement.ToJson());

    private static ResultOrAlternate<CallToolResult> Failed() => new CallToolResult
    {
        IsError = true,
        Content = [new TextContentBlock { Text = "tool_failed: The tool failed, so nothing was charged. Next: try again." }],
    };
}
