using System.Runtime.CompilerServices;
using CryptoMcp.Ledger.Journal;
using Npgsql;

namespace CryptoMcp.Ledger.Postgres;

/// <summary>Reads and checks a fleet's log, as the journal's reader and verifier do with a file. Guards may be running.</summary>
public static class PostgresAudit
{
    /// <summary>Checks every record's hash, the chain, the numbers, and every step against the rules.</summary>
    /// <exception cref="LedgerUnavailableException">The database cannot be reached.</exception>
    public static async Task<JournalReport> VerifyAsync(LedgerDatabase database, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        try
        {
            await using var connection = await database.ConnectAsync("audit", cancellationToken).ConfigureAwait(false);
            return await Task.Run(
                () =>
                {
                    using var bytes = new LogBytes(connection);
                    return JournalVerifier.Read(database.Name, bytes.Read, null, static (book, record) => book.Apply(record));
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (LedgerDatabase.IsFault(e))
        {
            throw database.Unavailable(e);
        }
    }

    /// <summary>Whether the log has a record with this number and this hash.</summary>
    /// <exception cref="LedgerUnavailableException">The database cannot be reached.</exception>
    public static async Task<bool> HasAsync(LedgerDatabase database, long sequence, string hash, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await Connected(database, cancellationToken).ConfigureAwait(false);
        try
        {
            await using var log = new PostgresLog(connection);
            return (await log.PositionAsync(sequence + 1, cancellationToken).ConfigureAwait(false)).PreviousHash == hash;
        }
        catch (PostgresException e) when (e.SqlState is "42P01" or "3F000")
        {
            // There are no tables yet.
            return false;
        }
    }

    /// <summary>The lines from a number on.</summary>
    /// <exception cref="LedgerUnavailableException">The database cannot be reached.</exception>
    /// <exception cref="JournalException">A line is no record.</exception>
    public static async IAsyncEnumerable<JournalLine> ReadAsync(
        LedgerDatabase database, long fromSequence, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await Connected(database, cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand("SELECT line FROM cryptomcp.record WHERE sequence >= $1 ORDER BY sequence", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = fromSequence });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return JournalReader.Parse(database.Name, reader.GetFieldValue<byte[]>(0), fromSequence);
        }
    }

    private static async Task<NpgsqlConnection> Connected(LedgerDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            return await database.ConnectAsync("audit", cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (LedgerDatabase.IsFault(e))
        {
            throw database.Unavailable(e);
        }
    }
}
