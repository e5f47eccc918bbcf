using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd;

/// <summary>The files that people copy into their clients do what they say.</summary>
public sealed class ConfigFilesTests
{
    [Theory]
    [InlineData("mcp.json", "mcpServers")]
    [InlineData("examples/claude-desktop.json", "mcpServers")]
    [InlineData("examples/cursor.json", "mcpServers")]
    [InlineData("examples/vscode.json", "servers")]
    public async Task An_entry_starts_the_server_by_its_name_on_the_path(string file, string servers)
    {
        var entry = (await ParseAsync(file))[servers]!["cryptomcp"]!;
        Assert.Equal("cryptomcp", entry["command"]!.GetValue<string>());
        await using var home = new EmptyHome();
        var programs = Directory.CreateDirectory(Path.Combine(home.Folder, "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(programs, "cryptomcp"), Product.Executable);

        // env(1) looks the name up on the PATH as a client does.
        string[] arguments = ["cryptomcp", .. entry["args"]!.AsArray().Select(argument => argument!.GetValue<string>())];
        var product = Product.Command(home.Folder);
        await using var session = await McpSession.OverStdioAsync(
            product with
            {
                File = "/usr/bin/env",
                Arguments = arguments,
                Environment = new Dictionary<string, string?>(product.Environment) { ["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}" },
            },
            null);
        var tools = await session.Client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains(tools, tool => tool.Name == "transfer_send");
    }

    [Fact]
    public async Task The_http_entry_names_the_address_that_serve_listens_on_by_default()
    {
        var entry = (await ParseAsync("examples/http.json"))["mcpServers"]!["cryptomcp"]!;
        await using var home = new EmptyHome();
        await using var help = await home.RunAsync("serve", "--help");

        var url = new Uri(entry["url"]!.GetValue<string>());
        Assert.Equal("http", entry["type"]!.GetValue<string>());
        Assert.True(url.IsLoopback);
        Assert.Equal("/mcp", url.AbsolutePath);
        Assert.Contains($"[default: {url.Port}]", help.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_example_is_left_out_here()
    {
        var known = new[] { "claude-desktop.json", "cursor.json", "http.json", "vscode.json", "my-chain.json", "policy-rules.json", "packages.lock.json" };
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, "examples"), "*.json", SearchOption.AllDirectories))
        {
            Assert.Contains(Path.GetFileName(file), known);
            await ParseAsync(Path.GetRelativePath(RepositoryPaths.Root, file));
        }
    }

    [Fact]
    public async Task The_example_of_x402_rules_fits_into_a_policy()
    {
        await using var home = new EmptyHome();
        await using var init = await home.RunAsync("init");
        await using var made = await home.RunAsync("policy", "new");
        Assert.True(made.ExitCode == 0, made.ErrorText);
        var policy = JsonNode.Parse(made.OutputText)!;
        var example = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(RepositoryPaths.Root, "examples", "x402", "policy-rules.json"), TestContext.Current.CancellationToken))!;
        example["rules"]!.AsArray().ToList().ForEach(rule => policy["rules"]!.AsArray().Add(rule!.DeepClone()));
        example["limits"]!.AsObject().ToList().ForEach(limit => policy["limits"]![limit.Key] = limit.Value!.DeepClone());
        await using var check = await home.RunAsync("policy", "check", await home.WriteAsync("with-x402.json", policy.ToJsonString()));
        Assert.True(check.ExitCode == 0, check.ErrorText + check.OutputText);
    }

    [Fact]
    public async Task The_example_of_an_own_chain_loads()
    {
        await using var home = new EmptyHome();
        var example = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "examples", "chains", "my-chain.json"), TestContext.Current.CancellationToken);
        await home.WriteAsync("chains.json", example);
        await using var init = await home.RunAsync("init");
        await using var made = await home.RunAsync("policy", "new", "--chain", "my-chain");

        Assert.True(init.ExitCode == 0, init.ErrorText);
        Assert.True(made.ExitCode == 0, made.ErrorText);
        var policy = JsonNode.Parse(made.OutputText)!;
        Assert.Equal("http://127.0.0.1:8545/", policy["rpc"]!["eip155:31337"]!["urls"]![0]!.GetValue<string>().TrimEnd('/') + "/");
        Assert.NotNull(policy["assets"]!["USDC"]!["on"]!["eip155:31337"]);
    }

    [Fact]
    public async Task A_chain_file_that_does_not_load_is_named_with_what_to_do()
    {
        await using var home = new EmptyHome();
        await home.WriteAsync("chains.json", """{ "chains": [ { "id": "one" } ] }""");
        await using var init = await home.RunAsync("init");

        Assert.Equal(1, init.ExitCode);
        Assert.StartsWith("chains_invalid: ", init.ErrorText, StringComparison.Ordinal);
        Assert.Contains("docs/chains.md", init.ErrorText, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> ParseAsync(string file) =>
        JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, file), TestContext.Current.CancellationToken))!;
}
