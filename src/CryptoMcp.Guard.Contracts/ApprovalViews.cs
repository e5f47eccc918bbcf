namespace CryptoMcp.Guard.Contracts;

/// <summary>That the owner is asked, and where the answer is given.</summary>
public sealed record ApprovalNotice
{
    /// <summary>The question's id: <c>apr_…</c>.</summary>
    public required string ApprovalId { get; init; }

    /// <summary><c>waiting</c>, <c>approved</c>, <c>refused</c>, <c>expired</c>, <c>withdrawn</c> or <c>superseded</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The page on which the owner answers; opening it changes nothing. Absent once it is answered.</summary>
    public string? Url { get; init; }

    /// <summary>When the question ends by itself.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>A question to the owner and how it stands.</summary>
public sealed record ApprovalView
{
    /// <summary>The question's id: <c>apr_…</c>.</summary>
    public required string ApprovalId { get; init; }

    /// <summary><c>payment</c> or <c>policy</c>.</summary>
    public required string Kind { get; init; }

    /// <summary><c>waiting</c>, <c>approved</c>, <c>refused</c>, <c>expired</c>, <c>withdrawn</c> or <c>superseded</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What is asked, in one line.</summary>
    public required string Summary { get; init; }

    /// <summary>SHA-256 of the frozen document, hex: what an approval is a yes to.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Who asked.</summary>
    public required string Client { get; init; }

    /// <summary>The rule that asks.</summary>
    public string? Rule { get; init; }

    /// <summary>The document as the owner reads it, one fact a line.</summary>
    public required IReadOnlyList<ApprovalFact> Facts { get; init; }

    /// <summary>What others wrote; theirs, and nobody vouches for it.</summary>
    public required IReadOnlyList<ApprovalFact> Quotes { get; init; }

    /// <summary>The recipient's address, of which a terminal asks the last four characters; absent where nobody is paid.</summary>
    public string? To { get; init; }

    /// <summary>When it was asked.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>When the question ends by itself.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The page on which the owner answers; absent once it is answered.</summary>
    public string? Url { get; init; }

    /// <summary>The payment that it is about, as it stands.</summary>
    public PaymentView? Payment { get; init; }

    /// <summary>Approvals given and needed, where more than one is: <c>1 of 2</c>.</summary>
    public string? Given { get; init; }

    /// <summary>What to do next.</summary>
    public string? Next { get; init; }
}

/// <summary>One line of what the owner reads.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Text">What it says.</param>
public sealed record ApprovalFact(string Name, string Text);

/// <summary>The questions that wait for the owner.</summary>
public sealed record ApprovalList
{
    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<ApprovalView> Approvals { get; init; }

    /// <summary>The page that shows them all.</summary>
    public string? Url { get; init; }
}

/// <summary>How the owner can approve.</summary>
public sealed record OwnerView
{
    /// <summary>Whose passphrase a terminal asks for: <c>wallet NAME</c>, <c>owner</c>, or <c>unset</c> where none was chosen yet.</summary>
    public required string Passphrase { get; init; }

    /// <summary>Enrolled passkeys.</summary>
    public required IReadOnlyList<PasskeyView> Passkeys { get; init; }

    /// <summary>The approval page; absent when none is served.</summary>
    public string? PageUrl { get; init; }
}

/// <summary>An enrolled passkey.</summary>
public sealed record PasskeyView
{
    /// <summary>The owner's name for it.</summary>
    public required string Name { get; init; }

    /// <summary>Credential id, base64url; with <c>b64u:</c> before it, what a policy names.</summary>
    public required string Id { get; init; }

    /// <summary>When it was enrolled.</summary>
    public required DateTimeOffset EnrolledAt { get; init; }
}

/// <summary>A link with which one passkey can be enrolled in the next ten minutes.</summary>
public sealed record EnrolmentLink
{
    /// <summary>For the owner's browser on this machine.</summary>
    public required string Url { get; init; }
}

/// <summary>What became of a proposed policy.</summary>
public sealed record ProposalView
{
    /// <summary>True when it only tightened and is in force.</summary>
    public required bool InForce { get; init; }

    /// <summary>The policy in force now.</summary>
    public required PolicySummary Policy { get; init; }

    /// <summary>The question to the owner, where it permits something new.</summary>
    public ApprovalView? Approval { get; init; }
}
