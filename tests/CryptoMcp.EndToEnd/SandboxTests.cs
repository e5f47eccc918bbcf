using System.Globalization;
using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd;

/// <summary>The sandbox, which is the first thing that a person runs: it shows the product at work and leaves nothing behind.</summary>
public sealed class SandboxTests
{
    private const string CoffeeShop = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    private const string Usdc = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

    [Fact]
    public async Task The_tour_pays_repeats_refuses_settles_and_leaves_nothing()
    {
        await using var home = new EmptyHome();
        await using var tour = await ChildProcess.RunAsync(Sandbox(home, "--tour"));

        Assert.True(tour.ExitCode == 0, tour.ErrorText + tour.OutputText);
        var said = tour.OutputText;
        Assert.Contains("→ transfer_send chain: sandbox, amount: 2.50 USDC, to: payee:coffee-shop", said, StringComparison.Ordinal);
        Assert.Contains("\"repeated\": true", said, StringComparison.Ordinal);
        Assert.Contains("✗ over_signature_limit", said, StringComparison.Ordinal);
        Assert.Matches(@"✗ over_budget: [^●]*The budget day has \d[\d.]* USD left of 10\.00 USD[^●]*Next: ", said);
        Assert.Contains("\"state\": \"settled\"", said, StringComparison.Ordinal);
        Assert.Contains("→ transfer_send chain: sandbox-solana, amount: 1 USDC, to: payee:tea-house", said, StringComparison.Ordinal);
        Assert.Matches("\"fee_paid\": \"0\\.00204\\d+ SOL\"", said);
        Assert.Contains("The tour is over.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", tour.ErrorText, StringComparison.Ordinal);
        AssertNothingIsLeft(home);
    }

    [Fact]
    public async Task It_serves_the_example_agents_until_ctrl_c_and_leaves_nothing()
    {
        await using var home = new EmptyHome();
        await using var sandbox = await ChildProcess.StartAsync(Sandbox(home));
        var url = After(await sandbox.WaitForOutputAsync("MCP endpoint: "), "MCP endpoint: ");
        var chain = new JsonRpcNode(new Uri(After(await sandbox.WaitForOutputAsync("Chain: "), "Chain: ").Split(' ')[0]));
        await sandbox.WaitForOutputAsync("Ctrl-C ends");
        Assert.NotEmpty(ProcessesOf(home));

        var snippet = sandbox.OutputText[sandbox.OutputText.IndexOf('{', StringComparison.Ordinal)..(sandbox.OutputText.LastIndexOf('}') + 1)];
        Assert.Equal(url, JsonNode.Parse(snippet)!["mcpServers"]!["cryptomcp"]!["url"]!.GetValue<string>());

        await AssertAgentPaysAsync("node", "agent.mjs", 1_000_000);
        if (Python() is { } python)
        {
            await AssertAgentPaysAsync(python, "agent.py", 2_000_000);
        }
        else
        {
            TestContext.Current.TestOutputHelper?.WriteLine("The agent in Python was not tried: there is no python3 here.");
        }

        await sandbox.InterruptAsync();
        Assert.Equal(0, await sandbox.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("The sandbox is gone.", sandbox.OutputText, StringComparison.Ordinal);
        AssertNothingIsLeft(home);

        async Task AssertAgentPaysAsync(string language, string script, long received)
        {
            await using var agent = await ChildProcess.RunAsync(new ChildProcessStart(
                language, Path.Combine(RepositoryPaths.Root, "examples", "sidecar", script), url, "sandbox", "1 USDC", "payee:coffee-shop"));
            Assert.True(agent.ExitCode == 0, agent.ErrorText + agent.OutputText);
            Assert.Contains("Sent: ", agent.OutputText, StringComparison.Ordinal);
            Assert.Equal(received, (long)await BalanceAsync(chain));
        }
    }

    [Fact]
    public async Task Killed_it_leaves_no_process()
    {
        await using var home = new EmptyHome();
        await using var sandbox = await ChildProcess.StartAsync(Sandbox(home));
        await sandbox.WaitForOutputAsync("Ctrl-C ends");
        sandbox.Kill();
        for (var patience = DateTime.UtcNow.AddSeconds(10); ProcessesOf(home).Count > 0 && DateTime.UtcNow < patience;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        Assert.Empty(ProcessesOf(home));
    }

    /// <summary>The sandbox with a folder for temporary files of its own, and the person's npm cache, so that nothing is fetched twice.</summary>
    private static ChildProcessStart Sandbox(EmptyHome home, params string[] arguments)
    {
        var start = Product.Command(home.Folder, ["sandbox", .. arguments]);
        var caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return start with
        {
            Environment = new Dictionary<string, string?>(start.Environment) { ["TMPDIR"] = home.Folder, ["XDG_CACHE_HOME"] = caches },
        };
    }

    private static void AssertNothingIsLeft(EmptyHome home)
    {
        Assert.Empty(ProcessesOf(home));
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Folder, "cmcp-*"));
    }

    /// <summary>Whatever inherited the sandbox's environment: itself, the chain's shell, anvil, the guard.</summary>
    private static List<string> ProcessesOf(EmptyHome home)
    {
        var found = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "environ")).Contains($"TMPDIR={home.Folder}\0", StringComparison.Ordinal))
                {
                    found.Add(File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' '));
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // A process that ended while we looked, or one of another user.
            }
        }

        return found;
    }

    private static async Task<System.Numerics.BigInteger> BalanceAsync(JsonRpcNode chain)
    {
        var call = new JsonObject { ["to"] = Usdc, ["data"] = string.Create(CultureInfo.InvariantCulture, $"0x70a08231{CoffeeShop[2..].PadLeft(64, '0')}") };
        return JsonRpcNode.Quantity((await chain.CallAsync("eth_call", call, "latest"))!.GetValue<string>());
    }

    private static string After(string line, string mark) => line[(line.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..].Trim();

    private static string? Python() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, "python3")).FirstOrDefault(File.Exists);
}
