using System.Diagnostics;
using System.Text.Json;
using CryptoMcp.Ledger;
using CryptoMcp.Money;

namespace CryptoMcp.LedgerLoad;

/// <summary>Callers that reserve and commit as fast as they are let. Each operation is two durable records, one after the other.</summary>
internal sealed class Load(JournalLedger ledger, int callers, TimeSpan duration)
{
    private static readonly AccountId s_account = AccountId.Parse("eip155:8453:0x52908400098527886E0F7030069857D2E4169EE7");

    private readonly JsonElement _facts = JsonDocument.Parse("""{"to":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","amount":"1000000","asset":"USDC"}""").RootElement.Clone();
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private int _next;

    internal async Task<LoadResult> RunAsync()
    {
        var clock = Stopwatch.StartNew();
        var results = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(clock)))).ConfigureAwait(false);
        var seconds = clock.Elapsed.TotalSeconds;
        var reserves = results.SelectMany(r => r).ToArray();
        Array.Sort(reserves);
        return new(reserves.Length / seconds, Milliseconds(reserves, 0.50), Milliseconds(reserves, 0.99));
    }

    private static double Milliseconds(long[] sorted, double quantile) =>
        sorted.Length == 0 ? 0 : sorted[(int)(quantile * (sorted.Length - 1))] * 1000.0 / Stopwatch.Frequency;

    private async Task<List<long>> CallAsync(Stopwatch clock)
    {
        var reserves = new List<long>(1 << 14);
        while (clock.Elapsed < duration)
        {
            var number = Interlocked.Increment(ref _next);
            var request = new ReserveRequest
            {
                Client = "load",
                Key = $"{_run}-{number}",
                IntentDigest = $"{_run}-{number}",
                Operation = "transfer",
                Account = s_account,
                Facts = _facts,
            };
            var start = Stopwatch.GetTimestamp();
            var payment = (await ledger.ReserveAsync(request, Decide).ConfigureAwait(false)).Payment;
            reserves.Add(Stopwatch.GetTimestamp() - start);
            await ledger.ReleaseAsync(payment.Id, new() { Reason = ReleaseReason.NeverSigned }).ConfigureAwait(false);
        }

        return reserves;
    }

    private static Ruling Decide(ILedgerView view) => new()
    {
        Verdict = (view.UsageOf("day", TimeSpan.FromHours(24)).Total + view.UsageOf("per-payee|ops", TimeSpan.FromHours(1)).Total).Sign >= 0 ? Verdict.Allow : Verdict.Deny,
        Charges = [new("day", 1_000_000), new("per-payee|ops", 1_000_000)],
    };
}

/// <summary>Operations per second and the time that a reservation took, in milliseconds.</summary>
internal sealed record LoadResult(double PerSecond, double ReserveP50, double ReserveP99);
