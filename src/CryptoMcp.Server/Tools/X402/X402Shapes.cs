using System.Text;
using System.Text.Unicode;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;
using CryptoMcp.Server.X402;

namespace CryptoMcp.Server.Tools.X402;

/// <summary>Shapes purchases into what a model reads: never the signature, never a raw header.</summary>
internal static class X402Shapes
{
    private const int MostText = 16_000;
    private const int MostOffers = 10;

    public static X402QuoteResult Of(Terms terms)
    {
        if (terms.Required is not { } required)
        {
            return new()
            {
                Charges = false,
                Status = terms.Answer.Status,
                Next = terms.Answer.IsSuccess ? "It is there without payment; fetch it by any means." : "The seller neither delivers nor names a price.",
            };
        }

        var offers = terms.Offers.Take(MostOffers).Select(Of).ToList();
        var notes = new List<string>();
        if (SellerTerms.OtherProtocol(terms.Answer, terms.Asked) is not null)
        {
            notes.Add("The seller also names another payment protocol (MPP or L402), which this wallet does not use.");
        }

        if (required.Unreadable.Count > 0)
        {
            notes.Add($"{required.Unreadable.Count} more offers could not be read.");
        }

        return new()
        {
            Charges = true,
            Status = terms.Answer.Status,
            QuoteId = terms.QuoteId,
            Price = terms.Best?.Check?.Amount,
            Offers = offers,
            UntrustedDescription = Cleaned(required.Resource?.Description),
            UntrustedError = Cleaned(required.Error),
            Notes = notes.Count == 0 ? null : notes,
            Next = terms.Best is null ? "None of these can be paid; tell the user why." : "Pass url and quote_id to x402_pay if it is worth that.",
        };
    }

    public static X402PayResult Of(Purchase purchase)
    {
        var answer = purchase.Answer;
        var (text, note) = answer is null ? (null, null) : TextOf(answer);
        return new()
        {
            Outcome = purchase.Outcome,
            PaymentId = purchase.Payment?.PaymentId,
            State = purchase.Payment is { } paid ? Views.StateOf(paid) : null,
            Approval = Views.Of(purchase.Payment?.Approval),
            Summary = purchase.Payment?.Summary,
            TransactionId = purchase.Payment?.TransactionId,
            KnownAt = purchase.Payment is { State: "signing" or "exposed", ExpiresAt: { } until } ? Texts.Time(until) : null,
            Repeated = purchase.Repeated ? true : null,
            Status = answer?.Status,
            UntrustedContentType = Cleaned(answer?.ContentType),
            UntrustedBody = text,
            BodyBytes = answer?.Body.Length,
            BodySha256 = answer is { Body.Length: > 0 } ? answer.Sha256() : null,
            BodyNote = note,
            Warnings = purchase.Warnings.Count == 0 ? null : purchase.Warnings,
            IdempotencyKey = purchase.Payment?.IdempotencyKey,
            Next = purchase.Next,
        };
    }

    private static X402OfferShape Of(JudgedOffer judged) => new()
    {
        Allowed = judged.WhyNot is null,
        Amount = judged.Check?.Amount,
        UntrustedScheme = UntrustedText.Clean(judged.Offer.Scheme, 32),
        UntrustedNetwork = UntrustedText.Clean(judged.Offer.Network, 48),
        UntrustedPayTo = UntrustedText.Clean(judged.Offer.PayTo, 64),
        ChargedFirst = judged.Offer.PaymentFlow == "upfront" ? true : null,
        WhyNot = judged.WhyNot,
    };

    private static (string? Text, string? Note) TextOf(SellerAnswer answer)
    {
        if (answer.Body.IsEmpty)
        {
            return (null, answer.IsCut ? "The answer came in an encoding that was not asked for and was not read." : null);
        }

        // Half a character at the cut is no reason to call a text binary.
        var body = answer.Body.Span;
        var whole = answer.IsCut ? body[..LastWhole(body)] : body;
        if (!Utf8.IsValid(whole) || whole.IndexOf((byte)0) >= 0)
        {
            return (null, $"Binary: {body.Length} bytes{(answer.IsCut ? " were read, and there were more" : "")}.");
        }

        var text = Encoding.UTF8.GetString(whole);
        var cleaned = UntrustedText.Clean(text, MostText);
        return (cleaned, answer.IsCut || text.Length > MostText ? $"Cut: the first {MostText} characters at most of {(answer.IsCut ? "more than " : "")}{body.Length} bytes." : null);
    }

    private static int LastWhole(ReadOnlySpan<byte> utf8)
    {
        var end = utf8.Length;
        while (end > 0 && utf8.Length - end < 4 && (utf8[end - 1] & 0xC0) == 0x80)
        {
            end--;
        }

        return end > 0 && utf8[end - 1] >= 0xC0 ? end - 1 : utf8.Length;
    }

    private static string? Cleaned(string? text) => UntrustedText.Clean(text) is { Length: > 0 } cleaned ? cleaned : null;
}
