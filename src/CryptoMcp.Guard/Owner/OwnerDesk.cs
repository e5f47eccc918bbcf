using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Approvals;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Policies;
using CryptoMcp.Ledger;

namespace CryptoMcp.Guard.Owner;

/// <summary>
/// The owner's factors. A passkey signs a challenge made of the document's hash and a nonce of this process: an answer for
/// another document, or from before a restart, is worth nothing. A passkey is enrolled only with a code that was printed
/// on a terminal against the passphrase.
/// </summary>
internal sealed class OwnerDesk(
    ApprovalDesk approvals, PolicyStore policies, ILedger ledger, OwnerPassphrase passphrase, PasskeyStore passkeys, TimeProvider clock)
{
    private const int ShownCharacters = 4;

    private static readonly TimeSpan s_codeLife = TimeSpan.FromMinutes(10);

    private readonly byte[] _bootNonce = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _gate = new();
    private Enrolment? _enrolment;

    /// <summary>Origin of the page, such as <c>http://localhost:7411</c>; null while none is served.</summary>
    public string? Origin { get; set; }

    /// <summary>The enrolled passkeys.</summary>
    public IReadOnlyList<Passkey> Passkeys => passkeys.All;

    /// <summary>Whose passphrase a terminal asks for.</summary>
    public string PassphraseKind => passphrase.Kind(policies.Current);

    /// <summary>Chooses the passphrase for approvals, where there is none.</summary>
    public void ChoosePassphrase(SecretBytes chosen) => passphrase.Choose(policies.Current, chosen);

    /// <summary>What a passkey has to sign to approve a document.</summary>
    public byte[] ChallengeFor(string sha256) => Challenge("approve", sha256);

    /// <summary>Approves with a passkey.</summary>
    /// <exception cref="GuardException">The answer does not count, or the question does not wait.</exception>
    public ValueTask<ApprovalView> ApproveAsync(string approvalId, string sha256, Assertion assertion, CancellationToken ct)
    {
        OwnerFactor factor;
        lock (_gate)
        {
            var passkey = passkeys.All.FirstOrDefault(known => known.Id == assertion.CredentialId)
                ?? throw WebAuthnProblem.Of("this passkey is not enrolled here");
            passkeys.Keep(passkey with { Counter = Verify(passkey, assertion, ChallengeFor(sha256)) });
            factor = new(OwnerFactor.WebAuthn, passkey.Id);
        }

        return approvals.ApproveAsync(approvalId, sha256, factor, ct);
    }

    /// <summary>Approves with the passphrase and, where somebody is paid, the last four characters of the address.</summary>
    /// <exception cref="GuardException">One of them is wrong, or the question does not wait.</exception>
    public async ValueTask<ApprovalView> ApproveAsync(string approvalId, string sha256, string lastOfAddress, SecretBytes given, CancellationToken ct)
    {
        var question = approvals.Get(approvalId);
        if (question.To is { } to && !string.Equals(lastOfAddress, to[^ShownCharacters..], StringComparison.OrdinalIgnoreCase))
        {
            throw new GuardException(
                "wrong_address_check", $"Those are not the last {ShownCharacters} characters of the address.", "Compare the address with the one that you mean to pay.");
        }

        await passphrase.CheckAsync(policies.Current, given, ct);
        return await approvals.ApproveAsync(approvalId, sha256, new(OwnerFactor.Passphrase, null), ct);
    }

    /// <summary>Makes the one-time code with which one passkey can be enrolled in the next ten minutes.</summary>
    public async ValueTask<string> BeginEnrolmentAsync(string name, SecretBytes given, CancellationToken ct)
    {
        await passphrase.CheckAsync(policies.Current, given, ct);
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        lock (_gate)
        {
            _enrolment = new(name, Encoding.ASCII.GetBytes(code), clock.GetTimestamp());
        }

        return code;
    }

    /// <summary>The two challenges of an enrolment: for making the passkey, and for showing that it works.</summary>
    /// <exception cref="GuardException">The code is not the one that was printed last, or is used or over.</exception>
    public (byte[] Create, byte[] Prove) EnrolmentChallenges(string code)
    {
        lock (_gate)
        {
            RequireCode(code);
        }

        return (Challenge("enroll", code), Challenge("prove", code));
    }

    /// <summary>Enrolls a passkey that was made for this code and that shows with a signature that it works. The code is used up.</summary>
    /// <exception cref="GuardException">The code or one of the answers does not count.</exception>
    public async ValueTask<Passkey> EnrollAsync(string code, Registration made, Assertion proof, CancellationToken ct)
    {
        var (create, prove) = EnrolmentChallenges(code);
        ClientData.Check(PageBytes.Of(made.ClientData), ClientData.Create, create, RequireOrigin());
        var data = AuthenticatorData.Read(PageBytes.Of(made.AuthenticatorData));
        if (!data.CredentialId.AsSpan().SequenceEqual(PageBytes.Of(made.CredentialId)) || proof.CredentialId != made.CredentialId)
        {
            throw WebAuthnProblem.Of("its parts are about different passkeys");
        }

        Passkey passkey;
        lock (_gate)
        {
            passkey = new Passkey
            {
                Id = made.CredentialId,
                Name = RequireCode(code).Name,
                PublicKey = Convert.ToBase64String(PageBytes.Of(made.PublicKey)),
                Algorithm = made.Algorithm,
                Counter = data.Counter,
                EnrolledAt = clock.GetUtcNow(),
            };
            passkey = passkey with { Counter = Verify(passkey, proof, prove) };
            _enrolment = null;
            passkeys.Keep(passkey);
        }

        await ledger.RecordAsync("passkey", JsonSerializer.SerializeToElement(passkey, PasskeyJson.Default.Passkey), ct);
        return passkey;
    }

    /// <summary>The signature counter of an answer that counts.</summary>
    private uint Verify(Passkey passkey, Assertion assertion, byte[] challenge)
    {
        var clientData = PageBytes.Of(assertion.ClientData);
        var authenticatorData = PageBytes.Of(assertion.AuthenticatorData);
        ClientData.Check(clientData, ClientData.Get, challenge, RequireOrigin());
        var data = AuthenticatorData.Read(authenticatorData);
        if (!PasskeySignature.Verify(
            passkey.Algorithm, Convert.FromBase64String(passkey.PublicKey), authenticatorData, clientData, PageBytes.Of(assertion.Signature)))
        {
            throw WebAuthnProblem.Of("its signature is wrong");
        }

        // Section 6.1.1: a counter that does not go up is a copy of the authenticator, or an answer seen before.
        return (data.Counter == 0 && passkey.Counter == 0) || data.Counter > passkey.Counter
            ? data.Counter
            : throw WebAuthnProblem.Of("its signature counter went back: it was used before, or the passkey was copied");
    }

    private byte[] Challenge(string purpose, string about)
    {
        byte[] text = [.. Encoding.UTF8.GetBytes($"cryptomcp {purpose} 1\n{about}\n"), .. _bootNonce];
        return SHA256.HashData(text);
    }

    private Enrolment RequireCode(string code) =>
        _enrolment is { } open && clock.GetElapsedTime(open.Since) < s_codeLife
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(code), open.Code)
            ? open
            : throw new GuardException(
                "enrolment_refused", "This enrolment link is used, over, or was never given.", "Get a new one with 'cryptomcp approve --enroll' in a terminal.");

    private string RequireOrigin() => Origin ?? throw WebAuthnProblem.Of("no approval page is served");

    private sealed record Enrolment(string Name, byte[] Code, long Since);
}
