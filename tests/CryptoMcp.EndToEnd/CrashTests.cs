using System.Globalization;
using CryptoMcp.EndToEnd.Fixtures;

namespace CryptoMcp.EndToEnd;

/// <summary>Whatever dies, and whenever: after a restart the same wish under the same key is paid once.</summary>
public sealed class CrashTests
{
    /// <summary>The places of the road at which the guard is made to die, in the order in which a payment passes them.</summary>
    public static TheoryData<string> Places =>
    [
        "road.planned", "ledger.reserve.entered", "ledger.reserve.decided",
        "ledger.signing.nonce-chosen", "ledger.signing.built", "ledger.signing.enqueued", "ledger.signing.durable",
        "road.authorized", "road.signed", "road.exposing", "road.exposed",
    ];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task The_guard_dies_at(string place)
    {
        await using var wallet = await TestWallet.CreateAsync();
        var doomed = await wallet.StartGuardAsync(place);
        var session = await wallet.ConnectAsync();
        var lost = await session.SendUsdcAsync("1", "wish");

        // The server has meanwhile started another guard or told of a broken one; the doomed one must be dead.
        await doomed.WaitForExitAsync(TimeSpan.FromSeconds(20));
        var answer = await RetriedAsync(session, "wish");

        Assert.False(answer.IsError, $"after {place} (first answer: {lost.Text}): {answer.Text}");
        await AssertPaidOnceAsync(wallet, said: answer.Text);
        await AssertJournalIsWholeAsync(wallet);
    }

    [Fact]
    public async Task The_server_dies_with_the_call_in_flight_and_another_server_repeats_it()
    {
        await using var wallet = await TestWallet.CreateAsync();
        await wallet.StartGuardAsync();
        var first = await wallet.ConnectAsync();
        var inFlight = first.SendUsdcAsync("1", "wish");
        first.Server.Kill();
        await Assert.ThrowsAnyAsync<Exception>(() => inFlight);

        var second = await wallet.ConnectAsync();
        var answer = await RetriedAsync(second, "wish");

        Assert.False(answer.IsError, answer.Text);
        await AssertPaidOnceAsync(wallet);
    }

    [Fact]
    public async Task Guard_and_server_die_at_random_moments_of_twelve_wishes()
    {
        await using var wallet = await TestWallet.CreateAsync();
        var random = new Random(20260728);
        for (var wish = 0; wish < 12; wish++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"wish-{wish}");
            var guard = await wallet.StartGuardAsync();
            var session = await wallet.ConnectAsync();
            await session.CallAsync("policy_show");
            var inFlight = session.SendUsdcAsync("1", key);

            // A moment between the call and its answer, which takes some 10 to 30 ms here. A pause is the point of this test.
            await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 30), TestContext.Current.CancellationToken);
            guard.Kill();
            session.Server.Kill();
            await Task.WhenAny(inFlight);
            await guard.WaitForExitAsync(TimeSpan.FromSeconds(10));
            await AutoStartedGuard.EndAsync(wallet.GuardFolder);

            var again = await wallet.ConnectAsync();
            var answer = await RetriedAsync(again, key);
            Assert.False(answer.IsError, $"wish {wish}: {answer.Text}");
            await AutoStartedGuard.EndAsync(wallet.GuardFolder);
        }

        await AssertPaidOnceAsync(wallet, wishes: 12);
        await AssertJournalIsWholeAsync(wallet);
    }

    /// <summary>Repeats the call as its error text tells an agent to, until the guard is back.</summary>
    private static async Task<ToolAnswer> RetriedAsync(McpSession session, string key)
    {
        var answer = await session.SendUsdcAsync("1", key);
        for (var attempt = 0; answer.IsError && attempt < 5; attempt++)
        {
            answer = await session.SendUsdcAsync("1", key);
        }

        return answer;
    }

    private static async Task AssertPaidOnceAsync(TestWallet wallet, int wishes = 1, string said = "")
    {
        await wallet.WaitForNonceAsync(wishes);

        // A second payment would come after the first; give it a block of its own to show up in.
        await wallet.Anvil.MineAsync();
        var nonces = await wallet.MinedNoncesAsync();
        Assert.True(nonces.SequenceEqual(Enumerable.Range(0, wishes).Select(nonce => (long)nonce)), $"on chain: nonces [{string.Join(", ", nonces)}]. {said}");
        Assert.Equal(wishes * 1_000_000, await wallet.UsdcOfAsync(TestWallet.Payee));
    }

    private static async Task AssertJournalIsWholeAsync(TestWallet wallet)
    {
        await using var audit = await Product.RunAsync(wallet.Home, "audit", "--verify");
        Assert.True(audit.ExitCode == 0, audit.ErrorText + audit.OutputText);
    }
}
