using System.Globalization;
using CryptoMcp.EndToEnd.Fixtures;

namespace CryptoMcp.EndToEnd;

/// <summary>Several clients at once share one guard: one budget, one sequence of nonces.</summary>
public sealed class ConcurrencyTests
{
    private const int Servers = 5;
    private const int Transfers = 50;

    [Fact]
    public async Task Fifty_transfers_from_five_servers_all_land_under_consecutive_nonces()
    {
        await using var wallet = await TestWallet.CreateAsync();

        var answers = await SendFromAllAsync(wallet);

        Assert.All(answers, answer => Assert.False(answer.IsError, answer.Text));
        Assert.Equal(Transfers, answers.Select(answer => answer["payment_id"]).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, Transfers).Select(nonce => (long)nonce), await MinedNoncesAsync(wallet, Transfers));
        Assert.Equal(Transfers * 100_000, await wallet.UsdcOfAsync(TestWallet.Payee));
    }

    [Fact]
    public async Task With_a_budget_for_twenty_exactly_twenty_land()
    {
        await using var wallet = await TestWallet.CreateAsync(new WalletPlan
        {
            Budgets = ["""{ "id": "day", "limit": "1000 USD", "window": "24h" }""", """{ "id": "rate", "limit": "20 payments", "window": "24h" }"""],
        });

        var answers = await SendFromAllAsync(wallet);

        Assert.Equal(20, answers.Count(answer => !answer.IsError));
        Assert.All(answers.Where(answer => answer.IsError), refused => Assert.Contains("rate", refused.Text, StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, 20).Select(nonce => (long)nonce), await MinedNoncesAsync(wallet, 20));
        Assert.Equal(20 * 100_000, await wallet.UsdcOfAsync(TestWallet.Payee));
    }

    [Fact]
    public async Task One_wish_sent_by_five_servers_at_once_is_paid_once()
    {
        await using var wallet = await TestWallet.CreateAsync();
        var sessions = await Task.WhenAll(Enumerable.Range(0, Servers).Select(_ => wallet.ConnectAsync()));

        var answers = await Task.WhenAll(sessions.Select(session => session.SendUsdcAsync("1", "the-one-wish")));

        Assert.All(answers, answer => Assert.False(answer.IsError, answer.Text));
        Assert.Single(answers.Select(answer => answer["payment_id"]).Distinct());
        Assert.Equal([0], await MinedNoncesAsync(wallet, 1));
        Assert.Equal(1_000_000, await wallet.UsdcOfAsync(TestWallet.Payee));
    }

    /// <summary>Servers that start at the same moment with no guard running: the hardest start there is.</summary>
    private static async Task<List<ToolAnswer>> SendFromAllAsync(TestWallet wallet)
    {
        var sessions = await Task.WhenAll(Enumerable.Range(0, Servers).Select(_ => wallet.ConnectAsync()));
        var answers = await Task.WhenAll(Enumerable.Range(0, Transfers).Select(
            number => sessions[number % Servers].SendUsdcAsync("0.10", string.Create(CultureInfo.InvariantCulture, $"wish-{number}"))));
        Assert.Single(AutoStartedGuard.Find(wallet.GuardFolder));
        return [.. answers];
    }

    private static async Task<List<long>> MinedNoncesAsync(TestWallet wallet, int expected)
    {
        await wallet.WaitForNonceAsync(expected);
        return await wallet.MinedNoncesAsync();
    }
}
