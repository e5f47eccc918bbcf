using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Guard.Tests.Approvals;

/// <summary>Tightening is immediate; loosening waits for the owner and then for the policy's delay.</summary>
public sealed class PolicyChangeTests : IAsyncLifetime
{
    private ApprovalGround _owner = null!;

    private GuardService Guard => _owner.Guard;

    public async ValueTask InitializeAsync() => _owner = await ApprovalGround.StartAsync();

    public ValueTask DisposeAsync() => _owner.DisposeAsync();

    [Fact]
    public async Task A_tightening_is_in_force_at_once_and_past_payments_count_in_it()
    {
        await _owner.Ground.LookWhenFinalAsync(await _owner.Ground.SendAsync("3 USDC"));
        Assert.Null(await ProposeAsync(2, "4 USD"));
        Assert.Equal(2, Guard.Status().Policy.Revision);
        Assert.Equal("3.00 USD", _owner.Ground.Budget("day").Used);
        Assert.Equal("denied", (await _owner.Ground.SendAsync("2 USDC")).State);
        await _owner.RestartAsync();
        Assert.Equal(2, Guard.Status().Policy.Revision);
        Assert.Empty(Guard.Status().Warnings);
    }

    [Fact]
    public async Task A_loosening_needs_the_owner_and_then_waits()
    {
        var asked = (await ProposeAsync(2, "1000 USD"))!;
        Assert.Contains(Guard.Approvals.Get(asked.ApprovalId).Facts, fact => fact.Name == "Wider limit" && fact.Text.Contains("1000", StringComparison.Ordinal));
        _owner.Clock.Pass(TimeSpan.FromHours(23));
        await Guard.Proposals.SweepAsync(ApprovalGround.Ct);
        Assert.Equal(1, Guard.Status().Policy.Revision);

        Assert.Equal("approved", (await ApproveAsync(asked.ApprovalId)).Status);
        _owner.Clock.Pass(TimeSpan.FromHours(23));
        await Guard.Proposals.SweepAsync(ApprovalGround.Ct);
        Assert.Equal(1, Guard.Status().Policy.Revision);
        _owner.Clock.Pass(TimeSpan.FromHours(2));
        await Guard.Proposals.SweepAsync(ApprovalGround.Ct);
        Assert.Equal(2, Guard.Status().Policy.Revision);
        Assert.Equal("1000.00 USD", _owner.Ground.Budget("day").Limit);
        Assert.Contains("1000 USD", await File.ReadAllTextAsync(_owner.Ground.Home.PolicyFile, ApprovalGround.Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loosening_that_nobody_approves_ends()
    {
        var asked = (await ProposeAsync(2, "1000 USD"))!;
        _owner.Clock.Pass(TimeSpan.FromHours(25));
        await ApprovalTests.RefusedAsync("not_waiting", () => ApproveAsync(asked.ApprovalId));
        await Guard.Proposals.SweepAsync(ApprovalGround.Ct);
        Assert.Null(Guard.Proposals.Pending);
        Assert.Equal(1, Guard.Status().Policy.Revision);
    }

    [Fact]
    public async Task An_approved_loosening_keeps_its_delay_over_a_restart_and_can_be_called_back()
    {
        var asked = (await ProposeAsync(2, "1000 USD"))!;
        await ApproveAsync(asked.ApprovalId);
        await _owner.RestartAsync();
        Assert.Equal("approved", Guard.Approvals.Get(asked.ApprovalId).Status);
        await Guard.Proposals.DropAsync(Guard.Proposals.Pending!, CryptoMcp.Guard.Approvals.ProposalState.Dropped, ApprovalGround.Ct);
        _owner.Clock.Pass(TimeSpan.FromHours(30));
        await Guard.Proposals.SweepAsync(ApprovalGround.Ct);
        Assert.Equal(1, Guard.Status().Policy.Revision);
    }

    [Fact]
    public async Task A_tightening_in_between_ends_a_pending_loosening()
    {
        var asked = (await ProposeAsync(3, "1000 USD"))!;
        await ApproveAsync(asked.ApprovalId);
        Assert.Null(await ProposeAsync(2, "4 USD"));
        _owner.Clock.Pass(TimeSpan.FromHours(30));
        await Guard.Proposals.SweepAsync(ApprovalGround.Ct);
        Assert.Equal("4.00 USD", _owner.Ground.Budget("day").Limit);
    }

    [Fact]
    public async Task A_file_on_disk_that_tightens_takes_effect_at_the_next_start()
    {
        _owner.Ground.WritePolicy(revision: 2, day: "4 USD");
        await _owner.RestartAsync();
        Assert.Equal("4.00 USD", _owner.Ground.Budget("day").Limit);
    }

    [Fact]
    public async Task A_file_on_disk_that_loosens_is_noticed_and_only_asks()
    {
        _owner.Ground.WritePolicy(revision: 2, day: "1000 USD");
        await _owner.RestartAsync();
        Assert.Equal("100.00 USD", _owner.Ground.Budget("day").Limit);
        Assert.Contains(Guard.Status().Warnings, warning => warning.Contains("waits for your approval", StringComparison.Ordinal));
        var asked = Assert.Single(Guard.Approvals.List().Approvals);
        Assert.Equal("policy", asked.Kind);
        await _owner.RestartAsync();
        Assert.Equal(asked.ApprovalId, Assert.Single(Guard.Approvals.List().Approvals).ApprovalId);
    }

    [Fact]
    public async Task The_same_revision_or_an_earlier_one_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<GuardException>(() => ProposeAsync(1, "1 USD"));
        Assert.Equal("revision_not_later", refusal.Problem.Code);
    }

    [Fact]
    public async Task A_crash_between_acceptance_and_charging_is_made_good_at_the_next_start()
    {
        await _owner.Ground.LookWhenFinalAsync(await _owner.Ground.SendAsync("3 USDC"));
        await _owner.RestartAsync(new BreakAt("ledger.recharge.computed"));
        await Assert.ThrowsAnyAsync<Exception>(() => ProposeAsync(2, "4 USD"));
        await _owner.RestartAsync();
        Assert.Equal(2, Guard.Status().Policy.Revision);
        Assert.Equal("3.00 USD", _owner.Ground.Budget("day").Used);
        Assert.Equal("denied", (await _owner.Ground.SendAsync("2 USDC")).State);
    }

    private async Task<CryptoMcp.Guard.Approvals.Proposal?> ProposeAsync(int revision, string day) =>
        await Guard.Proposals.ProposeAsync(_owner.Ground.PolicyBytes(revision, day), "test", ApprovalGround.Ct);

    /// <summary>This policy lets only the passphrase loosen it.</summary>
    private async ValueTask<ApprovalView> ApproveAsync(string approvalId)
    {
        using var passphrase = ApprovalGround.Secret(ApprovalGround.Passphrase);
        return await Guard.Owner.ApproveAsync(approvalId, Guard.Approvals.Get(approvalId).Sha256, string.Empty, passphrase, ApprovalGround.Ct);
    }
}
