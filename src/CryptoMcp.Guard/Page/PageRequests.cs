using System.Text.Json.Serialization;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Owner;

namespace CryptoMcp.Guard.Page;

internal sealed record ApproveRequest
{
    public required string ApprovalId { get; init; }

    /// <summary>Hash of the document that the page showed.</summary>
    public required string Sha256 { get; init; }

    public required Assertion Assertion { get; init; }
}

internal sealed record RefuseRequest
{
    public required string ApprovalId { get; init; }
}

internal sealed record EnrolmentRequest
{
    public required string Code { get; init; }
}

internal sealed record EnrolmentChallenges
{
    /// <summary>Base64url.</summary>
    public required string Create { get; init; }

    /// <summary>Base64url.</summary>
    public required string Prove { get; init; }

    /// <summary>Passkeys that are enrolled already, base64url.</summary>
    public required IReadOnlyList<string> Known { get; init; }
}

internal sealed record EnrollRequest
{
    public required string Code { get; init; }

    public required Registration Registration { get; init; }

    public required Assertion Proof { get; init; }
}

/// <summary>A POST whose body says nothing.</summary>
internal sealed record EmptyRequest;

/// <summary>What came of it, in one sentence.</summary>
internal sealed record PageAnswer(string Message);

/// <summary>Changes whenever anything on the page may have changed.</summary>
internal sealed record PageVersion(string Version);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ApproveRequest))]
[JsonSerializable(typeof(RefuseRequest))]
[JsonSerializable(typeof(EnrolmentRequest))]
[JsonSerializable(typeof(EnrolmentChallenges))]
[JsonSerializable(typeof(EnrollRequest))]
[JsonSerializable(typeof(EmptyRequest))]
[JsonSerializable(typeof(PageAnswer))]
[JsonSerializable(typeof(PageVersion))]
[JsonSerializable(typeof(GuardProblem))]
internal sealed partial class PageJson : JsonSerializerContext;
