namespace CryptoMcp.Ledger;

/// <summary>The embedded ledger: one process, one append-only journal.</summary>
public sealed partial class JournalLedger : ILedger
{
    /// <summary>Opens the journal and rebuilds the ledger from it.</summary>
    /// <exception cref="JournalException">The journal is broken, locked by another guard, or open to others.</exception>
    public static ValueTask<JournalLedger> OpenAsync(LedgerOptions options, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
