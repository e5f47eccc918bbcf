using System.Net.Http.Headers;

namespace CryptoMcp.Guard.Contracts;

/// <summary>The calls about questions to the owner.</summary>
public sealed partial class GuardClient
{
    /// <summary>The questions that wait.</summary>
    public Task<ApprovalList> ListApprovalsAsync(CancellationToken ct) => GetAsync("v1/approvals", GuardJson.Default.ApprovalList, ct);

    /// <summary>One question and how it stands.</summary>
    public Task<ApprovalView> GetApprovalAsync(string approvalId, CancellationToken ct) =>
        GetAsync($"v1/approvals/{Uri.EscapeDataString(approvalId)}", GuardJson.Default.ApprovalView, ct);

    /// <summary>Says no. Needs no factor: it permits nothing.</summary>
    public Task<ApprovalView> RefuseAsync(string approvalId, CancellationToken ct) => PostAsync(
        $"v1/approvals/{Uri.EscapeDataString(approvalId)}/refuse", content: null, client: null, GuardJson.Default.ApprovalView, ct);

    /// <summary>Says yes, with the owner's passphrase.</summary>
    /// <param name="approvalId">The question.</param>
    /// <param name="sha256">Hash of the document that the owner read.</param>
    /// <param name="lastOfAddress">The last four characters of the recipient's address; empty where nobody is paid.</param>
    /// <param name="passphrase">UTF-8; not kept.</param>
    /// <param name="ct">Stops the waiting.</param>
    public Task<ApprovalView> ApproveAsync(string approvalId, string sha256, string lastOfAddress, ReadOnlyMemory<byte> passphrase, CancellationToken ct)
    {
        var body = Secret(passphrase);
        body.Headers.TryAddWithoutValidation(DocumentHeader, sha256);
        body.Headers.TryAddWithoutValidation(AddressCheckHeader, lastOfAddress);
        return PostAsync($"v1/approvals/{Uri.EscapeDataString(approvalId)}/approve", body, client: null, GuardJson.Default.ApprovalView, ct);
    }

    /// <summary>How the owner can approve.</summary>
    public Task<OwnerView> GetOwnerAsync(CancellationToken ct) => GetAsync("v1/owner", GuardJson.Default.OwnerView, ct);

    /// <summary>Chooses the passphrase for approvals, where there is none.</summary>
    public Task<OwnerView> ChoosePassphraseAsync(ReadOnlyMemory<byte> passphrase, CancellationToken ct) =>
        PostAsync("v1/owner/passphrase", Secret(passphrase), client: null, GuardJson.Default.OwnerView, ct);

    /// <summary>A link with which one passkey can be enrolled.</summary>
    public Task<EnrolmentLink> BeginEnrolmentAsync(string name, ReadOnlyMemory<byte> passphrase, CancellationToken ct) => PostAsync(
        $"v1/owner/enrolment?name={Uri.EscapeDataString(name)}", Secret(passphrase), client: null, GuardJson.Default.EnrolmentLink, ct);

    /// <summary>Proposes a policy: what only tightens takes effect at once, anything else asks the owner.</summary>
    public Task<ProposalView> ProposePolicyAsync(ReadOnlyMemory<byte> file, string client, CancellationToken ct) =>
        PostAsync("v1/policy/proposals", Secret(file), client, GuardJson.Default.ProposalView, ct);

    /// <summary>Calls a pending change of the policy back. Needs no factor: it permits nothing.</summary>
    public Task<ApprovalView> CancelProposalAsync(CancellationToken ct) =>
        PostAsync("v1/policy/cancel", content: null, client: null, GuardJson.Default.ApprovalView, ct);

    private static ReadOnlyMemoryContent Secret(ReadOnlyMemory<byte> bytes)
    {
        var content = new ReadOnlyMemoryContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }
}
