using CryptoMcp.Guard.Contracts;
using CryptoMcp.Payments;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Web;

namespace CryptoMcp.Server.X402;

/// <summary>
/// One purchase from a stranger: ask, judge, have one signature made, hand it over once, and say truthfully what came of it.
/// From the signature on, only the chain tells about the money; the seller's word is shown as the seller's word.
/// </summary>
internal sealed class X402Payer(GuardClient guard, SellerHttp http, OfferJudge judge, QuoteBook quotes, AnswerShelf shelf, TimeProvider clock)
{
    private const int Looks = 6;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    /// <summary>What the request would cost. Signs nothing.</summary>
    public async Task<Terms> QuoteAsync(WebRequest request, PayWish wish, CancellationToken ct)
    {
        var (answer, asked) = await AskAsync(request, ct).ConfigureAwait(false);
        if (answer.Status is not (402 or 412))
        {
            return new(asked, answer, null, [], null, null);
        }

        var required = SellerTerms.Read(answer, asked);
        var offers = await judge.JudgeAsync(required, asked, wish with { RequestSha256 = request.Sha256() }, ct).ConfigureAwait(false);
        var best = offers.FirstOrDefault(offer => offer.WhyNot is null);
        return new(asked, answer, required, offers, best, best is null ? null : quotes.Add(request.Sha256(), best.Offer));
    }

    /// <summary>Pays for the request if it must be paid, and fetches it.</summary>
    /// <exception cref="ToolException">Nothing was signed, and why.</exception>
    public async Task<Purchase> PayAsync(WebRequest request, PayWish wish, CancellationToken ct)
    {
        wish = wish with { RequestSha256 = request.Sha256() };
        var bound = wish.QuoteId is { } id ? quotes.Bound(id, wish.RequestSha256) : null;
        var (answer, asked) = await AskAsync(request, ct).ConfigureAwait(false);
        if (answer.Status is not (402 or 412))
        {
            return Purchase.Free(answer);
        }

        var terms = SellerTerms.Read(answer, asked);
        var signed = await SignAsync(terms, await judge.JudgeAsync(terms, asked, wish, ct).ConfigureAwait(false), wish, bound, ct).ConfigureAwait(false);
        if (signed.Payment.Repeated && shelf.Find(signed.Payment.PaymentId) is { } kept)
        {
            return Purchase.Again(await LookAsync(signed.Payment, expectsSoon: false, ct).ConfigureAwait(false), kept);
        }

        if (signed.Payment.State == "waiting")
        {
            return Purchase.Asked(signed.Payment);
        }

        var purchase = signed.Offer is null ? Purchase.Held(signed.Payment) : await DeliverAsync(asked, terms, signed, ct).ConfigureAwait(false);
        if (purchase is { Answer: { IsSuccess: true } delivered })
        {
            shelf.Keep(signed.Payment.PaymentId, delivered);
        }

        return purchase with { Repeated = signed.Payment.Repeated };
    }

    /// <summary>Has the best offer signed; the payment that this request already has, if it has one.</summary>
    public async Task<SignedOffer> SignAsync(
        PaymentRequired terms, IReadOnlyList<JudgedOffer> offers, PayWish wish, Func<PaymentRequirements, bool>? bound, CancellationToken ct)
    {
        GuardException? last = null;
        foreach (var judged in offers)
        {
            // An offer that the policy denies is handed in all the same when there is no better: the refusal is the guard's, on record.
            if (judged.Intent is not { } intent || (judged.WhyNot is not null && offers[0].WhyNot is null) || bound?.Invoke(judged.Offer) == false)
            {
                continue;
            }

            try
            {
                var (payment, permit) = await SubmitAsync(terms, intent, wish, ct).ConfigureAwait(false);
                if (payment.State == "denied")
                {
                    throw GuardRefusal.OfDenied(payment);
                }

                return FitOf(payment, permit, judged.Offer, offers);
            }
            catch (GuardException e) when (e.Problem.Code is "insufficient_funds" or "needs_allowance" or "chain_unreachable" or "token_mismatch" or "unknown_domain" or "no_permit")
            {
                // Said before anything was reserved, so the next offer may be tried; any other failure may hide a signature.
                last = e;
            }
        }

        throw last is not null ? GuardRefusal.AsToolException(last) : Declined(offers, bound is not null);
    }

    private static SignedOffer FitOf(PaymentView payment, PaymentView? permit, PaymentRequirements chosen, IReadOnlyList<JudgedOffer> offers)
    {
        if (payment.SignedPayload is null)
        {
            return new(payment, permit, null);
        }

        // A payment of an earlier call goes only to the terms that it was signed for.
        return new(payment, permit, PaymentEnvelope.Fits(chosen, payment) ? chosen : offers.FirstOrDefault(other => PaymentEnvelope.Fits(other.Offer, payment))?.Offer);
    }

    private async Task<(PaymentView Payment, PaymentView? Permit)> SubmitAsync(PaymentRequired terms, X402PayIntent intent, PayWish wish, CancellationToken ct)
    {
        try
        {
            return (await guard.SubmitAsync(intent, wish.Client, ct).ConfigureAwait(false), null);
        }
        catch (GuardException e) when (e.Problem.Code == "needs_allowance" && terms.ExtensionInfo(TokenPermit.Extension) is not null)
        {
            var permit = await guard.SubmitAsync(
                new X402PermitIntent
                {
                    Chain = intent.Chain,
                    Wallet = intent.Wallet,
                    IdempotencyKey = intent.IdempotencyKey is { Length: <= 120 } key ? $"{key}:permit" : null,
                    Asset = intent.Asset,
                    Amount = intent.Amount,
                    MaxTimeoutSeconds = intent.MaxTimeoutSeconds,
                    Host = intent.Host,
                    Purchase = intent.Purchase,
                },
                wish.Client, ct).ConfigureAwait(false);
            if (permit.State == "denied")
            {
                throw GuardRefusal.OfDenied(permit);
            }

            if (permit.State == "waiting")
            {
                return (permit, null);
            }

            return (await guard.SubmitAsync(intent with { PermitPaymentId = permit.PaymentId }, wish.Client, ct).ConfigureAwait(false), permit);
        }
    }

    private async Task<Purchase> DeliverAsync(WebRequest request, PaymentRequired terms, SignedOffer signed, CancellationToken ct)
    {
        var envelope = PaymentEnvelope.Of(terms, signed.Offer!, signed.Payment, signed.Permit);
        SellerAnswer? answer = null;
        string? failure = null;
        try
        {
            answer = await http.PayAsync(
                request, envelope.Version == 1 ? PaymentHeader.PaymentV1 : PaymentHeader.Payment, PaymentHeader.Encode(envelope.ToJson()), SellerLimits.Paying, ct)
                .ConfigureAwait(false);
        }
        catch (WebFailureException e)
        {
            failure = e.Message;
        }

        var claim = answer is null ? null : SettlementClaim.Read(answer);
        var recorded = await guard.RecordAnswerAsync(signed.Payment.PaymentId, Receipts.Of(answer, claim), ct).ConfigureAwait(false);
        var payment = await LookOnAsync(recorded, expectsSoon: answer?.IsSuccess == true || claim?.Settlement is { Success: true } or { IsPending: true }, ct).ConfigureAwait(false);
        return Purchase.Of(signed, payment, answer, claim, failure, request, terms);
    }

    /// <summary>What the chain shows, waiting a moment where the payment should be there.</summary>
    public async Task<PaymentView> LookAsync(PaymentView payment, bool expectsSoon, CancellationToken ct)
    {
        return await LookOnAsync(await guard.GetPaymentAsync(payment.PaymentId, ct).ConfigureAwait(false), expectsSoon, ct).ConfigureAwait(false);
    }

    /// <summary>The same for a payment that was looked at just now.</summary>
    public async Task<PaymentView> LookOnAsync(PaymentView payment, bool expectsSoon, CancellationToken ct)
    {
        for (var look = 1; expectsSoon && payment.State is ("signing" or "exposed") && look < Looks; look++)
        {
            await Task.Delay(s_pause, clock, ct).ConfigureAwait(false);
            payment = await guard.GetPaymentAsync(payment.PaymentId, ct).ConfigureAwait(false);
        }

        return payment;
    }

    private async Task<(SellerAnswer Answer, WebRequest Asked)> AskAsync(WebRequest request, CancellationToken ct)
    {
        try
        {
            return await http.AskAsync(request, SellerLimits.Asking, ct).ConfigureAwait(false);
        }
        catch (WebFailureException e)
        {
            throw new ToolException(
                e.Kind switch
                {
                    WebFailure.NotAllowed or WebFailure.PrivateAddress => "address_not_allowed",
                    WebFailure.TimedOut => "seller_timeout",
                    _ => "seller_unreachable",
                },
                e.Message, "Nothing was signed. Check the address, or try later.", e);
        }
    }

    private static ToolException Declined(IReadOnlyList<JudgedOffer> offers, bool wasBound) => wasBound
        ? new("price_changed", "The seller does not offer any more what was quoted, or asks for more.", "Nothing was signed. Call x402_quote again and decide anew.")
        : new(
            "no_acceptable_offer",
            offers.Count == 0 ? "None of the seller's offers can be read." : $"None of the seller's offers can be taken: {string.Join(" ", offers.Take(5).Select((offer, i) => $"({i + 1}) {offer.WhyNot}"))}",
            "Nothing was signed. Tell the user; x402_quote shows each offer.");
}

/// <summary>What a quote found.</summary>
/// <param name="Asked">The request after redirects.</param>
/// <param name="Answer">The seller's answer.</param>
/// <param name="Required">The terms; null when nothing has to be paid.</param>
/// <param name="Offers">The offers, the best first.</param>
/// <param name="Best">The one that would be taken.</param>
/// <param name="QuoteId">What paying may be bound to.</param>
internal sealed record Terms(
    WebRequest Asked, SellerAnswer Answer, PaymentRequired? Required, IReadOnlyList<JudgedOffer> Offers, JudgedOffer? Best, string? QuoteId);

/// <summary>A signed payment and the offer that it fits; no offer when it may not be sent to these terms.</summary>
internal sealed record SignedOffer(PaymentView Payment, PaymentView? Permit, PaymentRequirements? Offer);
