using System.Diagnostics;
using System.Globalization;

namespace CryptoMcp.WholeProgram;

/// <summary>Transfers through a real MCP client: policy, journal flush, signature and broadcast included.</summary>
internal static class Transfers
{
    private const int UnitsEach = 10_000;
    private const int Concurrent = 32;
    private const int Burst = 1600;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    public static async Task MeasureAsync(Ground ground, Report report)
    {
        var sent = 0;
        for (; sent < 100; sent++)
        {
            await SendAsync(ground, $"warm-{sent}");
        }

        var times = new List<double>();
        for (var i = 0; i < 500; i++, sent++)
        {
            times.Add(await SendAsync(ground, $"one-{i}"));
        }

        report.AddTimes("transfer_send, one after the other", times, "p50 ≤ 4 ms");

        var next = -1;
        var began = Stopwatch.GetTimestamp();
        var each = new List<double>[Concurrent];
        await Task.WhenAll(Enumerable.Range(0, Concurrent).Select(async caller =>
        {
            each[caller] = [];
            while (Interlocked.Increment(ref next) is var i && i < Burst)
            {
                each[caller].Add(await SendAsync(ground, $"many-{i}"));
            }
        }));
        var elapsed = Stopwatch.GetElapsedTime(began);
        sent += Burst;
        var arrived = await ArrivedAsync(ground);
        while (arrived < sent && Stopwatch.GetElapsedTime(began) < s_patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            arrived = await ArrivedAsync(ground);
        }

        var landed = Stopwatch.GetElapsedTime(began);
        report.Add(
            $"transfer_send, {Concurrent} at a time",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Burst / elapsed.TotalSeconds:0}/s answered, {Burst / landed.TotalSeconds:0}/s on chain; {arrived} of {sent} arrived"),
            "≥ 300/s, all land");
        report.AddTimes($"transfer_send, {Concurrent} at a time, each", [.. each.SelectMany(t => t)]);
        report.Add("Resident memory of the guard after that", string.Create(CultureInfo.InvariantCulture, $"{StartUp.ResidentMegabytes(ground.GuardProcess):0.0} MiB"));
    }

    private static async Task<int> ArrivedAsync(Ground ground) => (int)(await ground.Token.BalanceAsync(Ground.Recipient) / UnitsEach);

    private static Task<double> SendAsync(Ground ground, string key) => ground.CallAsync("transfer_send", new()
    {
        ["chain"] = "bench",
        ["amount"] = "0.01 USDC",
        ["to"] = Ground.Recipient,
        ["idempotency_key"] = key,
    });
}
