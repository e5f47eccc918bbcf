using System.Globalization;

namespace CryptoMcp.Ledger.Journal;

/// <summary>What a check of a journal found.</summary>
/// <param name="Records">Whole records from the beginning on.</param>
/// <param name="HeadHash">Hash of the last of them; write it down elsewhere to notice a journal that was replaced as a whole.</param>
/// <param name="Fault">What is wrong, with line and byte; null when nothing is.</param>
public sealed record JournalReport(long Records, string HeadHash, string? Fault)
{
    /// <summary>True when every byte is as it was written.</summary>
    public bool IsWhole => Fault is null;
}

/// <summary>
/// Checks a journal without changing it: every line's hash, the chain, the numbers, every step against the rules, and
/// the head noted beside it. Stricter than starting up: a torn last line is a fault here.
/// </summary>
public static class JournalVerifier
{
    private const int MostAttempts = 8;

    /// <summary>Checks the journal of a directory. A guard may be running; lines that it is just writing do not count.</summary>
    /// <exception cref="JournalException">There is no journal.</exception>
    public static JournalReport Verify(string directory) => WhileStill(directory, () => Read(directory, static (book, record) => book.Apply(record)));

    /// <summary>The payments of a journal as its records make them, and what the check found; none where it is not whole.</summary>
    /// <exception cref="JournalException">There is no journal.</exception>
    public static (JournalReport Report, IReadOnlyList<Payment> Payments) ReadPayments(string directory)
    {
        LedgerBook? read = null;
        var report = WhileStill(directory, () => Read(directory, (book, record) => (read = book).Apply(record)));
        if (!report.IsWhole || read is null)
        {
            return (report, []);
        }

        var payments = new Payment[read.Payments.Count];
        for (var i = 0; i < payments.Length; i++)
        {
            payments[i] = read.Payments[i];
        }

        return (report, payments);
    }

    /// <summary>Checks a journal in any store.</summary>
    public static JournalReport Verify(IJournalStorage storage)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return Read(storage.Name, storage.Read, storage.ReadHead(), static (book, record) => book.Apply(record));
    }

    /// <summary>Checks the journal of a directory, with somebody looking on who applies each record.</summary>
    internal static JournalReport Read(string directory, Action<LedgerBook, LedgerRecord> apply)
    {
        var path = FileJournalStorage.JournalPath(directory);
        if (!File.Exists(path))
        {
            throw new JournalException($"{path} does not exist.");
        }

        // The head first: what is appended after it was read is then only more than it names.
        var head = HeadOf(directory);
        using var journal = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Read(path, (offset, buffer) => RandomAccess.Read(journal, buffer, offset), head, apply);
    }

    // A last write that looks torn while the head moves on was only being written.
    private static JournalReport WhileStill(string directory, Func<JournalReport> read)
    {
        for (var attempt = 1; ; attempt++)
        {
            var head = HeadOf(directory);
            var report = read();
            if (report.IsWhole || attempt == MostAttempts || head.AsSpan().SequenceEqual(HeadOf(directory)))
            {
                return report;
            }
        }
    }

    private static byte[]? HeadOf(string directory)
    {
        var path = FileJournalStorage.HeadPath(directory);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    internal static JournalReport Read(string name, ReadAt read, byte[]? headBytes, Action<LedgerBook, LedgerRecord> apply)
    {
        var (records, hash) = (0L, string.Empty);
        try
        {
            var head = JournalHead.Parse(headBytes);
            if (headBytes is { Length: > 0 } && head is null)
            {
                return new(0, string.Empty, "The head file beside the journal is broken.");
            }

            var book = new LedgerBook(new LedgerClock(TimeProvider.System));
            var loaded = new JournalLoader(name, read, head).Load(record =>
            {
                records = record.Sequence + 1;
                apply(book, record);
            });
            hash = System.Text.Encoding.ASCII.GetString(loaded.LastHash);
            var fault = loaded.Torn is null
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"The last write, at byte {loaded.Length}, is torn: {loaded.Torn}.");
            return new(loaded.NextSequence, hash, fault);
        }
        catch (JournalException e)
        {
            return new(records, hash, e.Message);
        }
    }
}
