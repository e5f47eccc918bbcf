using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text;
using BenchmarkDotNet.Attributes;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Benchmarks;

/// <summary>Decisions under a large policy: 200 rules and 50 budgets, of which the last rule of its kind opens the spend.</summary>
[MemoryDiagnoser]
public class PolicyBenchmarks
{
    private readonly PolicyWorkload _workload = new();

    [Benchmark]
    public Decision Allowed() => _workload.Decide(_workload.Allowed);

    [Benchmark]
    public Decision Refused_by_no_rule() => _workload.Decide(_workload.Refused);

    [Benchmark]
    public PolicyDocument Load() => PolicyDocument.Load(_workload.File);
}

/// <summary>The policy, spends and ledger view that are measured.</summary>
internal sealed class PolicyWorkload : ISpendingView
{
    private const string Wallet = "0x52908400098527886E0F7030069857D2E4169EE7";

    private const string Recipient = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    private static readonly ChainId s_base = ChainId.Evm(8453);

    private static readonly Asset s_usdc = new(AssetId.Token(s_base, "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"), "USDC", 6);

    private readonly Dictionary<string, Usage> _usage = new(StringComparer.Ordinal);

    private readonly DateTimeOffset _now = new(2026, 11, 20, 11, 0, 0, TimeSpan.Zero);

    public PolicyWorkload()
    {
        File = Encoding.UTF8.GetBytes(Text());
        Policy = PolicyDocument.Load(File);
        Allowed = Spend("0.05 USDC");
        Refused = Spend("90 USDC");
        for (var i = 0; i < 50; i++)
        {
            _usage[string.Create(CultureInfo.InvariantCulture, $"b{i}")] = new(BigInteger.One, BigInteger.One);
        }
    }

    public byte[] File { get; }

    public PolicyDocument Policy { get; }

    public Spend Allowed { get; }

    public Spend Refused { get; }

    public int OpenAuthorizations => 1;

    public int OpenAt(string host) => 0;

    public int KeysOf(string budgetId) => 10;

    public DateTimeOffset? PayeeKnownSince(string payee, ChainId chain, string address) => DateTimeOffset.UnixEpoch;

    public Usage UsageOf(BudgetCounter counter) => _usage.GetValueOrDefault(counter.Id);

    public Decision Decide(Spend spend) => PolicyEngine.Decide(Policy, spend, this, FloorPrices.Instance, _now);

    private static Spend Spend(string amount) => new()
    {
        Operation = Operations.X402Pay,
        Account = new(s_base, Wallet),
        Client = "agent",
        Chain = s_base,
        Effects = [new Effect.Outflow(Amount.Parse(amount, s_usdc), Recipient)],
        Host = "api.shop.example",
        Scheme = "exact",
        AuthorizationLifetime = TimeSpan.FromSeconds(60),
    };

    private static string Text()
    {
        // All 200 rules are about the operation that is measured, so that no index spares their tests.
        var rules = Enumerable.Range(0, 199).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""
            { "id": "r{{i:D3}}", "{{(i % 4 == 0 ? "forbid" : i % 4 == 1 ? "ask" : "allow")}}": "x402.pay",
              "if": { "host": "h{{i}}.shop.example", "asset": "USDC", "amount": "<= 5 USDC", "to": "payee:*", "time": "07:00-22:00 Europe/Berlin" } }
            """)).Append("""{ "id": "r999", "allow": "x402.pay", "if": { "asset": "USDC", "amount": "<= 5 USD" } }""");
        var budgets = Enumerable.Range(0, 50).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""
            { "id": "b{{i}}", "limit": "{{1000 + i}} {{(i % 5 == 0 ? "payments" : i % 7 == 0 ? "USDC" : "USD")}}", "window": "{{1 + i}}h"{{(i % 3 == 0 ? ", \"each\": \"host\"" : string.Empty)}} }
            """));
        return $$"""
            { "policy": "cryptomcp/1", "name": "large", "revision": 1, "expires": "2030-01-01T00:00:00Z",
              "wallets": { "main": "{{Wallet}}" },
              "assets": { "USDC": { "decimals": 6, "usdAtLeast": "1", "on": { "eip155:8453": "{{s_usdc.Id.Reference}}" } },
                          "ETH": { "decimals": 18, "usdAtLeast": "1500", "on": { "eip155:8453": "native" } } },
              "budgets": [ {{string.Join(',', budgets)}} ],
              "rules": [ {{string.Join(',', rules)}} ],
              "limits": { "fee": { "eip155:8453": "0.001 ETH" }, "authorizationLifetime": "120s", "openAuthorizations": 4 },
              "approval": { "by": [ { "id": "tty", "kind": "terminal-passphrase" } ], "expires": "10m", "maxWaiting": 3 },
              "rpc": { "eip155:8453": { "urls": [ "https://a.example" ], "agree": 1 } },
              "changes": { "tighten": "now", "loosen": { "wait": "24h", "by": ["tty"] } } }
            """;
    }
}

/// <summary>Percentiles, which BenchmarkDotNet's means do not show.</summary>
internal static class PolicyFigures
{
    private const int Runs = 50_000;

    public static void Print(TextWriter output)
    {
        var workload = new PolicyWorkload();
        Measure("allowed", workload.Allowed);
        Measure("no rule", workload.Refused);

        void Measure(string name, Spend spend)
        {
            for (var i = 0; i < 5_000; i++)
            {
                workload.Decide(spend);
            }

            var ticks = new long[Runs];
            for (var i = 0; i < Runs; i++)
            {
                var start = Stopwatch.GetTimestamp();
                workload.Decide(spend);
                ticks[i] = Stopwatch.GetTimestamp() - start;
            }

            Array.Sort(ticks);
            // Wall-clock percentiles of a busy machine show its scheduler; the CPU time beside them shows the decision.
            var cpu = ThreadClock.Microseconds(() => workload.Decide(spend));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"policy decision, {name}, 200 rules, 50 budgets: {cpu:F1} us of CPU; wall clock p50 {Micro(ticks[Runs / 2]):F1} us, " +
                $"p99 {Micro(ticks[Runs * 99 / 100]):F1} us, max {Micro(ticks[^1]):F0} us ({workload.Decide(spend).Code})"));
        }
    }

    private static double Micro(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
