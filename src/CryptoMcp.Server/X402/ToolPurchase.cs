using System.Text;
using System.Text.Json;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Payments;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Web;

namespace CryptoMcp.Server.X402;

/// <summary>Buys one call of a tool: the same care as for a web resource, in the words of MCP.</summary>
internal sealed class ToolPurchase(GuardClient guard, ToolSeller seller, OfferJudge judge, X402Payer payer)
{
    /// <summary>Calls the tool and pays when it asks for payment.</summary>
    /// <exception cref="ToolException">Nothing was signed, and why.</exception>
    public async Task<Purchase> CallAsync(Uri address, string tool, JsonElement arguments, PayWish wish, CancellationToken ct)
    {
        // The identity of the purchase: this tool, there, with these arguments.
        var identity = new WebRequest
        {
            Address = address, Method = "MCP", Body = Encoding.UTF8.GetBytes($"{tool}\n{arguments.GetRawText()}"),
        };
        wish = wish with { IsTool = true, RequestSha256 = identity.Sha256() };
        var (session, result, terms) = await AskAsync(address, tool, arguments, ct).ConfigureAwait(false);
        if (terms is null)
        {
            return Purchase.Free(AnswerOf(result));
        }

        var signed = await payer.SignAsync(terms, await judge.JudgeAsync(terms, identity, wish, ct).ConfigureAwait(false), wish, bound: null, ct).ConfigureAwait(false);
        if (signed.Offer is null)
        {
            return Purchase.Held(signed.Payment) with { Repeated = signed.Payment.Repeated };
        }

        var envelope = PaymentEnvelope.Of(terms, signed.Offer, signed.Payment, signed.Permit);
        SellerAnswer? answer = null;
        SettlementClaim? claim = null;
        string? failure = null;
        try
        {
            var paid = await seller.CallAsync(session, tool, arguments, envelope, SellerLimits.Paying, ct).ConfigureAwait(false);
            failure = paid is null ? "no result of the call" : null;
            answer = paid is { } delivered ? AnswerOf(delivered) : null;
            claim = paid is { } with ? ClaimIn(with) : null;
        }
        catch (WebFailureException e)
        {
            failure = e.Message;
        }

        var recorded = await guard.RecordAnswerAsync(signed.Payment.PaymentId, Receipts.Of(answer, claim) with { Status = null }, ct).ConfigureAwait(false);
        var payment = await payer.LookOnAsync(recorded, answer?.IsSuccess == true || claim?.Settlement is { Success: true } or { IsPending: true }, ct).ConfigureAwait(false);
        return Purchase.Of(signed, payment, answer, claim, failure, identity, terms) with { Repeated = signed.Payment.Repeated };
    }

    private async Task<(ToolSession Session, JsonElement Result, PaymentRequired? Terms)> AskAsync(Uri address, string tool, JsonElement arguments, CancellationToken ct)
    {
        try
        {
            var session = await seller.OpenAsync(address, ct).ConfigureAwait(false);
            var result = await seller.CallAsync(session, tool, arguments, payment: null, SellerLimits.Asking, ct).ConfigureAwait(false)
                ?? throw new ToolException("seller_unreachable", "That address does not answer a call of the tool as an MCP server over Streamable HTTP.", "Nothing was signed. Check address and tool name.");
            return (session, result, ToolSeller.TermsIn(result));
        }
        catch (WebFailureException e)
        {
            throw new ToolException(
                e.Kind is WebFailure.NotAllowed or WebFailure.PrivateAddress ? "address_not_allowed" : "seller_unreachable",
                e.Message, "Nothing was signed. Check the address, or try later.", e);
        }
        catch (X402FormatException e)
        {
            throw new ToolException("terms_unreadable", $"The tool asks for payment, but its terms cannot be read: {e.Message}", "Nothing was signed. This tool cannot be paid as it is.", e);
        }
    }

    /// <summary>The result as an answer: 402 when it asks for payment again, 500 when it is an error, else 200.</summary>
    private static SellerAnswer AnswerOf(JsonElement result)
    {
        var isError = result.TryGetProperty("isError", out var flag) && flag.ValueKind == JsonValueKind.True;
        bool asksAgain;
        try
        {
            asksAgain = ToolSeller.TermsIn(result) is not null;
        }
        catch (X402FormatException)
        {
            asksAgain = true;
        }

        var text = new StringBuilder();
        if (result.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array)
        {
            foreach (var block in content.EnumerateArray())
            {
                if (block.ValueKind == JsonValueKind.Object && block.TryGetProperty("text", out var part) && part.ValueKind == JsonValueKind.String)
                {
                    text.Append(part.GetString()).Append('\n');
                }
            }
        }

        if (text.Length == 0 && result.TryGetProperty("structuredContent", out var structured))
        {
            text.Append(structured.GetRawText());
        }

        return SellerAnswer.Of(asksAgain ? 402 : isError ? 500 : 200, "text/plain", Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static SettlementClaim? ClaimIn(JsonElement result)
    {
        if (!result.TryGetProperty("_meta", out var meta) || meta.ValueKind != JsonValueKind.Object
            || !meta.TryGetProperty("x402/payment-response", out var response))
        {
            return null;
        }

        try
        {
            return new(SettlementResponse.Read(response), null);
        }
        catch (X402FormatException)
        {
            return new(null, "The seller's receipt cannot be read.");
        }
    }
}
