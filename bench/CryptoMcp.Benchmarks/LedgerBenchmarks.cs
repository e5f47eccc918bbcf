using BenchmarkDotNet.Attributes;
using CryptoMcp.Ledger;
using CryptoMcp.Money;

namespace CryptoMcp.Benchmarks;

/// <summary>Two durable records of one caller, one after the other; bench/CryptoMcp.LedgerLoad measures many callers beside the disk.</summary>
[MemoryDiagnoser]
public class LedgerBenchmarks
{
    private static readonly AccountId s_account = AccountId.Parse("eip155:8453:0x52908400098527886E0F7030069857D2E4169EE7");

    private string _directory = "";
    private JournalLedger _ledger = null!;
    private int _next;

    [GlobalSetup]
    public async Task OpenAsync()
    {
        _directory = Directory.CreateTempSubdirectory("ledger-bench-").FullName;
        _ledger = await JournalLedger.OpenAsync(new() { Directory = _directory });
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _ledger.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark]
    public async Task<Payment> Reserve_and_commit()
    {
        var key = $"key-{_next++}";
        var request = new ReserveRequest { Client = "bench", Key = key, IntentDigest = key, Operation = "transfer", Account = s_account };
        var reserved = await _ledger.ReserveAsync(request, _ => new Ruling { Verdict = Ledger.Verdict.Allow, Charges = [new("day", 1)] });
        return await _ledger.ReleaseAsync(reserved.Payment.Id, new() { Reason = ReleaseReason.NeverSigned });
    }
}
