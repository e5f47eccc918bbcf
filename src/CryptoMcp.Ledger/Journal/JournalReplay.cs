using System.Text.Json;

namespace CryptoMcp.Ledger.Journal;

/// <summary>A decision on record, and the ledger as it was when it was made.</summary>
/// <param name="Sequence">Number of its record.</param>
/// <param name="Payment">The payment as the record made it: denied, waiting or reserved.</param>
/// <param name="Ledger">What the decision saw, at its time. Good only while it is handed out.</param>
public sealed record RecordedDecision(long Sequence, Payment Payment, ILedgerView Ledger);

/// <summary>
/// Goes through a journal as if it were lived again: the ledger is rebuilt record by record, and stands still at every
/// decision for whoever wants to derive it again. Changes nothing; a guard may be running.
/// </summary>
public static class JournalReplay
{
    /// <summary>Reads the journal of a directory from its first record.</summary>
    /// <param name="directory">The guard's directory.</param>
    /// <param name="decided">Called for every decision about a new payment, before it takes effect.</param>
    /// <param name="noted">Called for every audit record, with its kind and details.</param>
    /// <returns>As <see cref="JournalVerifier"/>; records after a fault were not read.</returns>
    /// <exception cref="JournalException">There is no journal.</exception>
    public static JournalReport Run(string directory, Action<RecordedDecision> decided, Action<string, JsonElement> noted)
    {
        ArgumentNullException.ThrowIfNull(decided);
        ArgumentNullException.ThrowIfNull(noted);
        return JournalVerifier.Read(directory, (book, record) =>
        {
            switch (record)
            {
                case CreatedRecord created:
                    book.At(created.Time, view =>
                    {
                        decided(new(created.Sequence, PaymentTransitions.Create(created), view));
                        return true;
                    });
                    break;
                case AuditRecord audit:
                    noted(audit.Kind, audit.Details.Element);
                    break;
            }

            book.Apply(record);
        });
    }
}
