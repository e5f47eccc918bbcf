using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Payments;

namespace CryptoMcp.Server.X402;

/// <summary>
/// Turns a seller's offers into intents and asks the guard about each. The best is the cheapest that the policy allows: a
/// seller that puts the dear one first gains nothing.
/// </summary>
internal sealed class OfferJudge(GuardClient guard)
{
    /// <summary>Offers that the guard is asked about; more than any honest seller makes.</summary>
    private const int MostAsked = 20;

    /// <summary>All offers, the best first.</summary>
    public async Task<IReadOnlyList<JudgedOffer>> JudgeAsync(PaymentRequired terms, WebRequest request, PayWish wish, CancellationToken ct)
    {
        var judged = new List<JudgedOffer>();
        foreach (var offer in terms.Accepts)
        {
            judged.Add(await JudgeAsync(offer, request, wish, judged.Count < MostAsked, ct).ConfigureAwait(false));
        }

        // A stable sort: ties keep the seller's order.
        return [.. judged.OrderBy(one => one.Rank).ThenBy(one => one.Offer.PaymentFlow == "upfront").ThenBy(one => one.Offer.Scheme != "exact").ThenBy(one => one.Value)];
    }

    private async Task<JudgedOffer> JudgeAsync(PaymentRequirements offer, WebRequest request, PayWish wish, bool ask, CancellationToken ct)
    {
        if (WhyUnknown(offer) is { } unknown)
        {
            return new(offer, null, unknown, null);
        }

        if (wish.Chain is { } only && ChainOf(offer) != only)
        {
            return new(offer, null, "another chain than asked for.", null);
        }

        var intent = IntentOf(offer, request, wish);
        if (!ask)
        {
            return new(offer, null, $"more than {MostAsked} offers; not looked at.", null);
        }

        try
        {
            var check = await guard.CheckAsync(intent, wish.Client, ct).ConfigureAwait(false);
            return new(offer, intent, check.Decision.Verdict == "allow" ? null : $"{check.Decision.Code}: {check.Decision.Reason}", check);
        }
        catch (GuardException e) when (e.Problem.Code is not ("guard_unreachable" or "guard_timeout" or "guard_answer"))
        {
            return new(offer, null, $"{e.Problem.Code}: {e.Problem.Problem}", null);
        }
    }

    private static string? WhyUnknown(PaymentRequirements offer)
    {
        if (!X402Networks.TryFind(offer.Network, offer.Version, out var chain))
        {
            return "unknown network.";
        }

        if (!chain.IsEvm)
        {
            return "paying on that kind of chain is not supported.";
        }

        if (offer.Scheme is not ("exact" or "upto") || (offer.Version == 1 && offer.Scheme != "exact"))
        {
            return "unknown scheme.";
        }

        if (offer.HasExtra("assetTransferMethod") && offer.TransferMethod is not ("eip3009" or "permit2"))
        {
            return "unknown transfer method.";
        }

        if (offer.Scheme == "upto" && (offer.TransferMethod == "eip3009" || offer.Extra("facilitatorAddress") is null))
        {
            return "upto without Permit2 or without a named facilitator.";
        }

        if (offer.HasExtra("paymentFlow") && offer.PaymentFlow is not ("authorization" or "upfront"))
        {
            return "unknown payment flow.";
        }

        return offer.Amount.IsZero ? "nothing to pay is no offer." : null;
    }

    private static ChainId ChainOf(PaymentRequirements offer) => X402Networks.TryFind(offer.Network, offer.Version, out var chain) ? chain : default;

    private static X402PayIntent IntentOf(PaymentRequirements offer, WebRequest request, PayWish wish) => new()
    {
        Chain = ChainOf(offer).ToString(),
        Wallet = wish.Wallet,
        IdempotencyKey = wish.Key,
        Scheme = offer.Scheme,
        TransferMethod = offer.TransferMethod ?? (offer.Scheme == "upto" ? "permit2" : "eip3009"),
        Asset = offer.Asset,
        Amount = offer.Amount.ToString(System.Globalization.CultureInfo.InvariantCulture),
        PayTo = offer.PayTo,
        Facilitator = offer.Scheme == "upto" ? offer.Extra("facilitatorAddress") : null,
        MaxTimeoutSeconds = offer.MaxTimeoutSeconds,
        Host = HostOf(request.Address),
        DomainName = offer.Extra("name"),
        DomainVersion = offer.Extra("version"),
        AtMost = wish.AtMost,
        Purchase = new()
        {
            Method = wish.IsTool ? "MCP" : request.Method,
            UntrustedResource = request.Shown,
            RequestSha256 = wish.RequestSha256 ?? request.Sha256(),
            OfferSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(offer.Json.GetRawText()))),
            Version = offer.Version,
        },
    };

    private static string HostOf(Uri address) => address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost;
}

/// <summary>What the caller of a tool wants beside the request itself.</summary>
internal sealed record PayWish
{
    public required string Client { get; init; }

    public string? Key { get; init; }

    public string? Wallet { get; init; }

    /// <summary>The most to pay, decimal text with unit.</summary>
    public string? AtMost { get; init; }

    /// <summary>Only on this chain.</summary>
    public ChainId? Chain { get; init; }

    /// <summary>The quote that it is bound to.</summary>
    public string? QuoteId { get; init; }

    /// <summary>True for a tool of an MCP server.</summary>
    public bool IsTool { get; init; }

    /// <summary>The purchase's identity where the HTTP request is not it, as for calls of MCP tools.</summary>
    public string? RequestSha256 { get; init; }
}

/// <summary>An offer with what guard and policy say of it.</summary>
/// <param name="Offer">As received.</param>
/// <param name="Intent">What the guard would be asked for; null when it cannot be.</param>
/// <param name="WhyNot">Why it cannot be taken; null when the policy allows it.</param>
/// <param name="Check">What the guard says of it.</param>
internal sealed record JudgedOffer(PaymentRequirements Offer, X402PayIntent? Intent, string? WhyNot, QuoteView? Check)
{
    /// <summary>Allowed, then what the owner may be asked for, then the rest.</summary>
    public int Rank => WhyNot is null ? 0 : Check?.Decision.Verdict == "ask" ? 1 : 2;

    /// <summary>Dollars in units of 10^-8; very much where the policy knows no value.</summary>
    public BigInteger Value => Check?.Value is { } text && text.Split(' ') is [var number, _]
        ? DecimalText.ParseUnits(number, Usd.Decimals)
        : BigInteger.One << 256;
}
