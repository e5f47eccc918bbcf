using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger.Postgres;

/// <summary>Brings a host's journal into the empty log that it is to share: the same lines, so the same chain of hashes.</summary>
public static class JournalImport
{
    private const int AtOnce = 1000;

    /// <summary>Copies the journal of a directory, all of it or nothing, and says how many records it has.</summary>
    /// <exception cref="JournalException">The journal is broken or missing.</exception>
    /// <exception cref="LedgerUnavailableException">The database cannot be used, or has records of its own.</exception>
    public static async Task<long> RunAsync(string directory, LedgerDatabase database, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        var lines = new List<byte[]>();
        var given = new Dictionary<long, (string Account, ulong Nonce)>();
        var report = JournalVerifier.Read(directory, (book, record) =>
        {
            var payment = book.Apply(record);
            if (record is SigningRecord { Nonce: { } nonce, Variant.Purpose: VariantPurpose.Payment })
            {
                given.Add(record.Sequence, (LedgerBook.AccountKey(payment!.Account), nonce));
            }
        });
        if (!report.IsWhole)
        {
            throw new JournalException($"The journal is not whole, so nothing was imported: {report.Fault}");
        }

        foreach (var line in JournalReader.Read(directory))
        {
            lines.Add(System.Text.Encoding.ASCII.GetBytes(line.Record.GetRawText() + "\n"));
        }

        try
        {
            await using var connection = await database.ConnectAsync("import", cancellationToken).ConfigureAwait(false);
            await Schema.UpgradeAsync(connection, cancellationToken).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            var log = new PostgresLog(connection);
            for (var from = 0; from < lines.Count; from += AtOnce)
            {
                var pending = new PendingLines();
                for (var i = from; i < Math.Min(from + AtOnce, lines.Count); i++)
                {
                    pending.Add(lines[i], given.TryGetValue(i, out var nonce) ? nonce : null);
                }

                await log.AddAsync(from, pending, cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return lines.Count;
        }
        catch (Npgsql.PostgresException e) when (e.SqlState == "40001")
        {
            throw new LedgerUnavailableException($"{database.Name} has records of its own already; a journal can be imported only into an empty ledger.", e);
        }
        catch (Exception e) when (LedgerDatabase.IsFault(e))
        {
            throw database.Unavailable(e);
        }
    }
}
