using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd.Fleet;

/// <summary>
/// Four guards, as on four hosts, with one wallet and one budget in one real PostgreSQL, paying on one real chain. In the
/// middle one of them is killed and the database crashes. CRYPTOMCP_FLEET_WISHES sets the size.
/// </summary>
public sealed class FleetTests
{
    private const int Guards = 4;
    private const int CallersEach = 32;
    private const string Amount = "0.10 USDC";
    private const int Units = 100_000;

    private static int Wishes => Environment.GetEnvironmentVariable("CRYPTOMCP_FLEET_WISHES") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 384;

    [Fact]
    public async Task Four_guards_pay_from_one_budget_while_one_is_killed_and_the_database_crashes()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        var ct = TestContext.Current.CancellationToken;
        var room = Wishes * 3 / 4;
        await using var postgres = await PostgresServer.StartAsync();
        var database = await postgres.CreateDatabaseAsync();
        await using var wallet = await WalletAsync(room);
        var hosts = Enumerable.Range(0, Guards).Select(_ => FleetHost.Copy(wallet, postgres.ConnectionString(database))).ToArray();
        try
        {
            await Task.WhenAll(hosts.Select(host => host.StartAsync()));
            var clock = Stopwatch.StartNew();
            var answered = 0;
            var next = -1;
            var paid = new List<JsonNode>();
            var refused = new List<JsonNode>();
            var callers = Enumerable.Range(0, Guards * CallersEach).Select(caller => Task.Run(
                async () =>
                {
                    var at = caller % Guards;
                    for (int wish; (wish = Interlocked.Increment(ref next)) < Wishes;)
                    {
                        var answer = await InsistAsync(hosts, at, string.Create(CultureInfo.InvariantCulture, $"wish-{wish}"), () => at = (at + 1) % Guards, ct);
                        lock (paid)
                        {
                            (answer["decision"]?["verdict"]?.GetValue<string>() == "deny" ? refused : paid).Add(answer);
                        }

                        Interlocked.Increment(ref answered);
                    }
                },
                ct)).ToArray();

            await UntilAsync(() => Volatile.Read(ref answered) >= Wishes / 4, "a quarter is answered");
            await hosts[1].KillAsync();
            await UntilAsync(() => Volatile.Read(ref answered) >= Wishes / 2, "half is answered");
            await postgres.CrashAsync();
            await postgres.RestartAsync();
            await Task.WhenAll(callers);
            var seconds = clock.Elapsed.TotalSeconds;
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Wishes} wishes of {Guards * CallersEach} callers in {seconds:F1} s: {Wishes / seconds:F0}/s through kill and crash"));

            // Nobody was paid twice, and no more than there is room for.
            Assert.Equal((room, Wishes - room), (paid.Count, refused.Count));
            Assert.Equal(room, paid.Select(p => p["payment_id"]!.GetValue<string>()).Distinct().Count());

            // What the dead guard left is finished by another, and everything comes to its end.
            await wallet.WaitForNonceAsync(room);
            await ResolvedAsync(wallet, hosts[0]);
            Assert.Equal((long)room * Units, (long)await wallet.UsdcOfAsync(TestWallet.Payee));
            Assert.Equal(Enumerable.Range(0, room).Select(nonce => (long)nonce), await wallet.MinedNoncesAsync());
            var settled = await hosts[2].GetAsync("v1/payments?limit=1&state=settled&cursor=");
            Assert.Equal(room, (int)settled["total"]!);
            await using var verify = await hosts[3].RunAsync("audit", "--verify");
            Assert.True(verify.ExitCode == 0, verify.ErrorText);
        }
        finally
        {
            await EndAsync(hosts);
        }
    }

    [Fact]
    public async Task A_host_that_dies_with_a_signature_out_is_finished_by_another()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        await using var postgres = await PostgresServer.StartAsync();
        var database = await postgres.CreateDatabaseAsync();
        await using var wallet = await WalletAsync(room: 10);
        var hosts = new[] { FleetHost.Copy(wallet, postgres.ConnectionString(database)), FleetHost.Copy(wallet, postgres.ConnectionString(database)) };
        try
        {
            await hosts[0].StartAsync();
            await hosts[0].DyingAtAsync("road.signed", () => hosts[0].TransferAsync(Amount, "the-one", TestContext.Current.CancellationToken));
            await hosts[1].StartAsync();
            Assert.Equal(1, await hosts[1].OpenAsync());
            await wallet.WaitForNonceAsync(1);
            await ResolvedAsync(wallet, hosts[1]);

            // The caller comes back to the other host with the same key: it is the same payment.
            var again = await hosts[1].TransferAsync(Amount, "the-one", TestContext.Current.CancellationToken);
            Assert.True((bool)again["repeated"]!);
            Assert.Equal("settled", again["state"]!.GetValue<string>());
            Assert.Equal(Units, (long)await wallet.UsdcOfAsync(TestWallet.Payee));
        }
        finally
        {
            await EndAsync(hosts);
        }
    }

    [Fact]
    public async Task The_owner_sets_a_fleet_up_and_stops_all_of_it_from_one_host()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        var ct = TestContext.Current.CancellationToken;
        await using var postgres = await PostgresServer.StartAsync();
        var database = await postgres.CreateDatabaseAsync();
        await postgres.SqlAsync(database, "CREATE ROLE guard LOGIN");
        await using var wallet = await WalletAsync(room: 10);
        var hosts = new[] { FleetHost.Copy(wallet, postgres.ConnectionString(database, "guard")), FleetHost.Copy(wallet, postgres.ConnectionString(database, "guard")) };
        try
        {
            // A guard's role may not make the tables; the owner of the database does, once.
            await using var early = await hosts[0].RunAsync("guard", "--ledger", postgres.ConnectionString(database, "guard"));
            Assert.Contains("ledger_unavailable", early.ErrorText, StringComparison.Ordinal);
            await using var visible = await hosts[0].RunAsync("guard", "--ledger", postgres.ConnectionString(database, "guard") + ";Password=topsecret");
            Assert.Contains("ledger_password_visible", visible.ErrorText, StringComparison.Ordinal);
            Assert.DoesNotContain("topsecret", visible.ErrorText, StringComparison.Ordinal);
            await using var prepare = await hosts[0].RunAsync("ledger", "prepare", "--ledger", postgres.ConnectionString(database), "--grant", "guard");
            Assert.True(prepare.ExitCode == 0, prepare.ErrorText);
            await Task.WhenAll(hosts.Select(host => host.StartAsync()));
            Assert.Null((await hosts[1].TransferAsync(Amount, "before", ct))["code"]);

            await using var doctor = await hosts[0].RunAsync("doctor", "--offline");
            Assert.Contains("PostgreSQL", doctor.OutputText, StringComparison.Ordinal);
            await using var other = await hosts[0].RunAsync("guard", "--ledger", "Host=127.0.0.1;Database=another");
            Assert.Contains("ledger_differs", other.ErrorText, StringComparison.Ordinal);

            await using var freeze = await hosts[0].RunAsync("freeze", "--reason", "drill");
            Assert.Contains("So are all other hosts", freeze.OutputText, StringComparison.Ordinal);
            var refused = await hosts[1].TransferAsync(Amount, "after", ct);
            Assert.Equal("frozen", refused["code"]!.GetValue<string>());
            Assert.Equal(Units, (long)await wallet.UsdcOfAsync(TestWallet.Payee));
        }
        finally
        {
            await EndAsync(hosts);
        }
    }

    [Fact]
    public async Task A_guard_with_an_older_policy_than_the_fleets_does_not_pay_by_it()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        var ct = TestContext.Current.CancellationToken;
        await using var postgres = await PostgresServer.StartAsync();
        var ledger = postgres.ConnectionString(await postgres.CreateDatabaseAsync());
        await using var wallet = await WalletAsync(room: 10);
        var hosts = new[] { FleetHost.Copy(wallet, ledger), FleetHost.Copy(wallet, ledger), FleetHost.Copy(wallet, ledger) };
        try
        {
            await hosts[0].StartAsync();
            var policy = Path.Combine(hosts[1].Home, "guard", "policy.json");
            var text = JsonNode.Parse(await File.ReadAllTextAsync(policy, ct))!;
            text["revision"] = 2;
            text["budgets"]![1]!["limit"] = "1 payments";
            await File.WriteAllTextAsync(policy, text.ToJsonString(), ct);
            await hosts[1].StartAsync();

            Assert.NotNull((await hosts[1].TransferAsync(Amount, "by-the-new-one", ct))["payment_id"]);

            // By their own file there would be room for nine more. A guard takes the fleet's policy up, or says that it has not yet.
            await hosts[2].StartAsync();
            foreach (var old in new[] { hosts[0], hosts[2] })
            {
                var answer = await old.TransferAsync(Amount, "by-an-old-one", ct);
                Assert.True(
                    answer["code"]?.GetValue<string>() == "policy_behind" || answer["state"]?.GetValue<string>() == "denied", answer.ToJsonString());
            }
        }
        finally
        {
            await EndAsync(hosts);
        }
    }

    /// <summary>As an agent's framework does: the same wish with the same key, on another host where one does not answer.</summary>
    private static async Task<JsonNode> InsistAsync(FleetHost[] hosts, int at, string key, Action elsewhere, CancellationToken ct)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                var answer = await hosts[(at + tries) % hosts.Length].TransferAsync(Amount, key, ct);

                // A problem without a decision is no answer to the wish: the ledger was away, or too much was open at once.
                if (answer["payment_id"] is not null && answer["decision"]?["code"]?.GetValue<string>() != "too_many_open")
                {
                    return answer;
                }

                Assert.True(tries < 600, $"{key} gets no answer but {answer.ToJsonString()}");
            }
            catch (HttpRequestException)
            {
                // The host is dead.
                elsewhere();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }

    private static async Task<TestWallet> WalletAsync(int room)
    {
        var wallet = await TestWallet.CreateAsync(new WalletPlan
        {
            Budgets =
            [
                """{ "id": "day", "limit": "1000000 USD", "window": "24h" }""",
                string.Create(CultureInfo.InvariantCulture, $$"""{ "id": "rate", "limit": "{{room}} payments", "window": "24h" }"""),
            ],
        });
        var policy = Path.Combine(wallet.GuardFolder, "policy.json");
        var text = JsonNode.Parse(await File.ReadAllTextAsync(policy))!;
        text["limits"]!["openAuthorizations"] = 64;
        await File.WriteAllTextAsync(policy, text.ToJsonString());
        return wallet;
    }

    /// <summary>Blocks go on until the guards have seen everything become final.</summary>
    private static async Task ResolvedAsync(TestWallet wallet, FleetHost host)
    {
        for (var patience = Stopwatch.StartNew(); await host.OpenAsync() > 0;)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), $"{await host.OpenAsync()} payments stay open. {host.Log}");
            await wallet.Anvil.MineAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (var patience = Stopwatch.StartNew(); !condition();)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(5), $"Never: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    private static async Task EndAsync(IEnumerable<FleetHost> hosts)
    {
        foreach (var host in hosts)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', host.Log.Split('\n').TakeLast(20)));
            await host.DisposeAsync();
        }
    }
}
