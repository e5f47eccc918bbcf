using System.Globalization;
using System.Text.Json.Nodes;
using CryptoMcp.Evm;
using CryptoMcp.Testing;

namespace CryptoMcp.Reputation.Tests;

public sealed class LogScannerTests : IAsyncLifetime
{
    private static readonly LogQuery s_feedback = new([RegistryChain.Set.Reputation], [[ReputationRegistry.NewFeedback.Topic]]);

    private RegistryChain _chain = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _chain = await RegistryChain.StartAsync(withUsdc: false);
        await _chain.RegisterAsync(RegistryChain.Account(1));
        for (var i = 0; i < 6; i++)
        {
            await _chain.FeedbackAsync(RegistryChain.Account(10 + i), 0, "80");
            await _chain.Anvil.MineAsync(20);
        }
    }

    public ValueTask DisposeAsync() => _chain.DisposeAsync();

    [Fact]
    public async Task A_node_that_allows_few_blocks_is_asked_in_small_steps_until_all_is_seen()
    {
        _chain.Proxy.Set(Limited(7, "query exceeds max block range 7"));

        var scan = await ScanAsync(await HeadAsync());

        Assert.True(scan.Coverage.IsWhole);
        Assert.Equal(6, scan.Logs.Count);
    }

    [Fact]
    public async Task A_suggested_range_is_taken()
    {
        var first = true;
        var asked = new List<ulong>();
        _chain.Proxy.Set(new RpcFault.Lie(
            (request, result) =>
            {
                asked.Add(ToOf(request));
                return result?.DeepClone();
            },
            "eth_getLogs"));
        var head = await HeadAsync();
        using var rpc = new EvmRpc(_chain.Chain, new()
        {
            RetryDelay = TimeSpan.Zero,
            CreateHandler = () => new Suggesting(() => first && !(first = false)),
        });
        await rpc.GetBlockNumberAsync(Ct); // so that the chain id does not share a batch with the first scan

        var scan = await new LogScanner(rpc, Budget()).ScanAsync(s_feedback, new(0, head), Ct);

        Assert.True(scan.Coverage.IsWhole);
        Assert.Equal(6, scan.Logs.Count);
        Assert.Equal(17UL, asked[0]);
    }

    [Fact]
    public async Task A_spent_budget_ends_the_scan_and_says_which_blocks_were_not_seen()
    {
        _chain.Proxy.Set(Limited(5, "limit exceeded"));
        var head = await HeadAsync();

        var scan = await new LogScanner(_chain.Rpc, new(30, TimeSpan.FromMinutes(1), TimeProvider.System)).ScanAsync(s_feedback, new(0, head), Ct);

        Assert.False(scan.Coverage.IsWhole);
        var missing = Assert.Single(scan.Coverage.NotScanned);
        Assert.Equal(head, missing.Last);
        Assert.Equal(scan.Coverage.Asked.Count, scan.Coverage.Scanned + missing.Count);
        Assert.All(scan.Logs, log => Assert.True(log.BlockNumber < missing.First));
        Assert.NotNull(scan.Coverage.Reason);
    }

    [Fact]
    public async Task The_next_scan_goes_on_where_one_ended_also_from_disk()
    {
        using var folder = new TemporaryFolder();
        var head = await HeadAsync();
        var final = await Finality.GetFinalBlockAsync(_chain.Rpc, Ct);
        _chain.Proxy.Set(Limited(5, "limit exceeded"));

        LogScan scan;
        var runs = 0;
        do
        {
            // Each time a new cache: only the disk remembers.
            scan = await new LogScanner(_chain.Rpc, new(25, TimeSpan.FromMinutes(1), TimeProvider.System), new(folder.Path)) { Final = final }
                .ScanAsync(s_feedback, new(0, head), Ct);
        }
        while (!scan.Coverage.IsWhole && ++runs < 20);

        Assert.True(scan.Coverage.IsWhole);
        Assert.True(runs > 0);
        Assert.Equal(6, scan.Logs.Count);
        Assert.True(scan.Coverage.FromCache > 0);
        Assert.Equal(scan.Logs.Count, scan.Logs.Select(log => (log.BlockNumber, log.LogIndex)).Distinct().Count());
    }

    [Fact]
    public async Task What_was_kept_is_not_read_again_and_not_used_for_another_chain()
    {
        using var folder = new TemporaryFolder();
        var head = await HeadAsync();
        var final = await Finality.GetFinalBlockAsync(_chain.Rpc, Ct);
        await new LogScanner(_chain.Rpc, Budget(), new(folder.Path)) { Final = final }.ScanAsync(s_feedback, new(0, head), Ct);

        var again = await new LogScanner(_chain.Rpc, Budget(), new(folder.Path)) { Final = final }.ScanAsync(s_feedback, new(0, head), Ct);
        Assert.Equal(final!.Number + 1, again.Coverage.FromCache);

        await using var other = await RegistryChain.StartAsync(withUsdc: false);
        await other.Anvil.MineAsync((int)head);
        var elsewhere = await new LogScanner(other.Rpc, Budget(), new(folder.Path)) { Final = await Finality.GetFinalBlockAsync(other.Rpc, Ct) }
            .ScanAsync(s_feedback, new(0, head), Ct);
        Assert.Equal(0UL, elsewhere.Coverage.FromCache);
        Assert.Empty(elsewhere.Logs);
    }

    [Fact]
    public async Task A_torn_cache_file_is_as_good_as_none()
    {
        using var folder = new TemporaryFolder();
        var head = await HeadAsync();
        var final = await Finality.GetFinalBlockAsync(_chain.Rpc, Ct);
        await new LogScanner(_chain.Rpc, Budget(), new(folder.Path)) { Final = final }.ScanAsync(s_feedback, new(0, head), Ct);
        var file = Directory.GetFiles(folder.Path).Single();
        var whole = await File.ReadAllBytesAsync(file, Ct);

        foreach (var length in (int[])[0, 3, 40, whole.Length / 2, whole.Length - 1])
        {
            await File.WriteAllBytesAsync(file, whole[..length], Ct);
            var scan = await new LogScanner(_chain.Rpc, Budget(), new(folder.Path)) { Final = final }.ScanAsync(s_feedback, new(0, head), Ct);

            Assert.Equal(6, scan.Logs.Count);
            Assert.Equal(0UL, scan.Coverage.FromCache);
        }
    }

    [Fact]
    public async Task Logs_that_were_not_asked_for_spoil_the_answer()
    {
        _chain.Proxy.Set(new RpcFault.Lie(
            (_, result) =>
            {
                var logs = result!.DeepClone();
                logs.AsArray()[0]!["address"] = RegistryChain.Usdc.ToLowerString();
                return logs;
            },
            "eth_getLogs"));

        var scan = await ScanAsync(await HeadAsync());

        Assert.False(scan.Coverage.IsWhole);
        Assert.Contains("not asked for", scan.Coverage.Reason, StringComparison.Ordinal);
    }

    private static ReadBudget Budget() => new(500, TimeSpan.FromMinutes(1), TimeProvider.System);

    private static ulong ToOf(JsonNode request) => Quantity(request, "toBlock");

    private static ulong Quantity(JsonNode request, string name) =>
        ulong.Parse(request["params"]![0]![name]!.GetValue<string>()[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>A node that refuses ranges of more than so many blocks.</summary>
    private static RpcFault.RpcError Limited(ulong blocks, string message) => new RpcFault.RpcError(-32602, message, "eth_getLogs")
    {
        When = request => Quantity(request, "toBlock") - Quantity(request, "fromBlock") >= blocks,
    };

    private async Task<ulong> HeadAsync() => await _chain.Rpc.GetBlockNumberAsync(Ct);

    private Task<LogScan> ScanAsync(ulong head) => new LogScanner(_chain.Rpc, Budget()).ScanAsync(s_feedback, new(0, head), Ct);

    /// <summary>Answers the first request for logs as Alchemy does: with the range that it would take.</summary>
    private sealed class Suggesting(Func<bool> isFirst) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            return body.Contains("eth_getLogs", StringComparison.Ordinal) && !body.StartsWith('[') && isFirst()
                ? new() { Content = new StringContent("""{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"this block range should work: [0x0, 0x11]"}}""") }
                : await base.SendAsync(request, cancellationToken);
        }
    }
}
