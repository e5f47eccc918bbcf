using System.Text.Json;
using CryptoMcp.EndToEnd.Fixtures;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.EndToEnd.Approvals;

/// <summary>A payment that needs the owner, from the agent's call to the chain, over whole processes.</summary>
public sealed class AskedPaymentTests
{
    private const string Passphrase = "correct horse battery";

    private static readonly WalletPlan s_plan = new()
    {
        Rules = ["""{ "id": "ask-first", "ask": "transfer", "if": { "amount": "<= 10 USD" } }"""],
    };

    [Fact]
    public async Task The_agent_is_told_the_owner_answers_at_a_terminal_and_the_guard_pays()
    {
        await using var wallet = await TestWallet.CreateAsync(s_plan);
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();
        var asked = await session.SendUsdcAsync("1", "invoice-7");
        Assert.False(asked.IsError, asked.Text);
        Assert.Equal("needs_approval", asked["state"]);
        var approval = asked.Structured.GetProperty("approval");
        var id = approval.GetProperty("approval_id").GetString()!;
        Assert.StartsWith("http://localhost:", approval.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Equal("waiting", (await session.CallAsync("approval_get", new { approval_id = id }))["status"]);

        // Over a pipe nobody is asked anything.
        await using var piped = await Product.RunAsync(wallet.Home, "approve", id);
        Assert.Equal(1, piped.ExitCode);
        Assert.Contains("terminal_needed", piped.ErrorText, StringComparison.Ordinal);
        Assert.Equal(0, await wallet.UsdcOfAsync(TestWallet.Payee));

        // The owner, at a terminal: the end of the address, then a passphrase chosen twice, then the passphrase.
        var terminal = await TerminalRun.TypeAsync(wallet.Home, $"approve {id}", TestWallet.Payee[^4..], Passphrase, Passphrase, Passphrase);
        Assert.Contains("Approved.", terminal, StringComparison.Ordinal);
        Assert.DoesNotContain(Passphrase, terminal, StringComparison.Ordinal);
        await wallet.WaitForNonceAsync(1);
        Assert.Equal(1_000_000, await wallet.UsdcOfAsync(TestWallet.Payee));
        Assert.Equal("approved", (await session.CallAsync("approval_get", new { approval_id = id }))["status"]);

        var again = await session.SendUsdcAsync("1", "invoice-7");
        Assert.Equal(asked["payment_id"], again["payment_id"]);
        Assert.Equal(1, await wallet.Anvil.NonceAsync(wallet.Address));
    }

    [Fact]
    public async Task A_wrong_passphrase_at_a_terminal_pays_nothing_and_refusing_needs_none()
    {
        await using var wallet = await TestWallet.CreateAsync(s_plan);
        await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();
        var asked = await session.SendUsdcAsync("1", "a");
        var id = asked.Structured.GetProperty("approval").GetProperty("approval_id").GetString()!;
        var wrong = await TerminalRun.TypeAsync(wallet.Home, $"approve {id}", TestWallet.Payee[^4..], Passphrase, Passphrase, "something else");
        Assert.Contains("wrong_passphrase", wrong, StringComparison.Ordinal);
        await using var list = await Product.RunAsync(wallet.Home, "approve", "--json");
        Assert.Equal(id, JsonDocument.Parse(list.OutputText).RootElement.GetProperty("approvals")[0].GetProperty("approval_id").GetString());
        await using var refuse = await Product.RunAsync(wallet.Home, "approve", id, "--refuse");
        Assert.Equal(0, refuse.ExitCode);
        Assert.Equal("refused", (await session.CallAsync("approval_get", new { approval_id = id }))["status"]);
        Assert.Equal(0, await wallet.Anvil.NonceAsync(wallet.Address));
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_client_that_accepts_whatever_it_is_asked_is_sent_to_the_page_and_approves_nothing(string revision)
    {
        await using var wallet = await TestWallet.CreateAsync(s_plan);
        await wallet.StartGuardAsync();
        var asked = new List<ElicitRequestParams>();
        await using var session = await McpSession.OverStdioAsync(Product.Command(wallet.Home, "serve"), revision, options =>
        {
            options.Capabilities = new() { Elicitation = new() { Form = new(), Url = new() } };
            options.Handlers = new()
            {
                ElicitationHandler = (request, _) =>
                {
                    asked.Add(request!);
                    return ValueTask.FromResult(new ElicitResult { Action = "accept" });
                },
            };
        });
        var answer = await session.SendUsdcAsync("1", "a");
        Assert.Equal("needs_approval", answer["state"]);
        var sent = Assert.Single(asked);
        Assert.Equal("url", sent.Mode);
        Assert.Equal(answer.Structured.GetProperty("approval").GetProperty("url").GetString(), sent.Url);
        Assert.Equal(0, await wallet.Anvil.NonceAsync(wallet.Address));
        Assert.Equal("needs_approval", (await session.SendUsdcAsync("1", "a"))["state"]);
    }

    [Fact]
    public async Task A_client_with_forms_only_is_shown_no_form()
    {
        await using var wallet = await TestWallet.CreateAsync(s_plan);
        await wallet.StartGuardAsync();
        var asked = 0;
        await using var session = await McpSession.OverStdioAsync(Product.Command(wallet.Home, "serve"), null, options =>
        {
            options.Capabilities = new() { Elicitation = new() { Form = new() } };
            options.Handlers = new()
            {
                ElicitationHandler = (_, _) =>
                {
                    asked++;
                    return ValueTask.FromResult(new ElicitResult { Action = "accept" });
                },
            };
        });
        Assert.Equal("needs_approval", (await session.SendUsdcAsync("1", "a"))["state"]);
        Assert.Equal(0, asked);
        Assert.Equal(0, await wallet.Anvil.NonceAsync(wallet.Address));
    }
}
