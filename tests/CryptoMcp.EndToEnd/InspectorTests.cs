using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd;

/// <summary>The official inspector's command line, which is not of our making, lists and calls tools.</summary>
public sealed class InspectorTests
{
    [Fact]
    public async Task Over_stdio_it_finds_no_fault_with_the_schemas_and_calls_a_tool()
    {
        await using var wallet = await TestWallet.CreateAsync();
        await AssertInspectorWorksAsync(wallet, "-e", $"CRYPTOMCP_HOME={wallet.Home}", "--transport", "stdio", Product.Executable, "serve");
    }

    [Fact]
    public async Task Over_http_it_finds_no_fault_with_the_schemas_and_calls_a_tool()
    {
        await using var wallet = await TestWallet.CreateAsync();
        var (_, url) = await wallet.ServeHttpAsync();
        await AssertInspectorWorksAsync(wallet, "--transport", "http", "--server-url", url.ToString());
    }

    [Fact]
    public async Task A_refusal_reaches_it_as_an_error()
    {
        await using var wallet = await TestWallet.CreateAsync();
        var (_, url) = await wallet.ServeHttpAsync();
        await using var call = await InspectAsync(
            wallet, "--transport", "http", "--server-url", url.ToString(), "--method", "tools/call", "--tool-name", "transfer_send",
            "--tool-arg", "amount=-1 USDC", $"to={TestWallet.Payee}", $"chain={TestWallet.Chain}");

        Assert.NotEqual(0, call.ExitCode);
        Assert.Contains("invalid_amount", call.OutputText + call.ErrorText, StringComparison.Ordinal);
    }

    private static async Task AssertInspectorWorksAsync(TestWallet wallet, params string[] target)
    {
        await using var list = await InspectAsync(wallet, [.. target, "--method", "tools/list", "--strict"]);
        Assert.True(list.ExitCode == 0, list.ErrorText + list.OutputText);
        Assert.DoesNotContain("portability", list.ErrorText, StringComparison.OrdinalIgnoreCase);
        var names = JsonNode.Parse(list.OutputText)!["tools"]!.AsArray().Select(tool => tool!["name"]!.GetValue<string>());
        Assert.Contains("transfer_send", names);

        await using var call = await InspectAsync(
            wallet,
            [
                .. target, "--method", "tools/call", "--tool-name", "transfer_send",
                "--tool-arg", "amount=1.25 USDC", $"to={TestWallet.Payee}", $"chain={TestWallet.Chain}", "idempotency_key=from-inspector",
            ]);
        Assert.True(call.ExitCode == 0, call.ErrorText + call.OutputText);
        Assert.Equal(1_250_000, await wallet.UsdcOfAsync(TestWallet.Payee));
    }

    private static Task<ChildProcess> InspectAsync(TestWallet wallet, params string[] arguments) => ChildProcess.RunAsync(
        new ChildProcessStart(
            NodeScript.NodeForClients(),
            [RepositoryPaths.InClientsPackage(".bin", "mcp-inspector"), "--cli", .. arguments])
        {
            CleanEnvironment = true,
            Environment = new Dictionary<string, string?> { ["MCP_INSPECTOR_SECRET_STORE"] = "memory", ["HOME"] = wallet.Home },
        });
}
