using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Server.X402;

/// <summary>What of a seller's answer goes on record.</summary>
internal static class Receipts
{
    public static PurchaseAnswer Of(SellerAnswer? answer, SettlementClaim? claim) => new()
    {
        Status = answer?.Status,
        BodySha256 = answer?.Sha256(),
        BodyBytes = answer?.Body.Length,
        Claim = claim switch
        {
            { Problem: not null } => "unreadable",
            { Settlement: { Success: true } } => "settled",
            { Settlement: { IsPending: true } } => "pending",
            { Settlement: not null } => "failed",
            _ => null,
        },
        ClaimedTransaction = claim?.Settlement is { } settlement && Hash32.TryParse(settlement.Transaction, out var hash) ? hash.ToString() : null,
    };
}
