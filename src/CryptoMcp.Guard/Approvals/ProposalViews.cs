using System.Globalization;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Policies;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Approvals;

/// <summary>A proposed policy as a person reads it.</summary>
internal static class ProposalViews
{
    public static string StatusOf(Proposal proposal) => proposal.State switch
    {
        ProposalState.Proposed => "waiting",
        ProposalState.Approved or ProposalState.InForce => "approved",
        ProposalState.Refused => "refused",
        ProposalState.Expired => "expired",
        _ => "superseded",
    };

    public static ApprovalView Of(Proposal proposal, PolicyStore policies, Func<string, string?> urlOf)
    {
        var document = proposal.Document;
        return new()
        {
            ApprovalId = proposal.ApprovalId,
            Kind = "policy",
            Status = StatusOf(proposal),
            Summary = string.Create(
                CultureInfo.InvariantCulture, $"Policy revision {document.Revision} '{document.Name}' instead of revision {policies.Current.Revision}"),
            Sha256 = proposal.Sha256,
            Client = document.Client,
            Facts =
            [
                .. document.NewlyAllowed.Select(sentence => new ApprovalFact("Newly allowed", sentence)),
                .. document.Raised.Select(sentence => new ApprovalFact("Wider limit", sentence)),
                .. document.Tightened.Select(sentence => new ApprovalFact("Tighter", sentence)),
                new("Proposed by", document.Client),
                new("File", $"SHA-256 {document.FileSha256}"),
                new("Takes effect", Effect(proposal)),
            ],
            Quotes = [],
            AskedAt = document.AskedAt,
            ExpiresAt = document.ExpiresAt,
            Url = proposal.State == ProposalState.Proposed ? urlOf(proposal.ApprovalId) : null,
            Next = proposal.State switch
            {
                ProposalState.Proposed => "Open the approval page, or run 'cryptomcp approve' in a terminal.",
                ProposalState.Approved => "It takes effect by itself; 'cryptomcp policy cancel' calls it back.",
                _ => null,
            },
        };
    }

    private static string Effect(Proposal proposal) => proposal.ApprovedAt is { } approved
        ? $"not before {(approved + proposal.Document.Wait).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}"
        : $"{PolicySpan.Format(proposal.Document.Wait)} after you approve it";
}
