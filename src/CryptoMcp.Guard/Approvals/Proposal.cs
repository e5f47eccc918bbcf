using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CryptoMcp.Guard.Approvals;

/// <summary>How a proposed policy stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProposalState>))]
internal enum ProposalState
{
    /// <summary>The owner is asked.</summary>
    Proposed,

    /// <summary>Approved; its delay runs.</summary>
    Approved,

    /// <summary>In force.</summary>
    InForce,

    /// <summary>The owner said no.</summary>
    Refused,

    /// <summary>Nobody approved it in time.</summary>
    Expired,

    /// <summary>Another policy came first, or it was called back.</summary>
    Dropped,
}

/// <summary>A proposal and how it stands, as the journal records it.</summary>
internal sealed record Proposal
{
    public required string ApprovalId { get; init; }

    public required PolicyProposal Document { get; init; }

    /// <summary>Hash of the document: what an approval is a yes to.</summary>
    public required string Sha256 { get; init; }

    public required ProposalState State { get; init; }

    /// <summary>When it was asked, in the ledger's time, which no system clock sets forward.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was approved, in the ledger's time.</summary>
    public DateTimeOffset? ApprovedAt { get; init; }

    public static string HashOf(PolicyProposal document) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(document, ApprovalJson.Default.PolicyProposal)));
}
