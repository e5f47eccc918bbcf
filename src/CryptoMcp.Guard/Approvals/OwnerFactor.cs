using CryptoMcp.Guard.Contracts;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Approvals;

/// <summary>A factor that the guard has just verified, and whom of the policy's <c>approval.by</c> it stands for.</summary>
/// <param name="Kind"><see cref="WebAuthn"/> or <see cref="Passphrase"/>.</param>
/// <param name="Credential">Id of the passkey, base64url; null for a passphrase.</param>
internal sealed record OwnerFactor(string Kind, string? Credential)
{
    public const string WebAuthn = "webauthn";
    public const string Passphrase = "terminal-passphrase";

    private const string Base64Prefix = "b64u:";

    /// <summary>Whom it stands for. An entry that names its passkey is that passkey's own; one that names none takes any enrolled.</summary>
    /// <exception cref="GuardException">The policy lets nobody approve this way.</exception>
    public Approver ApproverIn(PolicyDocument policy)
    {
        var named = policy.Approval.By.FirstOrDefault(by => by.Kind == Kind && by.Credential is { } credential && credential == Base64Prefix + Credential);
        return named ?? policy.Approval.By.FirstOrDefault(by => by.Kind == Kind && by.Credential is null) ?? throw new GuardException(
            "factor_not_accepted",
            Kind == WebAuthn ? "The policy accepts no approval by this passkey." : "The policy accepts no approval by passphrase.",
            $"Approvers of the policy: {string.Join(", ", policy.Approval.By.Select(by => $"{by.Id} ({by.Kind})"))}.");
    }
}
