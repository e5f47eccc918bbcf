using System.ComponentModel;

namespace CryptoMcp.Server.Tools.Shapes;

/// <summary>That the owner is asked.</summary>
public sealed record ApprovalShape
{
    /// <summary>For <c>approval_get</c>.</summary>
    public required string ApprovalId { get; init; }

    /// <summary>How the question stands.</summary>
    public required string Status { get; init; }

    /// <summary>The page on which the owner answers.</summary>
    public string? Url { get; init; }

    /// <summary>When the question ends by itself, ISO 8601.</summary>
    public required string ExpiresAt { get; init; }
}

/// <summary>Answer of <c>approval_get</c>.</summary>
public sealed record ApprovalResult
{
    /// <summary>The question's id.</summary>
    public required string ApprovalId { get; init; }

    /// <summary>How the question stands.</summary>
    [Description("waiting, approved, refused, expired, withdrawn or superseded.")]
    public required string Status { get; init; }

    /// <summary>What is asked, in words.</summary>
    public required string Summary { get; init; }

    /// <summary>The rule that asks.</summary>
    public string? Rule { get; init; }

    /// <summary>The page on which the owner answers.</summary>
    public string? Url { get; init; }

    /// <summary>When the question ends by itself, ISO 8601.</summary>
    public required string ExpiresAt { get; init; }

    /// <summary>The payment that it is about, as it stands.</summary>
    public string? PaymentId { get; init; }

    /// <summary>State of that payment.</summary>
    public string? PaymentState { get; init; }

    /// <summary>What that state means.</summary>
    public string? PaymentMeans { get; init; }

    /// <summary>What to do next.</summary>
    public string? Next { get; init; }
}
