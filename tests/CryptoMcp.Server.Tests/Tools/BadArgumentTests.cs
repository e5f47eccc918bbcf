namespace CryptoMcp.Server.Tests.Tools;

/// <summary>Bad input, each with the code that it must be refused with, before the guard hears of it.</summary>
public sealed class BadArgumentTests
{
    private const string Address = Sample.Vault;

    public static TheoryData<string, string, string, string, string> Transfers() => new()
    {
        // what, amount, to, chain, code
        { "negative", "-1 USDC", Address, "base", "invalid_amount" },
        { "huge", new string('9', 100) + " USDC", Address, "base", "invalid_amount" },
        { "NaN", "NaN USDC", Address, "base", "invalid_amount" },
        { "infinity", "Infinity USDC", Address, "base", "invalid_amount" },
        { "exponent", "1e3 USDC", Address, "base", "invalid_amount" },
        { "hexadecimal", "0x10 USDC", Address, "base", "invalid_amount" },
        { "separator", "1,000 USDC", Address, "base", "invalid_amount" },
        { "leading zero", "01 USDC", Address, "base", "invalid_amount" },
        { "bare point", ".5 USDC", Address, "base", "invalid_amount" },
        { "full-width digits", "１ USDC", Address, "base", "invalid_amount" },
        { "zero", "0.00 USDC", Address, "base", "invalid_amount" },
        { "missing unit", "2.50", Address, "base", "invalid_amount" },
        { "unit of another script", "2.50 USDС", Address, "base", "invalid_amount" },
        { "two spaces", "2.50  USDC", Address, "base", "invalid_amount" },
        { "more decimals than any asset", "0." + new string('1', 37) + " USDC", Address, "base", "invalid_amount" },
        { "unknown chain", "1 USDC", Address, "basechain", "unknown_chain" },
        { "chain zero", "1 USDC", Address, "eip155:0", "unknown_chain" },
        { "unknown CAIP-2 chain", "1 USDC", Address, "eip155:99999999", "unknown_chain" },
        { "EVM address on Solana", "1 USDC", Address, "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "invalid_address" },
        { "bad checksum", "1 USDC", "0x70997970c51812dc3A010C7d01b50e0d17dc79C8", "base", "invalid_address" },
        { "short address", "1 USDC", "0x70997970C51812dc3A010C7d01b50e0d17dc79", "base", "invalid_address" },
        { "zero address", "1 USDC", "0x0000000000000000000000000000000000000000", "base", "invalid_address" },
        { "Solana address on EVM", "1 USDC", "7Yx3mC4qk2sQvX9uJb5eWz1TnPdRfGhLa8cEoKtVwBsD", "base", "invalid_address" },
        { "words", "1 USDC", "my friend Bob", "base", "invalid_address" },
        { "ENS name", "1 USDC", "vitalik.eth", "base", "name_not_accepted" },
        { "ENS subname in capitals", "1 USDC", "Pay.Vitalik.ETH", "base", "name_not_accepted" },
        { "empty payee", "1 USDC", "payee:", "base", "invalid_payee" },
        { "payee pattern", "1 USDC", "payee:*", "base", "invalid_payee" },
        { "payee with a path", "1 USDC", "payee:../x y", "base", "invalid_payee" },
    };

    [Theory]
    [MemberData(nameof(Transfers))]
    public async Task A_bad_transfer_is_refused_before_the_guard_hears_of_it(string what, string amount, string to, string chain, string code)
    {
        await using var guard = await ScriptedGuard.StartAsync();
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        foreach (var tool in (string[])["transfer_send", "transfer_quote", "policy_check"])
        {
            var text = await server.RefusedAsync(tool, ("amount", amount), ("to", to), ("chain", chain));
            Assert.True(text.StartsWith(code + ": ", StringComparison.Ordinal), $"{what}: {text}");
            Assert.Contains(" Next: ", text, StringComparison.Ordinal);
        }

        Assert.Empty(guard.Requests);
    }

    [Theory]
    [InlineData("1 DOGE", "unknown_asset")]
    [InlineData("0.0000001 USDC", "invalid_amount")]
    public async Task What_only_the_policy_knows_is_refused_by_the_guard_and_passed_on(string amount, string code)
    {
        await using var guard = await ScriptedGuard.StartAsync();
        guard.On("POST /v1/payments", heard => Answer.Problem(
            heard.Intent.Amount.EndsWith(" USDC", StringComparison.Ordinal) ? "invalid_amount" : "unknown_asset",
            "The policy pins no such amount on Base.",
            "Use USDC with 6 decimals, or ETH."));
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        var text = await server.RefusedAsync("transfer_send", ("amount", amount), ("to", Address), ("chain", "base"));
        Assert.StartsWith(code + ": ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_amount_as_a_number_is_refused_by_its_type()
    {
        await using var server = await ToolServer.StartAsync();
        var text = await server.RefusedAsync("transfer_send", ("amount", 2.5), ("to", Address), ("chain", "base"));
        Assert.StartsWith("invalid_argument: ", text, StringComparison.Ordinal);
        Assert.Contains("amount", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("payment_get", "payment_id", "../status", "invalid_payment_id")]
    [InlineData("payment_cancel", "payment_id", "pay_x/../../freeze", "invalid_payment_id")]
    [InlineData("payment_list", "state", "gone", "invalid_state")]
    [InlineData("payment_list", "limit", "1000", "invalid_argument")]
    [InlineData("payment_list", "offset", "3", "unknown_argument")]
    [InlineData("policy_show", "detail", "verbose", "invalid_argument")]
    [InlineData("chain_status", "chains", "nowhere", "unknown_chain")]
    [InlineData("chain_status", "chains", ",", "too_many_chains")]
    [InlineData("wallet_balances", "wallet", "savings", "unknown_wallet")]
    [InlineData("wallet_balances", "wallet", "0x1234", "invalid_address")]
    [InlineData("name_resolve", "name", "vitаlik.eth", "invalid_name")]
    [InlineData("name_resolve", "name", "0x1234", "invalid_address")]
    public async Task Other_bad_arguments(string tool, string argument, string value, string code)
    {
        await using var guard = await ScriptedGuard.StartAsync();
        await using var server = await ToolServer.StartAsync(guard.SocketPath);
        var text = await server.RefusedAsync(tool, (argument, value));
        Assert.True(text.StartsWith(code + ": ", StringComparison.Ordinal), text);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("line\nbreak")]
    [InlineData("ключ")]
    public async Task A_bad_idempotency_key_is_refused(string key)
    {
        await using var server = await ToolServer.StartAsync();
        var text = await server.RefusedAsync("transfer_send", ("amount", "1 USDC"), ("to", Address), ("chain", "base"), ("idempotency_key", key));
        Assert.StartsWith("invalid_idempotency_key: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_refused_with_advice()
    {
        await using var server = await ToolServer.StartAsync();
        var text = await server.RefusedAsync("transfer_send", ("amount", "1 USDC"), ("to", "vitalik.eth"), ("chain", "base"));
        Assert.Contains("name_resolve", text, StringComparison.Ordinal);
        Assert.Contains("payee:", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_chains_file_is_reported_by_the_tool_that_needs_it()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "[{\"id\": 31337, \"nmae\": \"x\"}]", TestContext.Current.CancellationToken);
            await using var guard = await ScriptedGuard.StartAsync();
            await using var server = await ToolServer.StartAsync(guard.SocketPath, file);
            Assert.StartsWith("invalid_chains_file: ", await server.RefusedAsync("chain_status"), StringComparison.Ordinal);
            await server.ReadAsync("policy_show");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
