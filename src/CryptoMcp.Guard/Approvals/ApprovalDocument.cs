using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;

namespace CryptoMcp.Guard.Approvals;

/// <summary>
/// What the owner is asked, frozen when policy said <c>ask</c>: everything that the page shows and everything that the
/// payment is held to when it is carried out. An approval is a yes to the hash of exactly this text.
/// </summary>
internal sealed record ApprovalDocument
{
    /// <summary>Version of this form.</summary>
    public int V { get; init; } = 1;

    /// <summary>Random, so that no two questions have the same hash, however alike they are.</summary>
    public required string Salt { get; init; }

    /// <summary>Who asks.</summary>
    public required string Client { get; init; }

    /// <summary>The kind of spend.</summary>
    public required string Operation { get; init; }

    /// <summary>The wish as it came, from which the bytes are planned again when it is carried out.</summary>
    public required Intent Intent { get; init; }

    /// <summary>The wish in canonical text.</summary>
    public required string Canonical { get; init; }

    /// <summary>The paying account, CAIP-10.</summary>
    public required string Account { get; init; }

    /// <summary>Who gets what, where, in one line.</summary>
    public required string Summary { get; init; }

    public string? To { get; init; }

    /// <summary>The policy's name for the recipient; absent when the policy does not know the address.</summary>
    public string? Payee { get; init; }

    public string? PayeeLabel { get; init; }

    public string? Amount { get; init; }

    /// <summary>The worst-case fee, with the room that <see cref="FeeRoom"/> leaves until the owner has answered.</summary>
    public string? FeeAtMost { get; init; }

    /// <summary>Everything that the bytes can do.</summary>
    public required IReadOnlyList<EffectFact> Effects { get; init; }

    /// <summary>The budgets as they would stand after it.</summary>
    public required IReadOnlyList<BudgetView> Budgets { get; init; }

    /// <summary>How often this recipient was paid before.</summary>
    public required int PaidBefore { get; init; }

    /// <summary>The rule that asks.</summary>
    public required string Rule { get; init; }

    /// <summary>Why it asks.</summary>
    public required string Reason { get; init; }

    /// <summary>The policy that asks.</summary>
    public required PolicySummary Policy { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What others wrote: shown apart, as theirs, and decided on by nobody but the owner.</summary>
    public required IReadOnlyList<QuotedText> Quotes { get; init; }

    /// <summary>The canonical text: members in this order, no white space.</summary>
    public byte[] Print() => JsonSerializer.SerializeToUtf8Bytes(this, ApprovalJson.Default.ApprovalDocument);

    /// <summary>SHA-256 of the canonical text, lower-case hex.</summary>
    public string Sha256() => Convert.ToHexStringLower(SHA256.HashData(Print()));
}

/// <summary>The document with its hash, as it is written into the ledger beside the waiting payment.</summary>
internal sealed record FrozenApproval
{
    public required ApprovalDocument Document { get; init; }

    public required string Sha256 { get; init; }

    public static FrozenApproval Of(ApprovalDocument document) => new() { Document = document, Sha256 = document.Sha256() };

    /// <summary>True when the document still has the hash that was recorded with it.</summary>
    public bool IsWhole => Document.Sha256() == Sha256;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ApprovalDocument))]
[JsonSerializable(typeof(PolicyProposal))]
[JsonSerializable(typeof(Proposal))]
[JsonSerializable(typeof(ApprovalGiven))]
internal sealed partial class ApprovalJson : JsonSerializerContext;
