using System.Globalization;
using CryptoMcp.Ledger.Journal;
using CryptoMcp.Ledger.Postgres;
using CryptoMcp.Testing;
using Npgsql;

namespace CryptoMcp.Ledger.Tests;

/// <summary>Several guards on one database: what must hold between them, and when database or connection fail.</summary>
public sealed class FleetTests : IAsyncLifetime
{
    private readonly PostgresPlace _place = new();
    private readonly List<PostgresLedger> _guards = [];

    public async ValueTask InitializeAsync() => await _place.PrepareAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var guard in _guards)
        {
            await guard.DisposeAsync();
        }

        await _place.DisposeAsync();
    }

    [Fact]
    public async Task Four_guards_share_one_budget_and_one_sequence_of_nonces()
    {
        const int Limit = 300;
        var guards = await GuardsAsync(4);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 128).Select(caller => Task.Run(async () =>
        {
            var nonces = new List<ulong>();
            for (var i = 0; i < 5; i++)
            {
                var (_, authorization) = await guards[caller % 4].ReserveAndBeginSigningAsync(
                    Bench.Request(), Bench.Within(Limit, 1), new(Bench.Alice, 0), Bench.Material);
                if (authorization is not null)
                {
                    nonces.Add(authorization.Payment.Nonce!.Value);
                }
            }

            return nonces;
        })));
        Assert.Equal(Enumerable.Range(0, Limit).Select(n => (ulong)n), outcomes.SelectMany(n => n).Order());
        await guards[0].RecordAsync("note", default);
        Assert.Equal(Limit, guards[0].View.UsageOf("day", Bench.Day).Held);
        await _place.LinesAsync();
    }

    [Fact]
    public async Task One_key_on_every_host_is_one_payment()
    {
        var guards = await GuardsAsync(4);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(
            async () => await guards[i % 4].ReserveAsync(Bench.Request("k", "a"), Bench.Within(1000, 5)))));
        Assert.Single(outcomes.Select(o => o.Payment.Id).Distinct());
        Assert.Single(outcomes, o => !o.Existing);
        await Assert.ThrowsAsync<IdempotencyConflictException>(async () => await guards[3].ReserveAsync(Bench.Request("k", "b"), Bench.Within(1000, 5)));
    }

    [Fact]
    public async Task What_one_guard_freezes_is_frozen_for_all()
    {
        var guards = await GuardsAsync(2);
        await guards[0].FreezeAsync("stop");
        await Assert.ThrowsAsync<LedgerFrozenException>(async () => await guards[1].ReserveAsync(Bench.Request(), Bench.Within(1000, 5)));
        await guards[1].UnfreezeAsync("go");
        await guards[0].ReserveAsync(Bench.Request(), Bench.Within(1000, 5));
    }

    [Fact]
    public async Task A_step_of_another_guard_is_seen_without_asking()
    {
        var guards = await GuardsAsync(2);
        var payment = (await guards[0].ReserveAsync(Bench.Request(), Bench.Within(10, 5))).Payment;
        await UntilAsync(() => guards[1].Find(payment.Id) is not null);
        Assert.Equal(guards[0].Host, guards[1].Find(payment.Id)!.Host);
        Assert.Equal(5, guards[1].View.UsageOf("day", Bench.Day).Held);
    }

    [Theory]
    [InlineData(LineState.LosesAnswers)]
    [InlineData(LineState.Cut)]
    public async Task A_connection_that_breaks_at_the_commit_changes_no_answer_and_records_once(LineState fault)
    {
        var place = _place.Options with { Patience = TimeSpan.FromSeconds(20) };
        var commits = new BreakAtCommit(() => _place.Line.Set(fault));
        await using var guard = await PostgresLedger.OpenAsync(place with { FailPoints = commits });
        var stranger = (await GuardsAsync(1, direct: true))[0];
        for (var i = 0; i < 3; i++)
        {
            commits.IsArmed = true;
            var paying = Task.Run(async () => await guard.ReserveAndBeginSigningAsync(Bench.Request("k" + i), Bench.Within(100, 5), new(Bench.Alice, 0), Bench.Material));
            await commits.Broken;
            if (i == 1)
            {
                // Others go on while this guard is away, so it has to read again what it missed before it decides again.
                await stranger.ReserveAndBeginSigningAsync(Bench.Request(), Bench.Within(100, 5), new(Bench.Alice, 0), Bench.Material);
            }

            _place.Line.Set(LineState.Passes);
            commits.Reset();
            var (reservation, authorization) = await paying;
            Assert.False(reservation.Existing);
            Assert.Equal(authorization!.Digest, guard.Find(reservation.Payment.Id)!.Digest);
            Assert.Equal(PaymentState.Signing, guard.Find(reservation.Payment.Id)!.State);
        }

        await stranger.RecordAsync("note", default);
        Assert.Equal(4, stranger.Open().Count);
        Assert.Equal(new ulong[] { 0, 1, 2, 3 }, stranger.Open().Select(p => p.Nonce!.Value).Order());
        Assert.Equal(20, stranger.View.UsageOf("day", Bench.Day).Held);
        await _place.LinesAsync();
    }

    [Fact]
    public async Task While_the_database_is_away_nothing_is_reserved_and_afterwards_all_goes_on()
    {
        var guard = (await GuardsAsync(1))[0];
        var before = (await guard.ReserveAsync(Bench.Request("before"), Bench.Within(100, 5))).Payment;
        _place.Line.Set(LineState.Cut);
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await guard.ReserveAsync(Bench.Request("while"), Bench.Within(100, 5)));
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await guard.BeginSigningAsync(before.Id, null, Bench.Material));
        _place.Line.Set(LineState.Passes);

        // What was asked for meanwhile may have been recorded in the end; the same key finds out.
        var again = await guard.ReserveAsync(Bench.Request("after"), Bench.Within(100, 5));
        Assert.Equal(PaymentState.Reserved, again.Payment.State);
        await _place.LinesAsync();
    }

    [Fact]
    public async Task A_payment_whose_caller_was_not_answered_is_left_to_be_carried_on()
    {
        var commits = new BreakAtCommit(() => _place.Line.Set(LineState.LosesAnswers));
        await using var guard = await PostgresLedger.OpenAsync(_place.Options with { FailPoints = commits });
        commits.IsArmed = true;
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await guard.ReserveAndBeginSigningAsync(
            Bench.Request("k"), Bench.Within(100, 5), new(Bench.Alice, 0), Bench.Material));
        _place.Line.Set(LineState.Passes);
        commits.Reset();
        await guard.RecordAsync("note", default);
        var left = Assert.Single(guard.Watch.Abandoned());
        Assert.Equal(PaymentState.Signing, left.State);
        (await guard.ResumeSigningAsync(left.Id)).Redeem();
        await guard.ExposeAsync(left.Id, "0xsigned", "0x1");
        Assert.Empty(guard.Watch.Abandoned());
    }

    [Fact]
    public async Task One_guard_at_a_time_follows_an_account_and_another_takes_over_what_a_dead_one_left()
    {
        var guards = await GuardsAsync(2);
        var left = (await guards[0].ReserveAndBeginSigningAsync(Bench.Request(), Bench.Within(100, 5), new(Bench.Alice, 0), Bench.Material)).Reservation.Payment;
        await UntilAsync(() => guards[0].Watch.Follows(Bench.Alice));
        await guards[1].RecordAsync("note", default);
        for (var i = 0; i < 20; i++)
        {
            Assert.False(guards[1].Watch.Follows(Bench.Alice));
            Assert.Empty(guards[1].Watch.Abandoned());
            await Task.Delay(TimeSpan.FromMilliseconds(100));
            guards[0].Watch.Follows(Bench.Alice);
        }

        // As after kill -9: its leases stay, and nobody renews them.
        await (await PostgresPlace.ServerAsync()).SqlAsync(_place.Database, $"UPDATE cryptomcp.lease SET host = 'gone', name = replace(name, '{guards[0].Host}', 'gone') WHERE host = '{guards[0].Host}'");
        await guards[0].DisposeAsync();
        await UntilAsync(() => guards[1].Watch.Follows(Bench.Alice) && guards[1].Watch.Abandoned().Any(p => p.Id == left.Id));

        guards[1].Watch.Pass(Bench.Alice);
        Assert.False(guards[1].Watch.Follows(Bench.Alice));
        var third = (await GuardsAsync(1))[0];
        await UntilAsync(() => third.Watch.Follows(Bench.Alice));
    }

    [Fact]
    public async Task A_database_that_lost_records_is_not_believed()
    {
        var head = Path.GetTempFileName();
        var server = await PostgresPlace.ServerAsync();
        await using (var guard = await PostgresLedger.OpenAsync(_place.Options with { HeadFile = head }))
        {
            await guard.ReserveAsync(Bench.Request(), Bench.Within(100, 5));
            await guard.ReserveAsync(Bench.Request(), Bench.Within(100, 5));
            await server.SqlAsync(_place.Database, "ALTER TABLE cryptomcp.record DISABLE TRIGGER ALL; DELETE FROM cryptomcp.record WHERE sequence = 2");
            var lost = await Assert.ThrowsAsync<JournalException>(async () => await guard.ReserveAsync(Bench.Request(), Bench.Within(100, 5)));
            Assert.Contains("lost or changed record 2", lost.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<JournalException>(async () => await guard.ReserveAsync(Bench.Request(), Bench.Within(100, 5)));
        }

        await Assert.ThrowsAsync<JournalException>(async () => await PostgresLedger.OpenAsync(_place.Options with { HeadFile = head }));
        File.Delete(head);
    }

    [Fact]
    public async Task A_changed_record_is_found()
    {
        var guard = (await GuardsAsync(1))[0];
        await guard.ReserveAsync(Bench.Request(), Bench.Within(100, 5));
        await using var database = _place.Options.Database;
        Assert.True((await PostgresAudit.VerifyAsync(database, CancellationToken.None)).IsWhole);
        var server = await PostgresPlace.ServerAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.SqlAsync(_place.Database, "UPDATE cryptomcp.record SET line = replace(line, '\"5\"', '\"4\"')"));
        await server.SqlAsync(_place.Database, """
            ALTER TABLE cryptomcp.record DISABLE TRIGGER ALL;
            ALTER TABLE cryptomcp.record DROP CONSTRAINT record_has_its_hash;
            UPDATE cryptomcp.record SET line = replace(line, '"5"', '"4"') WHERE sequence = 1
            """);
        var report = await PostgresAudit.VerifyAsync(database, CancellationToken.None);
        Assert.Contains("its hash does not match", report.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guards_role_can_append_and_nothing_else()
    {
        var server = await PostgresPlace.ServerAsync();
        var role = "role_" + _place.Database;
        await server.SqlAsync(_place.Database, $"CREATE ROLE {role} LOGIN; {Schema.Sql(role).Split("GRANT", 2)[1].Insert(0, "GRANT")}");
        await using var guard = await PostgresLedger.OpenAsync(_place.Options with { Database = new(server.ConnectionString(_place.Database, role)) });
        await guard.ReserveAndBeginSigningAsync(Bench.Request(), Bench.Within(100, 5), new(Bench.Alice, 0), Bench.Material);
        foreach (var forbidden in new[]
        {
            "INSERT INTO cryptomcp.record (sequence, line) VALUES (99, '{}')",
            "UPDATE cryptomcp.record SET line = line",
            "DELETE FROM cryptomcp.record",
            "TRUNCATE cryptomcp.record",
            "DELETE FROM cryptomcp.nonce",
            "DROP TABLE cryptomcp.record",
        })
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => server.SqlAsync(_place.Database, forbidden, role));
        }
    }

    [Fact]
    public async Task The_database_itself_refuses_a_fork_a_forgery_and_a_second_use_of_a_nonce()
    {
        var guard = (await GuardsAsync(1))[0];
        await guard.ReserveAndBeginSigningAsync(Bench.Request(), Bench.Within(100, 5), new(Bench.Alice, 7), Bench.Material);
        var server = await PostgresPlace.ServerAsync();
        Task<string> Append(string from, string line, string nonces = "'{}','{}','{}'") => server.SqlAsync(_place.Database, $"SELECT cryptomcp.append({from}, {line}, {nonces})");
        const string Whole = "(SELECT line FROM cryptomcp.record WHERE sequence = 1)";

        var fork = await Assert.ThrowsAsync<InvalidOperationException>(() => Append("1", Whole));
        Assert.Contains("record 3 is the next one, not 1", fork.Message, StringComparison.Ordinal);
        var number = await Assert.ThrowsAsync<InvalidOperationException>(() => Append("3", Whole));
        Assert.Contains("record_has_its_number", number.Message, StringComparison.Ordinal);
        var hash = await Assert.ThrowsAsync<InvalidOperationException>(() => Append("3", $"replace({Whole}, '{{\"seq\":1,', '{{\"seq\":3,')"));
        Assert.Contains("record_has_its_hash", hash.Message, StringComparison.Ordinal);

        // A line that is right in itself and follows from another one than the last.
        var body = "'{\"seq\":3,\"prev\":\"' || repeat('0', 64) || '\"'";
        var forged = $"{body} || ',\"hash\":\"' || encode(sha256(convert_to({body}, 'UTF8')), 'hex') || '\"}}'";
        var chain = await Assert.ThrowsAsync<InvalidOperationException>(() => Append("3", forged));
        Assert.Contains("record 3 does not follow", chain.Message, StringComparison.Ordinal);
        var twice = body.Replace("repeat('0', 64)", "(SELECT hash FROM cryptomcp.record WHERE sequence = 2)", StringComparison.Ordinal);
        var nonce = await Assert.ThrowsAsync<InvalidOperationException>(() => Append(
            "3", $"{twice} || ',\"hash\":\"' || encode(sha256(convert_to({twice}, 'UTF8')), 'hex') || '\"}}'", $"'{{1}}', ARRAY['{LedgerBook.AccountKey(Bench.Alice)}'], '{{7}}'"));
        Assert.Contains("nonce_pkey", nonce.Message, StringComparison.Ordinal);
        await _place.LinesAsync();
    }

    [Fact]
    public async Task A_hosts_journal_is_imported_line_by_line_and_only_into_an_empty_ledger()
    {
        var directory = Directory.CreateTempSubdirectory("ledger-import-").FullName;
        await using (var journal = await JournalLedger.OpenAsync(new() { Directory = directory }))
        {
            for (var i = 0; i < 3; i++)
            {
                await journal.ReserveAndBeginSigningAsync(Bench.Request($"k{i}", $"a{i}"), Bench.Within(100, 5), new(Bench.Alice, 4), Bench.Material);
            }
        }

        await using var database = _place.Options.Database;
        var lines = File.ReadAllText(FileJournalStorage.JournalPath(directory)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')).ToArray();
        Assert.Equal(lines.Length, await JournalImport.RunAsync(directory, database, CancellationToken.None));
        Assert.Equal(lines, await _place.LinesAsync());
        Assert.True(await PostgresAudit.HasAsync(database, lines.Length - 1, JournalVerifier.Verify(directory).HeadHash, CancellationToken.None));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => JournalImport.RunAsync(directory, database, CancellationToken.None));

        var guard = (await GuardsAsync(1))[0];
        Assert.Equal((7ul, 15), (guard.View.NextNonce(Bench.Alice)!.Value, (int)guard.View.UsageOf("day", Bench.Day).Held));
        Assert.True((await guard.ReserveAsync(Bench.Request("k1", "a1"), Bench.Within(100, 5))).Existing);
        await UntilAsync(() => guard.Watch.Abandoned().Count == 3);
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("synchronous_commit=off")]
    [InlineData("fsync=off")]
    [InlineData("full_page_writes=off")]
    public async Task A_database_that_forgets_is_refused(string setting)
    {
        await using var server = setting.StartsWith("sync", StringComparison.Ordinal) ? null : await PostgresServer.StartAsync(setting);
        var database = server is null
            ? new LedgerDatabase(new NpgsqlConnectionStringBuilder((await PostgresPlace.ServerAsync()).ConnectionString(_place.Database)) { Options = $"-c {setting}" }.ConnectionString)
            : new LedgerDatabase(server.ConnectionString("postgres"));
        var refused = await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await PostgresLedger.OpenAsync(new() { Database = database }));
        Assert.Contains($"{setting.Split('=')[0]} is off", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_of_a_newer_program_are_refused()
    {
        await (await PostgresPlace.ServerAsync()).SqlAsync(_place.Database, string.Create(CultureInfo.InvariantCulture, $"INSERT INTO cryptomcp.schema_version (version) VALUES ({Schema.Current + 1})"));
        var refused = await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await PostgresLedger.OpenAsync(_place.Options));
        Assert.Contains("Use a newer program", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guards_that_start_at_once_on_an_empty_database_make_its_tables_once()
    {
        var server = await PostgresPlace.ServerAsync();
        var empty = await server.CreateDatabaseAsync();
        var guards = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            await PostgresLedger.OpenAsync(new() { Database = new(server.ConnectionString(empty)) })));
        _guards.AddRange(guards);
        await guards[0].ReserveAsync(Bench.Request(), Bench.Within(100, 5));
        Assert.Equal(2, guards[0].Records);
    }

    [Theory]
    [InlineData("Database=x")]
    [InlineData("nonsense")]
    [InlineData("Host=a;Colour=blue;Password=topsecret")]
    public void What_is_no_connection_string_is_refused_without_repeating_it(string text)
    {
        var refused = Assert.Throws<FormatException>(() => new LedgerDatabase(text));
        Assert.DoesNotContain("topsecret", refused.ToString(), StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        // Guarded by the run's own time limit.
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    private async Task<PostgresLedger[]> GuardsAsync(int count, bool direct = false)
    {
        var guards = new List<PostgresLedger>();
        for (var i = 0; i < count; i++)
        {
            var options = direct
                ? _place.Options with { Database = new((await PostgresPlace.ServerAsync()).ConnectionString(_place.Database)) }
                : _place.Options;
            guards.Add(await PostgresLedger.OpenAsync(options));
        }

        _guards.AddRange(guards);
        return [.. guards];
    }

    /// <summary>Breaks the line when the next batch is about to be sent.</summary>
    private sealed class BreakAtCommit(Action breaks) : IFailPoints
    {
        private TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public volatile bool IsArmed;

        public Task Broken => _broken.Task;

        public void Reset() => _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Reach(string name)
        {
            if (name == LedgerFailPoints.JournalWrite && IsArmed)
            {
                IsArmed = false;
                breaks();
                _broken.SetResult();
            }
        }
    }
}
