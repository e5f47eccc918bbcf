using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Guard.Tests;

/// <summary>A journal that was brought back from a copy has forgotten payments; the chain has not.</summary>
public sealed class OldJournalTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_guard_on_an_old_copy_of_its_journal_freezes_the_account_and_says_why(bool withSnapshot)
    {
        await using var ground = await GuardGround.StartAsync();
        await ground.LookWhenFinalAsync(await ground.SendAsync("1 USDC", key: "before-the-copy"));
        await ground.Guard.DisposeAsync();
        if (withSnapshot)
        {
            await using var ledger = await JournalLedger.OpenAsync(new() { Directory = ground.Home.Guard }, TestContext.Current.CancellationToken);
            await ledger.SnapshotAsync();
        }

        var copy = ground.Home.Guard + "-copy";
        Copy(ground.Home.Guard, copy);
        await ground.OpenAsync();
        await ground.LookWhenFinalAsync(await ground.SendAsync("2 USDC", key: "forgotten"));
        await ground.Guard.DisposeAsync();
        Copy(copy, ground.Home.Guard);
        Directory.Delete(copy, recursive: true);
        Assert.True(JournalVerifier.Verify(ground.Home.Guard).IsWhole);

        await ground.OpenAsync();
        var transfer = await Assert.ThrowsAsync<GuardException>(() => ground.SendAsync("1 USDC", key: "after").AsTask());
        Assert.Equal("frozen", transfer.Problem.Code);
        Assert.Contains("the journal is an old copy", transfer.Problem.Problem, StringComparison.Ordinal);

        // It is on record, and stays so.
        await ground.RestartAsync();
        Assert.Equal("frozen", (await Assert.ThrowsAsync<GuardException>(() => X402RoadTests.PayAsync(ground).AsTask())).Problem.Code);
        Assert.Equal(3_000_000, await ground.ReceivedAsync());
        await ground.Guard.DisposeAsync();
        Assert.Contains(JournalReader.Read(ground.Home.Guard), line => line.Type == "frozen");
        await ground.OpenAsync();
    }

    [Fact]
    public async Task A_payment_without_an_account_nonce_is_refused_too()
    {
        await using var ground = await GuardGround.StartAsync();
        await ground.LookWhenFinalAsync(await ground.SendAsync("1 USDC", key: "before"));
        await ground.Guard.DisposeAsync();
        await ground.SpendElsewhereAsync();
        await ground.OpenAsync();
        var refusal = await Assert.ThrowsAsync<GuardException>(() => X402RoadTests.PayAsync(ground).AsTask());
        Assert.Equal("frozen", refusal.Problem.Code);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(from, "journal.*"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }
}
