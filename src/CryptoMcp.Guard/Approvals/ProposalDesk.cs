using System.Security.Cryptography;
using System.Text.Json;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Policies;
using CryptoMcp.Ledger;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Approvals;

/// <summary>
/// Changes of the policy. What only tightens takes effect at once. What permits anything new, or cannot be judged, waits
/// for the owner's approval and then for the policy's own delay; the journal holds every step, so a restart changes nothing.
/// </summary>
internal sealed class ProposalDesk(ILedger ledger, PolicyStore policies, TimeProvider clock)
{
    private const string RecordKind = "policy-proposal";

    // Long enough to find the owner, short enough that a question from last week does not lie about.
    private static readonly TimeSpan s_life = TimeSpan.FromDays(1);

    private Proposal? _latest;

    /// <summary>The proposal that waits for the owner or for its delay.</summary>
    public Proposal? Pending => _latest is { State: ProposalState.Proposed or ProposalState.Approved } pending ? pending : null;

    /// <summary>Reads from the journal how the last proposal stands, and takes up a changed policy file.</summary>
    public async ValueTask OpenAsync(CancellationToken ct)
    {
        _latest = ledger.View.LatestOf(RecordKind) is { ValueKind: JsonValueKind.Object } json ? json.Deserialize(ApprovalJson.Default.Proposal) : null;
        if (policies.Loosening is { } changed && !(Pending is { } pending && pending.Document.FileSha256 == changed.Sha256))
        {
            await ProposeAsync(changed.File, "the policy file on disk", ct);
        }
    }

    /// <summary>The proposal of this id, if it is the latest.</summary>
    public Proposal? Find(string approvalId) => _latest?.ApprovalId == approvalId ? _latest : null;

    /// <summary>Puts a tightening in force, or asks the owner about a loosening. Returns the proposal; null when it took effect.</summary>
    /// <exception cref="GuardException">The file does not load, or is not a later revision.</exception>
    public async ValueTask<Proposal?> ProposeAsync(ReadOnlyMemory<byte> file, string client, CancellationToken ct)
    {
        var next = PolicyStore.Load(file, "the proposed policy");
        var current = policies.Current;
        if (next.Revision <= current.Revision)
        {
            throw new GuardException(
                "revision_not_later",
                $"Revision {current.Revision} is in force, and this file is revision {next.Revision}.",
                $"Raise \"revision\" to {current.Revision + 1} if the change is meant.");
        }

        var diff = PolicyDiff.Between(current, next);
        if (!diff.Loosens)
        {
            await policies.AcceptAsync(next, file, ledger, ct);
            if (Pending is { } outdated)
            {
                // It was judged against a policy that is no longer in force.
                await DropAsync(outdated, ProposalState.Dropped, ct);
            }

            return null;
        }

        if (Pending is { } other && other.Document.FileSha256 != next.Sha256)
        {
            await DropAsync(other, ProposalState.Dropped, ct);
        }
        else if (Pending is { } same)
        {
            return same;
        }

        var now = clock.GetUtcNow();
        var document = new PolicyProposal
        {
            Salt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            Client = client,
            File = Convert.ToBase64String(file.Span),
            FileSha256 = next.Sha256,
            Name = next.Name,
            Revision = next.Revision,
            Replaces = current.Sha256,
            NewlyAllowed = diff.NewlyAllowed,
            Raised = diff.Raised,
            Tightened = [.. diff.NewlyRefused, .. diff.Lowered],
            Wait = current.Changes.LoosenWait,
            AskedAt = now,
            ExpiresAt = now + s_life,
        };
        return await KeepAsync(
            new()
            {
                ApprovalId = $"apr_policy{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}",
                Document = document,
                Sha256 = Proposal.HashOf(document),
                State = ProposalState.Proposed,
                Since = ledger.View.WindowNow,
            },
            ct);
    }

    /// <summary>The owner approved it: its delay begins.</summary>
    public ValueTask<Proposal> ApproveAsync(Proposal proposal, CancellationToken ct) =>
        KeepAsync(proposal with { State = ProposalState.Approved, ApprovedAt = ledger.View.WindowNow }, ct);

    /// <summary>Ends a proposal without effect. Needs no factor: it permits nothing.</summary>
    public ValueTask<Proposal> DropAsync(Proposal proposal, ProposalState how, CancellationToken ct) => proposal.State is ProposalState.Proposed or ProposalState.Approved
        ? KeepAsync(proposal with { State = how }, ct)
        : throw new GuardException("not_waiting", $"{proposal.ApprovalId} does not wait any more.", "Propose the change again if it is still wanted.");

    /// <summary>True when nobody approved it in time.</summary>
    public bool IsOver(Proposal proposal) => proposal.State == ProposalState.Proposed
        && (clock.GetUtcNow() >= proposal.Document.ExpiresAt || ledger.View.WindowNow >= proposal.Since + s_life);

    /// <summary>Puts in force whose delay is over, and ends what nobody answered.</summary>
    public async ValueTask SweepAsync(CancellationToken ct)
    {
        if (Pending is not { } pending)
        {
            return;
        }

        if (IsOver(pending))
        {
            await DropAsync(pending, ProposalState.Expired, ct);
        }
        else if (pending is { State: ProposalState.Approved, ApprovedAt: { } approved } && ledger.View.WindowNow >= approved + pending.Document.Wait)
        {
            await TakeEffectAsync(pending, ct);
        }
    }

    private async ValueTask TakeEffectAsync(Proposal proposal, CancellationToken ct)
    {
        // The journal is only as trustworthy as its file, so what was approved is checked against its hash once more.
        if (proposal.Document.Replaces != policies.Current.Sha256 || Proposal.HashOf(proposal.Document) != proposal.Sha256)
        {
            await DropAsync(proposal, ProposalState.Dropped, ct);
            return;
        }

        var file = Convert.FromBase64String(proposal.Document.File);
        await policies.AcceptAsync(PolicyStore.Load(file, "the approved policy"), file, ledger, ct);
        await KeepAsync(proposal with { State = ProposalState.InForce }, ct);
    }

    private async ValueTask<Proposal> KeepAsync(Proposal proposal, CancellationToken ct)
    {
        await ledger.RecordAsync(RecordKind, JsonSerializer.SerializeToElement(proposal, ApprovalJson.Default.Proposal), ct);
        return _latest = proposal;
    }
}
