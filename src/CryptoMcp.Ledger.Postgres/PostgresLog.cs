using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace CryptoMcp.Ledger.Postgres;

/// <summary>The end of the log as it was found.</summary>
/// <param name="Moment">The database's clock.</param>
/// <param name="PreviousHash">Hash of the record before the first one asked for; null where there is none.</param>
/// <param name="Lines">The lines from there on, without line feeds.</param>
internal sealed record LogTail(DateTimeOffset Moment, string? PreviousHash, IReadOnlyList<byte[]> Lines);

/// <summary>The log of records, over one connection. Whoever appends locks it first, so that what it decides on is the latest.</summary>
internal sealed class PostgresLog(NpgsqlConnection connection) : IAsyncDisposable
{
    private const string Position = "SELECT clock_timestamp(), (SELECT hash FROM cryptomcp.record WHERE sequence = $1 - 1)";
    private const string LinesFrom = "SELECT line FROM cryptomcp.record WHERE sequence >= $1 ORDER BY sequence";

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>The database's clock, and the hash of the record before a number.</summary>
    internal async Task<LogTail> PositionAsync(long from, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(With(Position, from));
        batch.BatchCommands.Add(new("SELECT 1 WHERE false"));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await TailAsync(reader, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What was committed from a record on, without waiting for anybody.</summary>
    internal async Task<LogTail> ReadAsync(long from, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(With(Position, from));
        batch.BatchCommands.Add(With(LinesFrom, from));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await TailAsync(reader, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins a transaction that alone may append, and reads what was committed from a record on. One round trip.</summary>
    internal async Task<LogTail> LockAsync(long from, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);

        // Each statement must see what was committed before it began; a stricter level would freeze the view before the lock was had.
        batch.BatchCommands.Add(new("BEGIN ISOLATION LEVEL READ COMMITTED"));
        batch.BatchCommands.Add(With("SELECT pg_advisory_xact_lock($1)", Schema.LockKey));
        batch.BatchCommands.Add(With(Position, from));
        batch.BatchCommands.Add(With(LinesFrom, from));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return await TailAsync(reader, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Appends and commits, in one round trip. Where this throws, whether it was committed is not known.</summary>
    internal async Task AppendAsync(long from, PendingLines lines, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Appending(from, lines));
        batch.BatchCommands.Add(new("COMMIT"));
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Appends, in a transaction that the caller commits.</summary>
    internal async Task AddAsync(long from, PendingLines lines, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Appending(from, lines));
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlBatchCommand Appending(long from, PendingLines lines)
    {
        var append = With("SELECT cryptomcp.append($1, $2, $3, $4, $5)", from);
        append.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Encoding.ASCII.GetString(lines.Text), NpgsqlDbType = NpgsqlDbType.Text });
        append.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. lines.Nonces.Select(n => n.Line)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        append.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. lines.Nonces.Select(n => n.Account)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        append.Parameters.Add(new NpgsqlParameter<decimal[]> { TypedValue = [.. lines.Nonces.Select(n => (decimal)n.Nonce)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Numeric });
        return append;
    }

    /// <summary>Ends a transaction in which nothing was appended.</summary>
    internal async Task EndAsync(CancellationToken cancellationToken)
    {
        await using var end = new NpgsqlCommand("ROLLBACK", connection);
        await end.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlBatchCommand With(string sql, long number) =>
        new(sql) { Parameters = { new NpgsqlParameter<long> { TypedValue = number } } };

    private static async Task<LogTail> TailAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var moment = new DateTimeOffset(reader.GetFieldValue<DateTime>(0));
        var previous = await reader.IsDBNullAsync(1, cancellationToken).ConfigureAwait(false) ? null : reader.GetString(1);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var lines = new List<byte[]>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            lines.Add(reader.GetFieldValue<byte[]>(0));
        }

        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return new(moment, previous, lines);
    }
}
