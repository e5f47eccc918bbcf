using System.Diagnostics;
using CryptoMcp.Evm;

namespace CryptoMcp.WholeProgram;

/// <summary>Balances: the client library alone, and the tool through a real MCP client.</summary>
internal static class Reads
{
    private const int WarmUp = 200;
    private const int Runs = 1000;

    public static async Task MeasureAsync(Ground ground, Report report)
    {
        report.AddTimes("Native balance, client library", await NativeAsync(ground), "p50 ≤ 0.6 ms");
        var arguments = new Dictionary<string, object?> { ["chains"] = "bench" };
        var times = new List<double>();
        for (var i = -WarmUp; i < Runs; i++)
        {
            var elapsed = await ground.CallAsync("wallet_balances", arguments);
            if (i >= 0)
            {
                times.Add(elapsed);
            }
        }

        report.AddTimes("wallet_balances, coin and 20 tokens on one chain", times, "one round trip");
    }

    private static async Task<List<double>> NativeAsync(Ground ground)
    {
        var chains = EvmChains.Load(await File.ReadAllBytesAsync(Path.Combine(ground.Home, "chains.json")));
        using var rpc = new EvmRpc(chains.Find("bench"));
        var account = EvmAddress.Parse(Ground.Recipient);
        var times = new List<double>();
        for (var i = -WarmUp; i < Runs; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await rpc.GetBalanceAsync(account);
            if (i >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        return times;
    }
}
