using CryptoMcp.Guard.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoMcp.Guard.Tests;

/// <summary>Which policy is in force when the file on disk changes.</summary>
public sealed class PolicyFileTests
{
    [Fact]
    public async Task A_higher_revision_takes_effect_and_past_payments_count_in_it()
    {
        await using var ground = await GuardGround.StartAsync(day: "100 USD");
        await ground.LookWhenFinalAsync(await ground.SendAsync("3 USDC"));
        ground.WritePolicy(revision: 2, day: "4 USD");
        await ground.RestartAsync();
        Assert.Equal(2, ground.Guard.Status().Policy.Revision);
        Assert.Equal("3.00 USD", ground.Budget("day").Used);
        Assert.Equal("denied", (await ground.SendAsync("2 USDC")).State);
    }

    [Fact]
    public async Task A_change_without_a_new_revision_does_not_count()
    {
        await using var ground = await GuardGround.StartAsync(day: "4 USD");
        ground.WritePolicy(revision: 1, day: "1000 USD");
        await ground.RestartAsync();
        Assert.Equal("4.00 USD", ground.Budget("day").Limit);
        Assert.Contains(ground.Guard.Status().Warnings, w => w.Contains("differs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_policy_that_is_gone_stays_in_force()
    {
        await using var ground = await GuardGround.StartAsync(day: "4 USD");
        await ground.Guard.DisposeAsync();
        File.Move(ground.Home.PolicyFile, ground.Home.PolicyFile + ".away");

        // FirstStart would write the default policy; it must not replace the accepted one.
        await ground.OpenAsync();
        Assert.Equal("4.00 USD", ground.Budget("day").Limit);
    }

    [Fact]
    public async Task A_policy_with_mistakes_stops_the_start_and_names_them()
    {
        await using var ground = await GuardGround.StartAsync();
        await ground.Guard.DisposeAsync();
        await File.WriteAllTextAsync(ground.Home.PolicyFile, "{ \"policy\": \"cryptomcp/2\" }", TestContext.Current.CancellationToken);
        var refusal = await Assert.ThrowsAsync<GuardException>(
            () => GuardService.OpenAsync(ground.Home, new GuardOptions(), NullLoggerFactory.Instance, CancellationToken.None));
        Assert.Equal("policy_invalid", refusal.Problem.Code);
        Assert.Contains("line 1", refusal.Problem.Problem, StringComparison.Ordinal);
        ground.WritePolicy(revision: 1, day: "100 USD");
        await ground.OpenAsync();
    }

    [Fact]
    public async Task Only_one_guard_has_a_home()
    {
        await using var ground = await GuardGround.StartAsync();
        var refusal = await Assert.ThrowsAsync<GuardException>(
            () => GuardService.OpenAsync(ground.Home, new GuardOptions(), NullLoggerFactory.Instance, CancellationToken.None));
        Assert.Equal(GuardHost.AlreadyRunning, refusal.Problem.Code);
    }
}
