using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Approvals;
using CryptoMcp.Guard.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CryptoMcp.Guard.Api;

/// <summary>
/// The calls about questions to the owner. Looking, refusing and proposing are free to anybody on the socket; an approval
/// comes with the passphrase as the raw body, which goes into locked memory without ever being a string.
/// </summary>
internal sealed class ApprovalApi(GuardService guard, GuardApi api)
{
    private const int MaxPassphraseBytes = 1024;
    private const int MaxPolicyBytes = 256 << 10;

    /// <summary>Maps the calls.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/approvals", api.Handle(_ => new(guard.Approvals.List()), GuardJson.Default.ApprovalList));
        routes.MapGet("/v1/approvals/{id}", api.Handle(http => new(guard.Approvals.Get(GuardApi.IdOf(http))), GuardJson.Default.ApprovalView));
        routes.MapPost("/v1/approvals/{id}/refuse", api.Handle(
            async http => await guard.Approvals.RefuseAsync(GuardApi.IdOf(http), guard.Stopping), GuardJson.Default.ApprovalView));
        routes.MapPost("/v1/approvals/{id}/approve", api.Handle(ApproveAsync, GuardJson.Default.ApprovalView));
        routes.MapGet("/v1/owner", api.Handle(_ => new(Owner()), GuardJson.Default.OwnerView));
        routes.MapPost("/v1/owner/passphrase", api.Handle(ChooseAsync, GuardJson.Default.OwnerView));
        routes.MapPost("/v1/owner/enrolment", api.Handle(EnrollAsync, GuardJson.Default.EnrolmentLink));
        routes.MapPost("/v1/policy/proposals", api.Handle(ProposeAsync, GuardJson.Default.ProposalView));
        routes.MapPost("/v1/policy/cancel", api.Handle(CancelAsync, GuardJson.Default.ApprovalView));
    }

    private async ValueTask<ApprovalView> ApproveAsync(HttpContext http)
    {
        using var passphrase = await SecretAsync(http);
        return await guard.Owner.ApproveAsync(
            GuardApi.IdOf(http),
            http.Request.Headers[GuardClient.DocumentHeader].ToString(),
            http.Request.Headers[GuardClient.AddressCheckHeader].ToString(),
            passphrase,
            guard.Stopping);
    }

    private async ValueTask<OwnerView> ChooseAsync(HttpContext http)
    {
        using var passphrase = await SecretAsync(http);
        guard.Owner.ChoosePassphrase(passphrase);
        return Owner();
    }

    private async ValueTask<EnrolmentLink> EnrollAsync(HttpContext http)
    {
        using var passphrase = await SecretAsync(http);
        var page = guard.Approvals.PageUrl() ?? throw new GuardException(
            "no_page", "This guard serves no approval page.", "Start it without --no-approval-page.");
        var name = Money.UntrustedText.Clean(http.Request.Query["name"].ToString(), 40);
        var code = await guard.Owner.BeginEnrolmentAsync(name.Length == 0 ? "passkey" : name, passphrase, http.RequestAborted);

        // A fragment is never sent to a server, so the code stands in no log and no prefetch uses it up.
        return new() { Url = $"{page}enroll#{code}" };
    }

    private async ValueTask<ProposalView> ProposeAsync(HttpContext http)
    {
        var proposal = await guard.Proposals.ProposeAsync(await BytesAsync(http, MaxPolicyBytes), GuardApi.ClientOf(http), guard.Stopping);
        return new()
        {
            InForce = proposal is null,
            Policy = guard.Status().Policy,
            Approval = proposal is null ? null : guard.Approvals.Get(proposal.ApprovalId),
        };
    }

    private async ValueTask<ApprovalView> CancelAsync(HttpContext http)
    {
        var pending = guard.Proposals.Pending ?? throw new GuardException(
            "nothing_pending", "No change of the policy is pending.", "'cryptomcp policy show' shows the policy in force.");
        await guard.Proposals.DropAsync(pending, ProposalState.Dropped, guard.Stopping);
        return guard.Approvals.Get(pending.ApprovalId);
    }

    private OwnerView Owner() => new()
    {
        Passphrase = guard.Owner.PassphraseKind,
        Passkeys = [.. guard.Owner.Passkeys.Select(passkey => new PasskeyView { Name = passkey.Name, Id = passkey.Id, EnrolledAt = passkey.EnrolledAt })],
        PageUrl = guard.Approvals.PageUrl(),
    };

    private static async ValueTask<SecretBytes> SecretAsync(HttpContext http)
    {
        var bytes = await BytesAsync(http, MaxPassphraseBytes);
        return bytes.Length > 0
            ? SecretBytes.TakeFrom(bytes)
            : throw new GuardException("passphrase_needed", "No passphrase came with the request.", "Run 'cryptomcp approve' in a terminal; it asks for it.");
    }

    private static async ValueTask<byte[]> BytesAsync(HttpContext http, int most)
    {
        if (http.Request.ContentLength is not { } length || length > most)
        {
            throw new GuardException("invalid_request", "The request has no length, or is too long.", "Use 'cryptomcp' to talk to the guard.");
        }

        // Pinned, so that the collector leaves no copy of a passphrase behind.
        var bytes = GC.AllocateUninitializedArray<byte>((int)length, pinned: true);
        await http.Request.Body.ReadExactlyAsync(bytes, http.RequestAborted);
        return bytes;
    }
}
