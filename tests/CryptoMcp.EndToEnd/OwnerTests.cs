using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.EndToEnd;

/// <summary>What an owner does with a wallet that agents use: verify the journal, stop everything, and attach pages and prompts in a client.</summary>
public sealed class OwnerTests
{
    [Fact]
    public async Task The_journal_is_printed_and_verified_and_a_flipped_byte_is_found()
    {
        await using var wallet = await TestWallet.CreateAsync();
        var session = await wallet.ConnectAsync();
        var paid = await session.SendUsdcAsync("1", "first");
        Assert.False(paid.IsError, paid.Text);

        // While the guard runs, as an owner would.
        await using var print = await Product.RunAsync(wallet.Home, "audit");
        await using var printJson = await Product.RunAsync(wallet.Home, "audit", "--json");
        await using var verify = await Product.RunAsync(wallet.Home, "audit", "--verify");
        await using var replay = await Product.RunAsync(wallet.Home, "audit", "replay");
        await using var replayJson = await Product.RunAsync(wallet.Home, "audit", "replay", "--json");
        await using var verifyJson = await Product.RunAsync(wallet.Home, "audit", "--verify", "--json");

        Assert.All(new[] { print, printJson, verify, verifyJson }, run => Assert.True(run.ExitCode == 0, run.ErrorText));
        Assert.Contains(paid["payment_id"], print.OutputText, StringComparison.Ordinal);
        Assert.All(printJson.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.NotNull(JsonNode.Parse(line)));
        Assert.Contains("The journal is whole", verify.OutputText, StringComparison.Ordinal);
        Assert.Equal(0, replay.ExitCode);
        Assert.Contains("All 1 decisions come out as they are recorded", replay.OutputText, StringComparison.Ordinal);
        Assert.True(JsonNode.Parse(replayJson.OutputText)!["agrees"]!.GetValue<bool>());
        Assert.True(JsonNode.Parse(verifyJson.OutputText)!["whole"]!.GetValue<bool>());

        await AutoStartedGuard.EndAsync(wallet.GuardFolder);
        var journal = Path.Combine(wallet.GuardFolder, "journal.jsonl");
        var bytes = await File.ReadAllBytesAsync(journal, TestContext.Current.CancellationToken);
        bytes[bytes.AsSpan().IndexOf("pay_"u8) + 5] ^= 1;
        await File.WriteAllBytesAsync(journal, bytes, TestContext.Current.CancellationToken);
        await using var broken = await Product.RunAsync(wallet.Home, "audit", "--verify");
        await using var brokenJson = await Product.RunAsync(wallet.Home, "audit", "--verify", "--json");
        await using var doctor = await Product.RunAsync(wallet.Home, "doctor", "--offline");

        Assert.Equal(3, broken.ExitCode);
        Assert.Contains("NOT whole", broken.ErrorText, StringComparison.Ordinal);
        Assert.Equal(3, brokenJson.ExitCode);
        Assert.False(JsonNode.Parse(brokenJson.OutputText)!["whole"]!.GetValue<bool>());
        Assert.Equal(3, doctor.ExitCode);
    }

    [Fact]
    public async Task After_freeze_nothing_is_paid_and_the_agent_reads_why()
    {
        await using var wallet = await TestWallet.CreateAsync();
        var session = await wallet.ConnectAsync();
        var before = await session.SendUsdcAsync("1", "before");
        Assert.False(before.IsError, before.Text);

        await using var freeze = await Product.RunAsync(wallet.Home, "freeze", "--reason", "something looks odd");
        var after = await session.SendUsdcAsync("1", "after");
        await using var doctor = await Product.RunAsync(wallet.Home, "doctor", "--offline");
        await using var show = await Product.RunAsync(wallet.Home, "policy", "show");

        Assert.True(freeze.ExitCode == 0, freeze.ErrorText);
        Assert.Equal("frozen", after.Code);
        Assert.Equal(1_000_000, await wallet.UsdcOfAsync(TestWallet.Payee));
        Assert.Equal(3, doctor.ExitCode);
        Assert.Contains("frozen", doctor.OutputText, StringComparison.Ordinal);
        Assert.Contains("FROZEN", show.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompts_carry_the_persons_words_and_resources_the_wallet_and_its_budgets()
    {
        await using var wallet = await TestWallet.CreateAsync();
        await wallet.StartGuardAsync();
        var client = (await wallet.ConnectAsync()).Client;
        var ct = TestContext.Current.CancellationToken;

        var prompts = await client.ListPromptsAsync(cancellationToken: ct);
        Assert.Equal(["check_wallet", "explain_refusal", "pay_someone"], prompts.Select(prompt => prompt.Name).Order());
        Assert.Contains("wallet_balances", await PromptAsync("check_wallet", []), StringComparison.Ordinal);
        Assert.Contains("over_budget: too much", await PromptAsync("explain_refusal", new() { ["refusal"] = "over_budget: too much" }), StringComparison.Ordinal);
        var pay = await PromptAsync("pay_someone", new() { ["amount"] = "2.50 USDC", ["to"] = "payee:ops-vault", ["chain"] = "sepolia" });
        Assert.Contains("Pay 2.50 USDC to payee:ops-vault on sepolia.", pay, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<McpException>(() => PromptAsync("no_such_prompt", []));

        var account = await PageAsync("cryptomcp://account");
        Assert.Contains(wallet.Address, account, StringComparison.Ordinal);
        Assert.Contains("USDC", account, StringComparison.Ordinal);
        var policy = await PageAsync("cryptomcp://policy");
        Assert.Contains("day: 1000", policy, StringComparison.Ordinal);
        Assert.Contains("payee:ops-vault", policy, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<McpException>(() => PageAsync("cryptomcp://keys"));

        async Task<string> PromptAsync(string name, Dictionary<string, object?> arguments)
        {
            var prompt = await client.GetPromptAsync(name, arguments, cancellationToken: ct);
            var message = Assert.Single(prompt.Messages);
            Assert.Equal(Role.User, message.Role);
            return Assert.IsType<TextContentBlock>(message.Content).Text;
        }

        async Task<string> PageAsync(string uri)
        {
            var page = Assert.IsType<TextResourceContents>(Assert.Single((await client.ReadResourceAsync(uri, cancellationToken: ct)).Contents));
            Assert.Equal("text/markdown", page.MimeType);
            Assert.StartsWith("# ", page.Text, StringComparison.Ordinal);
            return page.Text;
        }
    }
}
