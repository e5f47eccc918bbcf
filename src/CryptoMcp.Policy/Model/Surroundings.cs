namespace CryptoMcp.Policy;

/// <summary>How the owner approves.</summary>
public sealed record Approval
{
    /// <summary>Who may approve.</summary>
    public required IReadOnlyList<Approver> By { get; init; }

    /// <summary>How many different approvers are needed.</summary>
    public int Need { get; init; } = 1;

    /// <summary>How long a waiting approval lives.</summary>
    public required TimeSpan Expires { get; init; }

    /// <summary>How many may wait at once.</summary>
    public required int MaxWaiting { get; init; }

    /// <summary>How long nothing may be asked after a refusal; null for not at all.</summary>
    public TimeSpan? RestAfterRefusal { get; init; }
}

/// <summary>One way to approve.</summary>
/// <param name="Id">Id in the file.</param>
/// <param name="Kind"><c>webauthn</c>, <c>terminal-passphrase</c> or <c>hardware-wallet</c>.</param>
/// <param name="Credential">Credential id of the authenticator.</param>
public sealed record Approver(string Id, string Kind, string? Credential);

/// <summary>Where a chain is read.</summary>
public sealed record RpcEndpoints
{
    /// <summary>https URLs; http on loopback only.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    /// <summary>How many of them have to agree on a fact that decides money.</summary>
    public required int Agree { get; init; }

    /// <summary>Block tag that counts as final: <c>finalized</c> or <c>safe</c>.</summary>
    public string Final { get; init; } = "finalized";

    /// <summary>True when the same endpoints are asked in the same way.</summary>
    public bool IsSame(RpcEndpoints other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Agree == other.Agree && Final == other.Final && Urls.SequenceEqual(other.Urls);
    }
}

/// <summary>How the policy may change. Tightening takes effect at once.</summary>
/// <param name="LoosenWait">How long a loosening waits after its approval.</param>
/// <param name="LoosenBy">Approvers whose factor a loosening needs.</param>
public sealed record PolicyChanges(TimeSpan LoosenWait, IReadOnlyList<string> LoosenBy);
