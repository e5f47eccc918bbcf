using CryptoMcp.Payments;

namespace CryptoMcp.Server.X402;

/// <summary>What the seller says about the settlement. A claim: nothing is concluded from it about the money.</summary>
/// <param name="Settlement">The claim; null when it is missing or unreadable.</param>
/// <param name="Problem">Why it could not be read.</param>
internal sealed record SettlementClaim(SettlementResponse? Settlement, string? Problem)
{
    /// <summary>Reads it from an answer, whatever its status.</summary>
    public static SettlementClaim Read(SellerAnswer answer)
    {
        var name = answer.Count(PaymentHeader.Response) > 0 ? PaymentHeader.Response : PaymentHeader.ResponseV1;
        if (answer.Count(name) == 0)
        {
            return new(null, null);
        }

        try
        {
            return answer.Header(name) is { } value
                ? new(SettlementResponse.Read(PaymentHeader.Decode(value)), null)
                : new(null, "The seller sent more than one receipt.");
        }
        catch (X402FormatException)
        {
            return new(null, "The seller's receipt cannot be read.");
        }
    }
}
