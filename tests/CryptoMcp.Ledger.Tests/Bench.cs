using System.Numerics;
using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger.Tests;

/// <summary>A ledger somewhere, with the few requests and answers that the tests need.</summary>
public sealed class Bench : IAsyncDisposable
{
    public static readonly AccountId Alice = AccountId.Parse("eip155:8453:0x52908400098527886E0F7030069857D2E4169EE7");
    public static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static long s_intents;

    private Bench(ILedgerPlace place, ManualTime time, BookLedger ledger)
    {
        Place = place;
        Time = time;
        Ledger = ledger;
    }

    public ILedgerPlace Place { get; }

    public MemoryDisk Disk => ((JournalPlace)Place).Disk;

    public ManualTime Time { get; }

    public BookLedger Ledger { get; private set; }

    public JournalLedger Journal => (JournalLedger)Ledger;

    /// <summary>A ledger that is kept in a journal.</summary>
    public static Task<Bench> OpenAsync(MemoryDisk? disk = null, ManualTime? time = null, IFailPoints? failPoints = null) =>
        OpenAsync(new JournalPlace { Disk = disk ?? new() }, time, failPoints);

    /// <summary>A ledger that is kept somewhere.</summary>
    public static async Task<Bench> OpenAsync(ILedgerPlace place, ManualTime? time = null, IFailPoints? failPoints = null)
    {
        time ??= new();
        await place.PrepareAsync();
        return new(place, time, await place.OpenAsync(time, failPoints ?? NoFailPoints.Instance));
    }

    public static ValueTask<JournalLedger> LedgerOn(MemoryDisk disk, TimeProvider time, IFailPoints? failPoints = null) =>
        JournalLedger.OpenAsync(new()
        {
            Directory = "unused",
            Time = time,
            OpenStorage = disk.Open,
            FailPoints = failPoints ?? NoFailPoints.Instance,
        });

    public static ReserveRequest Request(string? key = null, string? intent = null, string client = "agent", params string[] tags) => new()
    {
        Client = client,
        Key = key,
        IntentDigest = intent ?? $"intent-{Interlocked.Increment(ref s_intents)}",
        Operation = "transfer",
        Account = Alice,
        Facts = JsonDocument.Parse("""{"summary":"1 USDC to the test","to":"0xé"}""").RootElement.Clone(),
        Tags = tags,
    };

    /// <summary>Allows what fits into the limit of counter "day" within 24 hours, as a policy would.</summary>
    public static Func<ILedgerView, Ruling> Within(BigInteger limit, BigInteger amount, TimeSpan? window = null, string counter = "day") => view =>
        view.UsageOf(counter, window ?? Day).Total + amount <= limit ? Allowing(new Charge(counter, amount)) : new() { Verdict = Verdict.Deny };

    public static Ruling Allowing(params Charge[] charges) => new() { Verdict = Verdict.Allow, Charges = charges };

    public static SigningMaterial Material(SigningSlot slot) => new()
    {
        Digest = $"0x{slot.PaymentId[4..]}{slot.Nonce}",
        UnsignedBytes = "0x02c0",
    };

    public static SigningMaterial Expiring(SigningSlot slot, DateTimeOffset at) => Material(slot) with { ExpiresAt = at };

    public static Settlement Settled(DateTimeOffset at, params Charge[] actual) => new() { FinalizedAt = at, Actual = actual, TransactionId = "0xabc" };

    public async Task<Payment> ReserveAsync(BigInteger amount, BigInteger limit, string? key = null) =>
        (await Ledger.ReserveAsync(Request(key), Within(limit, amount))).Payment;

    public async Task<Payment> ExposedAsync(BigInteger amount, ulong? chainNonce = null, DateTimeOffset? expires = null)
    {
        var payment = (await Ledger.ReserveAsync(Request(), _ => Allowing(new Charge("day", amount)))).Payment;
        await Ledger.BeginSigningAsync(
            payment.Id,
            chainNonce is { } nonce ? new(Alice, nonce) : null,
            slot => expires is { } at ? Expiring(slot, at) : Material(slot));
        return await Ledger.ExposeAsync(payment.Id, "0xsigned", $"0x{payment.Id[4..]}");
    }

    public CounterUsage Usage(string counter = "day", TimeSpan? window = null) => Ledger.View.UsageOf(counter, window ?? Day);

    /// <summary>The process ends and starts again on the same disk.</summary>
    public async Task RestartAsync()
    {
        await Ledger.DisposeAsync();
        Ledger = await Place.OpenAsync(Time, NoFailPoints.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await Place.DisposeAsync();
    }
}
