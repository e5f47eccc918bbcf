using CryptoMcp.Payments;
using CryptoMcp.Server.Infrastructure;

namespace CryptoMcp.Server.X402;

/// <summary>The terms in a seller's 402, or what is there instead.</summary>
internal static class SellerTerms
{
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>Reads the terms of an answer with status 402, or 412 (terms again, allowance missing).</summary>
    /// <exception cref="ToolException"><c>terms_unreadable</c>, <c>other_protocol</c>.</exception>
    public static PaymentRequired Read(SellerAnswer answer, WebRequest request)
    {
        try
        {
            switch (answer.Count(PaymentHeader.Required))
            {
                case 1:
                    return PaymentRequired.Read(PaymentHeader.Decode(answer.Header(PaymentHeader.Required)!));
                case > 1:
                    throw new X402FormatException("There is more than one PAYMENT-REQUIRED header.");
            }

            if (!answer.IsCut && answer.Body.Length is > 0 and <= MaxBodyBytes && answer.Body.Span.IndexOf("x402Version"u8) >= 0)
            {
                var terms = PaymentRequired.Read(WireJson.Parse(answer.Body));
                return terms.Version == 1 ? terms : throw new X402FormatException("Terms of version 2 stand in the header, not in the body.");
            }
        }
        catch (X402FormatException e)
        {
            throw new ToolException(
                "terms_unreadable", $"{request.Shown} asks for payment, but its terms cannot be read: {e.Message}", "Nothing was signed. This seller cannot be paid as it is.", e);
        }

        throw OtherProtocol(answer, request) ?? new ToolException(
            "terms_unreadable", $"{request.Shown} asks for payment without terms of x402.", "Nothing was signed. This seller cannot be paid as it is.");
    }

    /// <summary>Payment protocols beside or instead of x402 that are known by name only.</summary>
    public static ToolException? OtherProtocol(SellerAnswer answer, WebRequest request)
    {
        foreach (var challenge in answer.All("WWW-Authenticate"))
        {
            if (Starts(challenge, "Payment "))
            {
                return new("other_protocol", $"{request.Shown} wants to be paid by MPP (the 'Payment' authentication scheme), which this wallet does not speak.", "Nothing was signed. Look for the same service with x402.");
            }

            if (Starts(challenge, "L402 ") || Starts(challenge, "LSAT "))
            {
                return new("other_protocol", $"{request.Shown} wants to be paid by L402, a Lightning invoice, which this wallet does not pay.", "Nothing was signed. Look for the same service with x402.");
            }
        }

        return null;
    }

    private static bool Starts(string text, string scheme) => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);
}
