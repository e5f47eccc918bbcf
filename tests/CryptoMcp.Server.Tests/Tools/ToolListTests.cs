using System.Text.RegularExpressions;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>What <c>tools/list</c> says of this set: written so that a model can choose, and honest about what each tool may do.</summary>
public sealed partial class ToolListTests
{
    private static readonly string[] s_names =
    [
        "allowance_list", "allowance_revoke", "approval_get", "chain_status", "contract_call", "contract_read", "invoice_create", "invoice_get",
        "name_resolve", "payment_cancel",
        "payment_get", "payment_list", "policy_check", "policy_show", "reputation_agent", "reputation_wallet", "token_info", "transaction_get",
        "transfer_quote", "transfer_send", "verify_signature", "wallet_accounts", "wallet_balances", "x402_call_tool",
        "x402_discover", "x402_pay", "x402_quote",
    ];

    public static TheoryData<string> Names() => [.. s_names];

    [Fact]
    public async Task The_set_is_listed_with_no_guard_no_network_and_no_configuration()
    {
        await using var server = await ToolServer.StartAsync();
        var tools = await server.Client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(s_names, tools.Select(tool => tool.Name));
    }

    [Theory]
    [InlineData("secure_funds")]
    [InlineData("Transfer_Send")]
    [InlineData("transfer_send ")]
    public async Task L5_A_tool_under_another_name_does_not_exist(string name)
    {
        await using var server = await ToolServer.StartAsync();
        var refusal = await Assert.ThrowsAnyAsync<McpException>(() => server.CallAsync(name, ("amount", "1 USDC")));
        Assert.Contains("Unknown tool", refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("transfer_send", true, "default", "only reads")]
    [InlineData("transfer_send", true, "all", "only reads")]
    [InlineData("wallet_balances", false, "x402", "--toolsets x402,wallet")]
    [InlineData("contract_call", false, "default", "--toolsets wallet,x402,contracts")]
    public async Task A_tool_that_is_not_offered_cannot_be_called_and_says_how_it_could(string name, bool readOnly, string toolsets, string says)
    {
        await using var server = await ToolServer.StartAsync(
            tools: new() { ReadOnly = readOnly, Toolsets = ToolSelection.TryParseToolsets(toolsets)! });
        var answer = await server.CallAsync(name);
        Assert.True(answer.IsError);
        var text = Assert.IsType<TextContentBlock>(Assert.Single(answer.Content)).Text;
        Assert.StartsWith("not_offered: ", text, StringComparison.Ordinal);
        Assert.Contains(says, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_pays_cancels_or_asks_for_money_is_not_read_only()
    {
        string[] acting = ["allowance_revoke", "contract_call", "payment_cancel", "transfer_send", "x402_call_tool", "x402_pay"];
        Assert.Equal(
            [.. acting.Append("invoice_create").Order(StringComparer.Ordinal)],
            ListedTools.All.Where(tool => tool.Annotations!.ReadOnlyHint is false).Select(tool => tool.Name).Order(StringComparer.Ordinal));
        Assert.Equal(acting, ListedTools.All.Where(tool => tool.Annotations!.DestructiveHint is true).Select(tool => tool.Name).Order(StringComparer.Ordinal));
        Assert.False(ListedTools.Named("contract_call").Annotations!.IdempotentHint);
        Assert.False(ListedTools.Named("transfer_send").Annotations!.IdempotentHint);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_description_is_fit_for_a_model(string name)
    {
        var tool = ListedTools.Named(name);
        var description = tool.Description!;
        Assert.InRange(description.Length, 80, 480);
        Assert.EndsWith(".", description, StringComparison.Ordinal);
        Assert.Matches(Printable(), description);

        // Each says where its power ends: what it never does, changes or knows.
        Assert.Matches(Limit(), description);
        Assert.All(ToolName().Matches(description), match => Assert.Contains(match.Value, s_names));
        Assert.DoesNotContain(name, description, StringComparison.Ordinal);
        foreach (var argument in tool.InputSchema.GetProperty("properties").EnumerateObject())
        {
            Assert.Matches(ArgumentName(), argument.Name);
            if (argument.Name is not ("detail" or "limit"))
            {
                Assert.InRange(argument.Value.GetProperty("description").GetString()!.Length, 10, 140);
            }
        }
    }

    [Fact]
    public void No_two_descriptions_are_alike()
    {
        var words = ListedTools.All.Select(tool => (tool.Name, Words: tool.Description!.ToLowerInvariant().Split(' ').ToHashSet(StringComparer.Ordinal))).ToList();
        for (var i = 0; i < words.Count; i++)
        {
            for (var j = i + 1; j < words.Count; j++)
            {
                var common = words[i].Words.Intersect(words[j].Words, StringComparer.Ordinal).Count();
                var all = words[i].Words.Union(words[j].Words, StringComparer.Ordinal).Count();
                Assert.True(common * 2 < all, $"{words[i].Name} and {words[j].Name} share {common} of {all} words");
            }
        }
    }

    [Fact]
    public void Sending_warns_about_retries_keys_and_denials()
    {
        var description = ListedTools.Named("transfer_send").Description!;
        Assert.Contains("irreversibl", description, StringComparison.Ordinal);
        Assert.Contains("same idempotency_key", description, StringComparison.Ordinal);
        Assert.Contains("never pays twice", description, StringComparison.Ordinal);
        Assert.Contains("Never retry with a new key", description, StringComparison.Ordinal);
        Assert.Contains("do not retry after a denial", description, StringComparison.Ordinal);
    }

    [GeneratedRegex("^[\\x20-\\x7e]+$")]
    private static partial Regex Printable();

    [GeneratedRegex("[Nn]ever|Knows nothing|Changes nothing|signs nothing|reserves nothing|nothing is")]
    private static partial Regex Limit();

    [GeneratedRegex("\\b(wallet|transfer|payment|policy|reputation|verify|token|name|transaction|chain)_[a-z]+\\b(?<!payment_id)")]
    private static partial Regex ToolName();

    [GeneratedRegex("^[a-z][a-z_]*$")]
    private static partial Regex ArgumentName();
}
