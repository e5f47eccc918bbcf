namespace CryptoMcp.Guard.Approvals;

/// <summary>
/// A change of policy that permits something new: what the owner is asked, frozen. It is written to the journal at every
/// step, and the latest record is how it stands.
/// </summary>
internal sealed record PolicyProposal
{
    /// <summary>Version of this form.</summary>
    public int V { get; init; } = 1;

    /// <summary>Random, so that no two questions have the same hash.</summary>
    public required string Salt { get; init; }

    public required string Client { get; init; }

    /// <summary>The exact bytes of the file, base64.</summary>
    public required string File { get; init; }

    public required string FileSha256 { get; init; }

    public required string Name { get; init; }

    public required int Revision { get; init; }

    /// <summary>SHA-256 of the policy that it would replace: a change is judged against exactly that one.</summary>
    public required string Replaces { get; init; }

    public required IReadOnlyList<string> NewlyAllowed { get; init; }

    public required IReadOnlyList<string> Raised { get; init; }

    public required IReadOnlyList<string> Tightened { get; init; }

    /// <summary>How long it waits after it is approved.</summary>
    public required TimeSpan Wait { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
