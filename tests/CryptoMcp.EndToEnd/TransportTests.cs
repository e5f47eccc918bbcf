using System.Text.Json;
using CryptoMcp.EndToEnd.Fixtures;
using ModelContextProtocol.Client;

namespace CryptoMcp.EndToEnd;

/// <summary>A real client over both transports and both revisions of the protocol.</summary>
public sealed class TransportTests
{
    private static readonly string[] s_tools =
    [
        "wallet_accounts", "wallet_balances", "transfer_quote", "transfer_send", "payment_get", "payment_list", "payment_cancel",
        "policy_show", "policy_check", "token_info", "name_resolve", "transaction_get", "chain_status",
    ];

    public static TheoryData<string, string> Ways => new(
        from transport in new[] { "stdio", "http" } from revision in new[] { "2025-11-25", "2026-07-28" } select (transport, revision));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_wallet_is_seen_pays_and_is_followed_to_finality(string transport, string revision)
    {
        await using var wallet = await TestWallet.CreateAsync();
        await using var session = await ConnectAsync(wallet, transport, revision);

        var tools = await session.Client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Superset(s_tools.ToHashSet(), tools.Select(tool => tool.Name).ToHashSet());
        Assert.Contains(wallet.Address, (await Good(session, "wallet_accounts")).Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("10000", (await Good(session, "wallet_balances", new { chains = TestWallet.Chain })).Text.Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);

        var sent = await session.SendUsdcAsync("2.50", "invoice-1");
        Assert.False(sent.IsError, sent.Text);
        var settled = await SettledAsync(wallet, session, sent["payment_id"]);

        Assert.Equal(2_500_000, await wallet.UsdcOfAsync(TestWallet.Payee));
        Assert.StartsWith("0x", settled["transaction_id"], StringComparison.Ordinal);
        var transaction = await Good(session, "transaction_get", new { chain = TestWallet.Chain, transaction_id = settled["transaction_id"] });
        Assert.Contains("2.5", transaction.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Repeating_a_payment_under_its_key_does_not_pay_twice(string transport, string revision)
    {
        await using var wallet = await TestWallet.CreateAsync();
        await using var session = await ConnectAsync(wallet, transport, revision);

        var first = await session.SendUsdcAsync("1", "rent-may");
        var second = await session.SendUsdcAsync("1", "rent-may");

        Assert.Equal(first["payment_id"], second["payment_id"]);
        Assert.Equal("True", second["repeated"]);
        Assert.Equal(1_000_000, await wallet.UsdcOfAsync(TestWallet.Payee));
    }

    [Fact]
    public async Task Over_the_cap_it_says_rule_budget_and_what_to_do()
    {
        await using var wallet = await TestWallet.CreateAsync(new WalletPlan { Budgets = ["""{ "id": "day", "limit": "5 USD", "window": "24h" }"""] });
        await using var session = await wallet.ConnectAsync();
        Assert.False((await session.SendUsdcAsync("3", "a")).IsError);

        var refused = await session.SendUsdcAsync("3", "b");

        Assert.True(refused.IsError, refused.Text);
        Assert.Contains("day", refused.Text, StringComparison.Ordinal);
        Assert.Contains("Next:", refused.Text, StringComparison.Ordinal);
        Assert.Equal(3_000_000, await wallet.UsdcOfAsync(TestWallet.Payee));
    }

    [Fact]
    public async Task The_list_of_tools_needs_no_key_no_network_and_no_configuration()
    {
        var home = Directory.CreateTempSubdirectory("cm-").FullName;
        try
        {
            await using (var session = await McpSession.OverStdioAsync(Product.Command(home, "serve"), null))
            {
                var tools = await session.Client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
                Assert.Superset(s_tools.ToHashSet(), tools.Select(tool => tool.Name).ToHashSet());
                Assert.All(tools, tool => AssertComplete(tool));
            }

            Assert.Empty(AutoStartedGuard.Find(Path.Combine(home, "guard")));
            Assert.False(Directory.Exists(Path.Combine(home, "guard")), "listing tools made a wallet");
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task A_server_ends_when_its_client_goes_and_the_guard_stays_for_the_next_one()
    {
        await using var wallet = await TestWallet.CreateAsync();
        var first = await wallet.ConnectAsync();
        await Good(first, "policy_show");
        var guard = Assert.Single(AutoStartedGuard.Find(wallet.GuardFolder)).Id;

        first.Server.Input.Close();
        Assert.Equal(0, await first.Server.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        var second = await wallet.ConnectAsync();

        await Good(second, "policy_show");
        Assert.Equal(guard, Assert.Single(AutoStartedGuard.Find(wallet.GuardFolder)).Id);
    }

    private static async Task<McpSession> ConnectAsync(TestWallet wallet, string transport, string revision)
    {
        if (transport == "stdio")
        {
            return await wallet.ConnectAsync(revision);
        }

        var (_, url) = await wallet.ServeHttpAsync();
        return await McpSession.OverHttpAsync(url, revision);
    }

    private static async Task<ToolAnswer> Good(McpSession session, string tool, object? arguments = null)
    {
        var answer = await session.CallAsync(tool, arguments);
        Assert.False(answer.IsError, $"{tool}: {answer.Text}");
        return answer;
    }

    /// <summary>Mines until the guard reports the payment as final.</summary>
    private static async Task<ToolAnswer> SettledAsync(TestWallet wallet, McpSession session, string paymentId)
    {
        Assert.StartsWith("pay_", paymentId, StringComparison.Ordinal);
        var answer = await session.CallAsync("payment_get", new { payment_id = paymentId });
        for (var patience = DateTime.UtcNow.AddSeconds(30); answer["state"] != "settled" && DateTime.UtcNow < patience;)
        {
            await wallet.Anvil.MineAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
            answer = await session.CallAsync("payment_get", new { payment_id = paymentId });
        }

        Assert.True(answer["state"] == "settled", answer.Text);
        return answer;
    }

    private static void AssertComplete(McpClientTool tool)
    {
        var facts = tool.ProtocolTool;
        Assert.False(string.IsNullOrWhiteSpace(facts.Description), facts.Name);
        Assert.NotNull(facts.OutputSchema);
        Assert.NotNull(facts.Annotations?.ReadOnlyHint);
        Assert.NotNull(facts.Annotations?.DestructiveHint);
        Assert.NotNull(facts.Annotations?.IdempotentHint);
        Assert.NotNull(facts.Annotations?.OpenWorldHint);
        Assert.Equal(JsonValueKind.Object, facts.InputSchema.ValueKind);
    }
}
