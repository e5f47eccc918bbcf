namespace CryptoMcp.Guard.Approvals;

/// <summary>The journal's record of a yes, written before anything is done about it.</summary>
internal sealed record ApprovalGiven
{
    /// <summary>What was approved.</summary>
    public required string ApprovalId { get; init; }

    /// <summary>Hash of the document that was approved.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Who of the policy's <c>approval.by</c>.</summary>
    public required string By { get; init; }

    /// <summary><c>webauthn</c> or <c>terminal-passphrase</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Id of the passkey, where it was one.</summary>
    public string? Credential { get; init; }
}
