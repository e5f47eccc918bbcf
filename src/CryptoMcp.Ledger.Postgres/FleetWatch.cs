using System.Diagnostics;
using CryptoMcp.Money;
using Npgsql;
using NpgsqlTypes;

namespace CryptoMcp.Ledger.Postgres;

/// <summary>
/// Which of the fleet's guards looks after what: leases in the database, by the database's clock, renewed while a guard
/// lives. The same connection hears that others appended.
/// </summary>
internal sealed class FleetWatch(PostgresLedgerOptions options, Action refresh, Func<IReadOnlyList<Payment>> open, Func<string, Payment?> find)
    : IWatch, IAsyncDisposable
{
    private const string Claim = """
        INSERT INTO cryptomcp.lease (name, host, until) SELECT wanted, $2, clock_timestamp() + $3 FROM unnest($1) AS wanted
        ON CONFLICT (name) DO UPDATE SET host = excluded.host, until = excluded.until
          WHERE lease.host = excluded.host OR lease.until < clock_timestamp()
        RETURNING name
        """;

    private const string GiveUp = "DELETE FROM cryptomcp.lease WHERE (host = $2 AND name = ANY($1)) OR until < clock_timestamp() - interval '1 day'";
    private const string Living = "SELECT host FROM cryptomcp.lease WHERE name = 'guard ' || host AND until > clock_timestamp()";

    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, long> _wanted = [];
    private readonly Dictionary<string, long> _held = [];
    private readonly Dictionary<string, long> _passed = [];
    private readonly HashSet<string> _orphans = [];
    private HashSet<string> _living = [];
    private Task _running = Task.CompletedTask;
    private long _judgingFrom = long.MaxValue;
    private long _renewed;
    private bool _isStale;

    /// <inheritdoc/>
    public bool Follows(AccountId account)
    {
        var name = NameOf(account);
        var now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (_passed.TryGetValue(name, out var until) && now < until)
            {
                return false;
            }

            _isStale |= !_wanted.ContainsKey(name);
            _wanted[name] = now;
            return _held.TryGetValue(name, out var end) && now < end;
        }
    }

    /// <inheritdoc/>
    public void Pass(AccountId account)
    {
        var name = NameOf(account);
        lock (_gate)
        {
            _passed[name] = Later(options.Lease);
            _wanted.Remove(name);
            _held.Remove(name);
            _isStale = true;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Payment> Abandoned()
    {
        lock (_gate)
        {
            // Just after this guard or the database came back, the others may be alive and only not yet heard.
            var judges = Stopwatch.GetTimestamp() is var now && now >= _judgingFrom && now < _renewed + Ticks(options.Lease);
            _orphans.RemoveWhere(id => find(id) is not { } payment || !LoneWatch.IsUnfinished(payment));
            return [.. open().Where(payment => LoneWatch.IsUnfinished(payment) && (_orphans.Contains(payment.Id) || (judges && !IsAlive(payment.Host))))];
        }
    }

    /// <summary>Payments of this guard whose callers were not told that they were recorded.</summary>
    internal void Orphan(IReadOnlyList<string> payments)
    {
        lock (_gate)
        {
            _orphans.UnionWith(payments);
        }
    }

    /// <summary>Makes this guard known to the others, before it records anything.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        _running = Task.Run(() => RunAsync(connection), CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static string NameOf(AccountId account) => $"follow {LedgerBook.AccountKey(account)}";

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private static long Later(TimeSpan time) => Stopwatch.GetTimestamp() + Ticks(time);

    private bool IsAlive(string? host) => host == options.Host || (host is not null && _living.Contains(host));

    private async Task RunAsync(NpgsqlConnection? connection)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                connection ??= await ConnectAsync(_stopping.Token).ConfigureAwait(false);
                await ListenAsync(connection).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (LedgerDatabase.IsFault(e) || e is LedgerException)
            {
                // Without the database there are no leases; those that were held run out by themselves.
                await Task.Delay(s_tick * 2, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (connection is not null && !_stopping.IsCancellationRequested)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                connection = null;
            }
        }

        if (connection is not null)
        {
            await LeaveAsync(connection).ConfigureAwait(false);
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await options.Database.ConnectAsync($"{options.Host} watch", cancellationToken).ConfigureAwait(false);
        connection.Notification += (_, _) => refresh();
        await using (var listen = new NpgsqlCommand("LISTEN cryptomcp", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await RenewAsync(connection, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _judgingFrom = Later(options.Lease);
        }

        return connection;
    }

    private async Task ListenAsync(NpgsqlConnection connection)
    {
        // Whatever came while nobody listened.
        refresh();
        while (true)
        {
            await connection.WaitAsync(s_tick, _stopping.Token).ConfigureAwait(false);
            bool isDue;
            lock (_gate)
            {
                isDue = _isStale || Stopwatch.GetTimestamp() > _renewed + Ticks(options.Lease / 3);
            }

            if (isDue)
            {
                await RenewAsync(connection, _stopping.Token).ConfigureAwait(false);

                // A notification can be lost with its connection; so nobody is behind for longer than this.
                refresh();
            }
        }
    }

    private async Task RenewAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        string[] wanted, dropped;
        var asked = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            foreach (var (name, last) in _wanted)
            {
                if (asked - last > Ticks(options.Lease))
                {
                    _wanted.Remove(name);
                }
            }

            // In one order for all, or two guards would wait for each other.
            wanted = [.. _wanted.Keys.Append($"guard {options.Host}").Order(StringComparer.Ordinal)];
            dropped = [.. _held.Keys.Except(_wanted.Keys), .. _passed.Keys];
            _isStale = false;
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new("BEGIN"));
        batch.BatchCommands.Add(new("SET LOCAL synchronous_commit = off"));
        batch.BatchCommands.Add(Leases(GiveUp, dropped));
        var claim = Leases(Claim, wanted);
        claim.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.Lease });
        batch.BatchCommands.Add(claim);
        batch.BatchCommands.Add(new(Living));
        batch.BatchCommands.Add(new("COMMIT"));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var held = await NamesAsync(reader, cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var living = await NamesAsync(reader, cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _held.Clear();
            foreach (var name in held)
            {
                // Counted from before the question, and a little less: the database may give it to another at the very end.
                _held[name] = asked + Ticks(options.Lease * 0.9);
            }

            _living = [.. living];
            _renewed = asked;
            foreach (var (name, until) in _passed)
            {
                if (asked > until)
                {
                    _passed.Remove(name);
                }
            }
        }
    }

    /// <summary>A guard that stops in good order says so, and others need not wait.</summary>
    private async Task LeaveAsync(NpgsqlConnection connection)
    {
        try
        {
            await using var leave = new NpgsqlCommand("DELETE FROM cryptomcp.lease WHERE host = $1", connection) { CommandTimeout = 2 };
            leave.Parameters.Add(new NpgsqlParameter<string> { TypedValue = options.Host });
            await leave.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (LedgerDatabase.IsFault(e) || e is InvalidOperationException)
        {
            // Its leases run out by themselves.
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private NpgsqlBatchCommand Leases(string sql, string[] names) => new(sql)
    {
        Parameters =
        {
            new NpgsqlParameter<string[]> { TypedValue = names, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            new NpgsqlParameter<string> { TypedValue = options.Host },
        },
    };

    private static async Task<List<string>> NamesAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }
}
