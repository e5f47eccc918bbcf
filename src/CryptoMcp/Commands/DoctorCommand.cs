using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using CryptoMcp.Evm;
using CryptoMcp.Guard;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger;
using CryptoMcp.Ledger.Journal;
using CryptoMcp.Ledger.Postgres;
using CryptoMcp.Policy;
using CryptoMcp.Solana;
using Spectre.Console;

namespace CryptoMcp.Commands;

/// <summary><c>doctor</c>: checks everything that a payment needs and says what to do about what is wrong.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var offline = new Option<bool>("--offline") { Description = "Do not ask the chains." };
        var command = new Command("doctor", "Check home, wallets, policy, journal, guard and chains, and say what to do about what is wrong.");
        command.Options.Add(offline);
        command.Run((parsed, ct) => RunAsync(GuardHome.Locate(parsed.GetValue(CommandTree.Home)), parsed.GetValue(offline), parsed.GetValue(CommandTree.Json), ct));
        return command;
    }

    private static async Task<int> RunAsync(GuardHome home, bool offline, bool json, CancellationToken ct)
    {
        Terminal.PrepareOutput();
        var findings = new List<Finding>();
        findings.Add(Try("home", () =>
        {
            home.Prepare();
            return Good($"{home.Root} is private");
        }));
        findings.Add(Try("wallets", () => Wallets(home)));
        PolicyDocument? policy = null;
        findings.Add(Try("policy", () => Policy(home, out policy)));
        findings.Add(await LedgerAsync(home, ct));
        findings.AddRange(await GuardAsync(home, ct));
        if (!offline && policy is not null)
        {
            findings.AddRange(await ChainsAsync(home, policy, ct));
        }

        if (json)
        {
            PrintJson(findings);
        }

        foreach (var finding in json ? [] : findings)
        {
            var (mark, colour) = finding.Grade switch { Grade.Good => ("ok  ", "green"), Grade.Note => ("note", "yellow"), _ => ("BAD ", "red") };
            AnsiConsole.MarkupLine($"[{colour}]{mark}[/] {Markup.Escape(finding.Topic),-18} {Markup.Escape(finding.Text)}");
        }

        return findings.Any(f => f.Grade == Grade.Bad) ? ExitCode.CheckFailed : ExitCode.Success;
    }

    private static Finding Wallets(GuardHome home)
    {
        var wallets = new WalletStore(home, TimeProvider.System).List();
        return wallets.Count == 0
            ? new("wallets", Grade.Note, "none yet; 'cryptomcp init' makes one for test networks")
            : Good(string.Join(", ", wallets.Select(w => $"{w.Name} {w.AddressText}{(w.HasPassphraseFile ? string.Empty : " (needs its passphrase)")}")));
    }

    private static Finding Policy(GuardHome home, out PolicyDocument? policy)
    {
        policy = null;
        if (!File.Exists(home.PolicyFile))
        {
            return new("policy", Grade.Note, "none yet; 'cryptomcp init' writes a cautious one");
        }

        try
        {
            policy = PolicyDocument.Load(File.ReadAllBytes(home.PolicyFile));
        }
        catch (PolicyException e)
        {
            return new("policy", Grade.Bad, $"does not load: {e.Mistakes[0]}. See 'cryptomcp policy check {home.PolicyFile}'");
        }

        var left = policy.Expires - TimeProvider.System.GetUtcNow();
        return left < TimeSpan.Zero
            ? new("policy", Grade.Bad, $"expired on {policy.Expires:yyyy-MM-dd}: everything but cancelling is denied")
            : new("policy", left < TimeSpan.FromDays(14) ? Grade.Note : Grade.Good, $"'{policy.Name}' revision {policy.Revision}, until {policy.Expires:yyyy-MM-dd}");
    }

    private static async Task<Finding> LedgerAsync(GuardHome home, CancellationToken ct)
    {
        try
        {
            await using var database = HomeLedger.DatabaseOf(home);
            if (database is null)
            {
                return Try("journal", () => Journal(home));
            }

            var report = await PostgresAudit.VerifyAsync(database, ct);
            return !report.IsWhole ? new("ledger", Grade.Bad, $"PostgreSQL {database.Name}: not whole: {report.Fault}")
                : !database.IsEncrypted ? new("ledger", Grade.Note, $"PostgreSQL {database.Name}: whole, {report.Records} records; but anybody on the way could pose as the database. Add SSL Mode=VerifyFull to '{home.LedgerFile}'")
                : new("ledger", Grade.Good, $"PostgreSQL {database.Name}: whole, {report.Records} records, shared with other hosts");
        }
        catch (Exception e) when (e is GuardException or LedgerException)
        {
            return new("ledger", Grade.Bad, e is GuardException refusal ? $"{refusal.Problem.Problem} {refusal.Problem.Next}" : e.Message);
        }
    }

    private static Finding Journal(GuardHome home)
    {
        if (!File.Exists(home.JournalFile))
        {
            return Good("none yet");
        }

        var report = JournalVerifier.Verify(home.Guard);
        return report.IsWhole ? Good($"whole, {report.Records} records") : new("journal", Grade.Bad, $"not whole: {report.Fault}");
    }

    private static async Task<IReadOnlyList<Finding>> GuardAsync(GuardHome home, CancellationToken ct)
    {
        if (!await GuardLauncher.ListensAsync(home.Socket, ct))
        {
            return [new("guard", Grade.Good, "not running; 'serve' starts it when it is needed")];
        }

        using var client = new GuardClient(home.Socket);
        try
        {
            var status = await client.GetStatusAsync(ct);
            return
            [
                new("guard", Grade.Good, $"version {status.Version}, process {status.ProcessId}, {status.OpenPayments} open payments"),
                new("protection", status.Protection == "L0" ? Grade.Note : Grade.Good, status.Protection switch
                {
                    "L0" => "L0: other programs of this user could read its memory. Start it with DOTNET_EnableDiagnostics=0, or let 'serve' start it",
                    "L2" => "L2: an account of its own; its keys and policy are out of this user's reach",
                    "L1" => "L1: same user, closed to other programs. For real money run the guard under an account of its own",
                    var level => level,
                }),
                new("approvals", status.ApprovalPage is null ? Grade.Note : Grade.Good, $"{status.WaitingApprovals} wait for you; {(status.ApprovalPage is { } page ? $"page {page}" : "no page is served")}"),
                .. status.Frozen is { } frozen ? (Finding[])[new("frozen", Grade.Bad, frozen)] : [],
                .. status.Warnings.Select(warning => new Finding("guard", Grade.Note, warning)),
            ];
        }
        catch (GuardException e)
        {
            return [new("guard", Grade.Bad, e.Problem.Problem)];
        }
    }

    private static async Task<IReadOnlyList<Finding>> ChainsAsync(GuardHome home, PolicyDocument policy, CancellationToken ct)
    {
        var table = ChainTable.Load(home);
        return await Task.WhenAll(policy.Rpc.Select(entry => table.Evm.TryFind(entry.Key, out var chain)
            ? AskAsync(chain with { RpcUrls = entry.Value.Urls }, ct)
            : table.Solana.TryFind(entry.Key, out var cluster)
                ? AskAsync(cluster with { RpcUrls = entry.Value.Urls }, ct)
                : Task.FromResult(new Finding(
                    entry.Key.ToString(), Grade.Bad, "the policy names this chain, but no chain table entry does; add it to chains.json"))));
    }

    private static async Task<Finding> AskAsync(EvmChain chain, CancellationToken ct)
    {
        using var rpc = new EvmRpc(chain, new EvmRpcOptions { Timeout = s_patience, ReadRetries = 0 });
        var started = Stopwatch.GetTimestamp();
        try
        {
            var block = await rpc.GetBlockNumberAsync(ct);
            return new Finding(chain.Name, Grade.Good, $"block {block}, answered in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
        }
        catch (EvmRpcException e)
        {
            return new Finding(chain.Name, Grade.Bad, e.Message);
        }
    }

    private static async Task<Finding> AskAsync(SolanaCluster cluster, CancellationToken ct)
    {
        using var rpc = new SolanaRpc(cluster, new SolanaRpcOptions { Timeout = s_patience, ReadRetries = 0 });
        var started = Stopwatch.GetTimestamp();
        try
        {
            var slot = await rpc.SendAsync(SolanaRequests.Slot(Commitment.Confirmed), ct);
            return new Finding(cluster.Name, Grade.Good, $"slot {slot}, answered in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
        }
        catch (SolanaRpcException e)
        {
            return new Finding(cluster.Name, Grade.Bad, e.Message);
        }
    }

    private static Finding Try(string topic, Func<Finding> check)
    {
        try
        {
            return check() with { Topic = topic };
        }
        catch (Exception e) when (e is GuardException or IOException or UnauthorizedAccessException or LedgerException)
        {
            return new(topic, Grade.Bad, e is GuardException refusal ? $"{refusal.Problem.Problem} {refusal.Problem.Next}" : e.Message);
        }
    }

    private static void PrintJson(IReadOnlyList<Finding> findings)
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, new() { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("topic", finding.Topic);
                json.WriteString("grade", finding.Grade switch { Grade.Good => "ok", Grade.Note => "note", _ => "bad" });
                json.WriteString("text", finding.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        output.Write("\n"u8);
    }

    private static Finding Good(string text) => new(string.Empty, Grade.Good, text);

    private enum Grade
    {
        Good,
        Note,
        Bad,
    }

    private sealed record Finding(string Topic, Grade Grade, string Text);
}
