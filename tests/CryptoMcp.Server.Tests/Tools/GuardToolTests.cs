using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>The tools that speak to the guard: what they send, how they show what comes back, and what a refusal says.</summary>
public sealed class GuardToolTests
{
    private static readonly (string, object)[] s_transfer = [("amount", "2.50 USDC"), ("to", Sample.Vault), ("chain", "base")];

    [Fact]
    public async Task Sending_passes_the_wish_on_in_words_and_returns_the_payment()
    {
        await using var guard = await ScriptedGuard.StartAsync();
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        var payment = await server.ReadAsync("transfer_send", [.. s_transfer, ("idempotency_key", "invoice-2041"), ("wallet", "main")]);
        Assert.Equal(Sample.PaymentId, payment.GetProperty("payment_id").GetString());
        Assert.Equal("exposed", payment.GetProperty("state").GetString());
        Assert.Equal("2026-11-20T13:00:00Z", payment.GetProperty("created_at").GetString());
        Assert.False(payment.TryGetProperty("detail", out _));
        Assert.False(payment.TryGetProperty("fee_paid", out _), "what is absent is left out, not null");

        var heard = Assert.Single(guard.Requests);
        Assert.Equal("POST /v1/payments", $"{heard.Method} {heard.Path}");
        Assert.Equal("stdio%3Aclaude-desktop", heard.Client);
        Assert.Equal(
            new TransferIntent { Chain = "eip155:8453", Amount = "2.50 USDC", To = Sample.Vault, IdempotencyKey = "invoice-2041", Wallet = "main" },
            heard.Intent);
    }

    [Fact]
    public async Task A_payee_is_passed_on_by_name()
    {
        await using var guard = await ScriptedGuard.StartAsync();
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        await server.ReadAsync("transfer_send", ("amount", "1 USDC"), ("to", "payee:ops-vault"), ("chain", "eip155:8453"));
        Assert.Equal("payee:ops-vault", Assert.Single(guard.Requests).Intent.To);
    }

    [Fact]
    public async Task A_denied_payment_is_an_error_with_rule_budget_left_frees_at_and_next()
    {
        await using var guard = await ScriptedGuard.StartAsync();
        guard.On("POST /v1/payments", _ => Answer.Ok(Sample.Denied, GuardJson.Default.PaymentView));
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        var text = await server.RefusedAsync("transfer_send", s_transfer);
        Assert.StartsWith("over_budget: ", text, StringComparison.Ordinal);
        Assert.Contains("nothing was paid", text, StringComparison.Ordinal);
        Assert.Contains(Sample.PaymentId, text, StringComparison.Ordinal);
        Assert.Contains("Rule: to-our-safe.", text, StringComparison.Ordinal);
        Assert.Contains("Budget day: 3 USD left of 25 USD per 24h, this takes 5 USD, more frees at 2026-11-20T18:00:00Z.", text, StringComparison.Ordinal);
        Assert.Contains("Next: Wait until 2026-11-20T18:00:00Z or ask the owner", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_problem_of_the_guard_keeps_its_code_its_advice_and_its_decision()
    {
        await using var guard = await ScriptedGuard.StartAsync();
        guard.On("POST /v1/payments", _ => Answer.Problem(new()
        {
            Code = "over_budget",
            Problem = "Budget day has not enough left.",
            Next = "Wait, or ask the owner.",
            Decision = Sample.OverBudget,
        }));
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        var text = await server.RefusedAsync("transfer_send", s_transfer);
        Assert.StartsWith("over_budget: Budget day has not enough left.", text, StringComparison.Ordinal);
        Assert.Contains("First unmet condition: budget day has room for 5 USD.", text, StringComparison.Ordinal);
        Assert.Contains("3 USD left of 25 USD per 24h", text, StringComparison.Ordinal);
        Assert.EndsWith("Next: Wait, or ask the owner.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_breaks_after_sending_says_that_the_outcome_is_unknown_and_that_the_same_key_is_safe()
    {
        await using var guard = await ScriptedGuard.StartAsync();
        guard.On("POST /v1/payments", _ => Answer.Dropped);
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        var text = await server.RefusedAsync("transfer_send", s_transfer);
        Assert.StartsWith("guard_unreachable: ", text, StringComparison.Ordinal);
        Assert.Contains("whether a payment was made is unknown", text, StringComparison.Ordinal);
        Assert.Contains("same idempotency key", text, StringComparison.Ordinal);
        Assert.Single(guard.Requests);
    }

    [Theory]
    [InlineData("<html>502</html>")]
    [InlineData("null")]
    [InlineData("{\"payment_id\":\"pay_1\"}")]
    public async Task Garbage_from_the_guard_is_no_result(string body)
    {
        await using var guard = await ScriptedGuard.StartAsync();
        guard.On("POST /v1/payments", _ => new(200, System.Text.Encoding.UTF8.GetBytes(body)));
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        Assert.StartsWith("guard_answer: ", await server.RefusedAsync("transfer_send", s_transfer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_call_says_that_nothing_was_paid_again()
    {
        await using var guard = await ScriptedGuard.StartAsync();
        guard.On("POST /v1/payments", _ => Answer.Ok(Sample.Payment with { Repeated = true }, GuardJson.Default.PaymentView));
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        Assert.True((await server.ReadAsync("transfer_send", s_transfer)).GetProperty("repeated").GetBoolean());
    }

    [Theory]
    [InlineData("transfer_quote", "POST /v1/quotes")]
    [InlineData("policy_check", "POST /v1/checks")]
    public async Task Quoting_and_checking_answer_a_denial_as_a_result(string tool, string request)
    {
        await using var guard = await ScriptedGuard.StartAsync();
        guard.On(request, _ => Answer.Ok(Sample.Quote with { Decision = Sample.OverBudget }, GuardJson.Default.QuoteView));
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        var decision = (await server.ReadAsync(tool, s_transfer)).GetProperty("decision");
        Assert.Equal("deny", decision.GetProperty("verdict").GetString());
        Assert.Equal("over_budget", decision.GetProperty("code").GetString());
        var budget = Assert.Single(decision.GetProperty("budgets").EnumerateArray());
        Assert.Equal("3 USD", budget.GetProperty("left").GetString());
        Assert.Equal("25 USD per 24h", budget.GetProperty("limit").GetString());
        Assert.Equal("2026-11-20T18:00:00Z", budget.GetProperty("frees_at").GetString());
        Assert.DoesNotContain(guard.Requests, heard => heard.Path == "/v1/payments");
    }

    [Fact]
    public async Task One_payment_is_shown_concise_or_in_detail()
    {
        await using var guard = await ScriptedGuard.StartAsync();
        guard.On($"GET /v1/payments/{Sample.PaymentId}", _ => Answer.Ok(Sample.Payment, GuardJson.Default.PaymentView));
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        var concise = await server.ReadAsync("payment_get", ("payment_id", Sample.PaymentId));
        var detailed = await server.ReadAsync("payment_get", ("payment_id", Sample.PaymentId), ("detail", "detailed"));
        Assert.False(concise.TryGetProperty("detail", out _));
        Assert.Equal(7, detailed.GetProperty("detail").GetProperty("nonce").GetInt32());
        Assert.Equal("allow", detailed.GetProperty("detail").GetProperty("decision").GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task Payments_are_listed_in_pages()
    {
        await using var guard = await ScriptedGuard.StartAsync();
        guard.On("GET /v1/payments", heard => Answer.Ok(
            heard.Query.Contains("cursor=next", StringComparison.Ordinal)
                ? new PaymentPage { Payments = [Sample.Denied], Total = 2 }
                : new PaymentPage { Payments = [Sample.Payment], Total = 2, NextCursor = "next" },
            GuardJson.Default.PaymentPage));
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        var first = await server.ReadAsync("payment_list", ("limit", 1), ("state", "settled"));
        var cursor = first.GetProperty("next_cursor").GetString()!;
        var second = await server.ReadAsync("payment_list", ("limit", 1), ("state", "settled"), ("cursor", cursor));
        Assert.Equal(2, first.GetProperty("total").GetInt32());
        Assert.False(second.TryGetProperty("next_cursor", out _));
        Assert.Equal("denied", second.GetProperty("payments")[0].GetProperty("state").GetString());
        Assert.All(guard.Requests, heard => Assert.Contains("limit=1&state=settled", heard.Query, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancelling_asks_the_guard_and_shows_where_the_payment_stands()
    {
        await using var guard = await ScriptedGuard.StartAsync();
        guard.On($"POST /v1/payments/{Sample.PaymentId}/cancel", _ => Answer.Ok(
            Sample.Payment with { State = "released", StateMeans = "The nonce was used by an empty transaction; nothing was paid." }, GuardJson.Default.PaymentView));
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        Assert.Equal("released", (await server.ReadAsync("payment_cancel", ("payment_id", Sample.PaymentId))).GetProperty("state").GetString());
        Assert.Equal("stdio%3Aclaude-desktop", Assert.Single(guard.Requests).Client);
    }

    [Fact]
    public async Task Accounts_and_policy_come_concise_or_in_detail()
    {
        await using var guard = await ScriptedGuard.StartAsync();
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        var chain = (await server.ReadAsync("wallet_accounts")).GetProperty("accounts")[0].GetProperty("chains")[0];
        Assert.Equal("base", chain.GetProperty("chain").GetString());
        Assert.Equal(["USDC", "ETH"], chain.GetProperty("assets").EnumerateArray().Select(asset => asset.GetString()));
        Assert.False(chain.TryGetProperty("pinned", out _));
        var pinned = (await server.ReadAsync("wallet_accounts", ("detail", "detailed"))).GetProperty("accounts")[0].GetProperty("chains")[0].GetProperty("pinned");
        Assert.Equal("1.00 USD", pinned[0].GetProperty("floor_price").GetString());

        var policy = await server.ReadAsync("policy_show");
        Assert.Equal("payee:ops-vault", policy.GetProperty("payees")[0].GetProperty("to").GetString());
        Assert.False(policy.TryGetProperty("explanation", out _));
        Assert.Equal(2, (await server.ReadAsync("policy_show", ("detail", "detailed"))).GetProperty("explanation").GetArrayLength());
    }

    [Fact]
    public async Task Without_a_guard_every_tool_that_needs_one_says_what_to_do()
    {
        await using var server = await ToolServer.StartAsync();
        foreach (var (tool, arguments) in new (string, (string, object)[])[]
        {
            ("wallet_accounts", []), ("wallet_balances", []), ("policy_show", []), ("payment_list", []),
            ("payment_get", [("payment_id", Sample.PaymentId)]), ("transfer_send", s_transfer), ("policy_check", s_transfer),
        })
        {
            Assert.StartsWith("no_guard: ", await server.RefusedAsync(tool, arguments), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task The_client_is_named_in_both_revisions(string protocol)
    {
        await using var guard = await ScriptedGuard.StartAsync();
        await using var server = await ToolServer.StartAsync(guard.SocketPath, protocol: protocol);
        await server.ReadAsync("transfer_quote", s_transfer);
        Assert.Equal("stdio%3Aclaude-desktop", Assert.Single(guard.Requests).Client);
    }
}
