using System.Diagnostics;
using System.Globalization;
using CryptoMcp.Ledger;
using CryptoMcp.Ledger.Postgres;
using CryptoMcp.Money;
using CryptoMcp.Testing;

namespace CryptoMcp.FleetLoad;

/// <summary>
/// Measures, in one run and on one server: payments of four guards, each a process of its own with 32 callers, on one
/// account and one budget in PostgreSQL; and, before and after, the database's own commit rate by pgbench with as many
/// connections as guards, each commit one insert of a row as long as a record. With <c>--faults</c> one guard is killed and
/// the database crashes in the middle, and the log is checked afterwards.
/// </summary>
/// <remarks>Arguments: <c>[seconds] [--faults]</c>. As a guard: <c>guard CONNECTION CALLERS SECONDS NAME</c>.</remarks>
internal static class Program
{
    private const int Guards = 4;
    private const int CallersEach = 32;

    private static async Task<int> Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (arguments is ["guard", var connection, var callers, var time, var name])
        {
            await Guard.RunAsync(connection, int.Parse(callers, CultureInfo.InvariantCulture), Seconds(time), name);
            return 0;
        }

        var duration = Seconds(arguments.FirstOrDefault(a => a != "--faults") ?? "10");
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await using (var prepared = new LedgerDatabase(server.ConnectionString(database)))
        {
            await Schema.PrepareAsync(prepared, null, CancellationToken.None);
        }

        var before = await RawDatabase.CommitsPerSecondAsync(server, Guards, duration / 2);
        var result = await FleetAsync(server, database, duration, withFaults: arguments.Contains("--faults"));
        var after = await RawDatabase.CommitsPerSecondAsync(server, Guards, duration / 2);
        var many = await RawDatabase.CommitsPerSecondAsync(server, Guards * CallersEach, duration / 2);
        var raw = (before + after) / 2;
        Console.WriteLine($"{Guards} guards x {CallersEach} callers: {result.Payments:N0} payments/s; {result.Steps:N0} durable steps/s (reserved and to be signed, exposed, settled: each answered when it is committed)");
        Console.WriteLine($"raw database, {Guards} connections: {raw:N0} commits/s ({before:N0} before, {after:N0} after); {Guards * CallersEach} connections: {many:N0} commits/s");
        Console.WriteLine($"durable steps per raw commit: {result.Steps / raw:P0}; payments per raw commit: {result.Payments / raw:P0}");
        return await CheckAsync(server, database) ? 0 : 1;
    }

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));

    private static async Task<(double Payments, double Steps)> FleetAsync(PostgresServer server, string database, TimeSpan duration, bool withFaults)
    {
        var guards = await Task.WhenAll(Enumerable.Range(0, Guards).Select(i => ChildProcess.StartAsync(new(
            Environment.ProcessPath!,
            ["guard", server.ConnectionString(database), $"{CallersEach}", $"{duration.TotalSeconds}", $"guard-{i}"]))));
        try
        {
            if (withFaults)
            {
                await Task.Delay(duration / 3);
                guards[1].Kill();
                await Task.Delay(duration / 3);
                await server.CrashAsync();
                await server.RestartAsync();
                Console.WriteLine("One guard was killed, and the database crashed and came back: figures are through that.");
            }

            var (payments, steps) = (0L, 0L);
            foreach (var guard in guards)
            {
                await guard.WaitForExitAsync(duration + TimeSpan.FromMinutes(2));
                if (guard.OutputText.Trim().Split(' ') is [var paid, var done])
                {
                    payments += long.Parse(paid, CultureInfo.InvariantCulture);
                    steps += long.Parse(done, CultureInfo.InvariantCulture);
                }
                else if (!withFaults)
                {
                    throw new InvalidOperationException($"A guard said: {guard.OutputText}{guard.ErrorText}");
                }
            }

            return (payments / duration.TotalSeconds, steps / duration.TotalSeconds);
        }
        finally
        {
            foreach (var guard in guards)
            {
                await guard.DisposeAsync();
            }
        }
    }

    /// <summary>The chain of hashes and every step, by the verifier; nonces, one after the other; and no overspend at any moment.</summary>
    private static async Task<bool> CheckAsync(PostgresServer server, string database)
    {
        await using var opened = new LedgerDatabase(server.ConnectionString(database));
        var report = await PostgresAudit.VerifyAsync(opened, CancellationToken.None);
        var nonces = await server.SqlAsync(database, "SELECT count(*) || ' ' || coalesce(max(nonce) + 1, 0) || ' ' || count(DISTINCT nonce) FROM cryptomcp.nonce");
        await using var ledger = await PostgresLedger.OpenAsync(new() { Database = new(server.ConnectionString(database)) });
        var usage = ledger.View.UsageOf(Guard.Counter, null);
        Console.WriteLine($"log: {report.Records:N0} records, {(report.IsWhole ? "whole" : report.Fault)}; nonces given out, highest + 1, distinct: {nonces}; spent {usage.Used:N0} and held {usage.Held:N0} of {Guard.Limit:N0}");
        return report.IsWhole && nonces.Split(' ').Distinct().Count() == 1 && usage.Total <= Guard.Limit;
    }
}

/// <summary>One guard's callers, each making payments one after the other.</summary>
internal static class Guard
{
    internal const string Counter = "day";
    internal const long Limit = 1_000_000_000_000;

    private static readonly AccountId s_account = AccountId.Parse("eip155:8453:0x52908400098527886E0F7030069857D2E4169EE7");
    private static long s_payments;
    private static long s_steps;

    internal static async Task RunAsync(string connection, int callers, TimeSpan duration, string name)
    {
        await using var ledger = await PostgresLedger.OpenAsync(new() { Database = new(connection), Patience = TimeSpan.FromMinutes(1) });
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => PayAsync(ledger, $"{name}-{caller}", clock, duration))));
        Console.WriteLine($"{s_payments} {s_steps}");
    }

    private static async Task PayAsync(PostgresLedger ledger, string caller, Stopwatch clock, TimeSpan duration)
    {
        for (var i = 0; clock.Elapsed < duration; i++)
        {
            var request = new ReserveRequest { Client = "load", Key = $"{caller}-{i}", IntentDigest = $"{caller}-{i}", Operation = "transfer", Account = s_account };
            var (_, authorization) = await ledger.ReserveAndBeginSigningAsync(request, Decide, new(s_account, 0), Build);
            var id = authorization!.PaymentId;
            await ledger.ExposeAsync(id, new string('a', 230), $"0x{id}");
            await ledger.SettleAsync(id, new() { FinalizedAt = ledger.View.WindowNow, Actual = [new(Counter, 1_000_000)], TransactionId = $"0x{id}" });
            Interlocked.Increment(ref s_payments);
            Interlocked.Add(ref s_steps, 3);
        }
    }

    private static Ruling Decide(ILedgerView view) => new()
    {
        Verdict = view.UsageOf(Counter, TimeSpan.FromHours(24)).Total + 1_000_000 <= Limit ? Verdict.Allow : Verdict.Deny,
        Charges = [new(Counter, 1_000_000)],
    };

    private static SigningMaterial Build(SigningSlot slot) => new() { Digest = $"{slot.PaymentId}{slot.Nonce}".PadLeft(64, '0'), UnsignedBytes = new string('0', 100) };
}

/// <summary>What the database allows: pgbench, each transaction one insert of a row as long as a record.</summary>
internal static class RawDatabase
{
    private const int RecordLength = 650;

    internal static async Task<double> CommitsPerSecondAsync(PostgresServer server, int connections, TimeSpan duration)
    {
        var database = await server.CreateDatabaseAsync();
        await server.SqlAsync(database, "CREATE TABLE raw (sequence bigserial PRIMARY KEY, line text NOT NULL)");
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $"INSERT INTO raw (line) VALUES (repeat('x', {RecordLength}));\n");
        await using var pgbench = await ChildProcess.RunAsync(
            new(
                PostgresServer.Program("pgbench"),
                ["-h", "127.0.0.1", "-p", $"{server.Port}", "-U", "postgres", "-n", "-M", "prepared", "-c", $"{connections}", "-j", "2", "-T", $"{Math.Max(1, (int)duration.TotalSeconds)}", "-f", script, database]),
            duration + TimeSpan.FromMinutes(1));
        File.Delete(script);
        var line = pgbench.OutputText.Split('\n').FirstOrDefault(l => l.StartsWith("tps = ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"pgbench said: {pgbench.OutputText}{pgbench.ErrorText}");
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }
}
