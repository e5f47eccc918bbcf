using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger;

namespace CryptoMcp.Guard;

/// <summary>The ledger of a guard that has its home alone: the journal in that home.</summary>
public static class JournalOfHome
{
    /// <inheritdoc cref="OpenLedger"/>
    public static async ValueTask<ILedger> OpenAsync(GuardHome home, TimeProvider clock, IFailPoints failPoints, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(home);
        try
        {
            return await JournalLedger.OpenAsync(new LedgerOptions { Directory = home.Guard, Time = clock, FailPoints = failPoints }, ct);
        }
        catch (LedgerException e)
        {
            throw Unusable(e);
        }
    }

    /// <summary>What it means for a guard that a ledger does not open.</summary>
    public static GuardException Unusable(LedgerException cause) => cause switch
    {
        JournalLockedException => new(GuardHost.AlreadyRunning, cause.Message, "Use the guard that runs; 'cryptomcp doctor' shows it.", cause),
        JournalException => new("journal_unusable", cause.Message, "Run 'cryptomcp audit --verify' and 'cryptomcp doctor'.", cause),
        _ => new("ledger_unavailable", cause.Message, "Make the ledger's database reachable, then start the guard again; 'cryptomcp doctor' looks at it.", cause),
    };
}
