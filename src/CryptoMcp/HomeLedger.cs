using System.Text;
using CryptoMcp.Guard;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger;
using CryptoMcp.Ledger.Journal;
using CryptoMcp.Ledger.Postgres;

namespace CryptoMcp;

/// <summary>
/// Which ledger a home uses: the journal in it, or a database that it shares with other hosts. The home remembers it,
/// because a guard that was once started without the shared ledger would have the whole budget for itself.
/// </summary>
internal static class HomeLedger
{
    /// <summary>Code of the problem that the ledger's database does not answer or is not to be used.</summary>
    public const string Unavailable = "ledger_unavailable";

    private static readonly TimeSpan s_patienceAtStart = TimeSpan.FromSeconds(10);

    /// <summary>The shared ledger's database, or null where the home has a journal of its own.</summary>
    /// <exception cref="GuardException">The home's note of it cannot be used.</exception>
    public static LedgerDatabase? DatabaseOf(GuardHome home)
    {
        if (!File.Exists(home.LedgerFile))
        {
            return null;
        }

        GuardHome.CheckPrivateFile(home.LedgerFile);
        return Read(File.ReadAllText(home.LedgerFile).Trim(), $"'{home.LedgerFile}'");
    }

    /// <summary>The database that an option names, or else the home's.</summary>
    /// <exception cref="GuardException">Neither names one.</exception>
    public static LedgerDatabase DatabaseFor(GuardHome home, string? connection)
    {
        if (connection is not null)
        {
            RefusePassword(home, connection);
            return Read(connection, "--ledger");
        }

        return DatabaseOf(home) ?? throw new GuardException(
            "no_shared_ledger", "This home shares no ledger; it has a journal of its own.", "Name the database with 'cryptomcp guard --ledger', or here with --ledger.");
    }

    /// <summary>Notes the shared ledger in the home.</summary>
    /// <exception cref="GuardException">The text carries a password or is no connection string, or the home uses another ledger.</exception>
    public static void Remember(GuardHome home, string connection)
    {
        RefusePassword(home, connection);
        if (!File.Exists(home.LedgerFile))
        {
            GuardHome.WritePrivateFile(home.LedgerFile, Encoding.UTF8.GetBytes(connection + "\n"));
        }
        else if (!IsSame(connection, File.ReadAllText(home.LedgerFile).Trim()))
        {
            throw new GuardException(
                "ledger_differs",
                $"This home uses the ledger at {DatabaseOf(home)!.Name}, not the one that --ledger names. What was spent is on record there.",
                $"If the database has moved, with all its records, change '{home.LedgerFile}'; a ledger is never just exchanged.");
        }
    }

    /// <inheritdoc cref="OpenLedger"/>
    public static async ValueTask<ILedger> OpenAsync(GuardHome home, TimeProvider clock, IFailPoints failPoints, CancellationToken ct)
    {
        if (DatabaseOf(home) is not { } database)
        {
            return await JournalOfHome.OpenAsync(home, clock, failPoints, ct);
        }

        for (var begun = clock.GetTimestamp(); ; database = DatabaseOf(home)!)
        {
            IDisposable? homeLock = null;
            try
            {
                homeLock = FileJournalStorage.Lock(home.Guard);
                await RefuseForgottenJournalAsync(home, database, ct);
                return await PostgresLedger.OpenAsync(
                    new() { Database = database, HomeLock = homeLock, HeadFile = home.LedgerHeadFile, FailPoints = failPoints }, ct);
            }
            catch (LedgerUnavailableException) when (clock.GetElapsedTime(begun) < s_patienceAtStart)
            {
                // Host and database may be starting at the same time.
                homeLock?.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, ct);
            }
            catch (LedgerException e)
            {
                homeLock?.Dispose();
                throw JournalOfHome.Unusable(e);
            }
            catch
            {
                homeLock?.Dispose();
                throw;
            }
        }
    }

    /// <summary>Freezes every guard on the shared ledger; false where there is none.</summary>
    /// <exception cref="GuardException">The database cannot be reached.</exception>
    public static async Task<bool> FreezeFleetAsync(GuardHome home, string reason, CancellationToken ct)
    {
        if (DatabaseOf(home) is not { } database)
        {
            return false;
        }

        try
        {
            await using var ledger = await PostgresLedger.OpenAsync(new() { Database = database, Prepare = false }, ct);
            if (ledger.View.FrozenBecause is null)
            {
                await ledger.FreezeAsync($"{reason} (on {Environment.MachineName})", cancellationToken: ct);
            }

            return true;
        }
        catch (LedgerException e)
        {
            throw new GuardException(
                Unavailable,
                $"This host is frozen, but the other hosts on its ledger may not be: {e.Message}",
                "Freeze each host by itself, or repeat this when the database can be reached.",
                e);
        }
    }

    /// <summary>A journal of this home with payments in it would be forgotten, and its spending with it.</summary>
    private static async Task RefuseForgottenJournalAsync(GuardHome home, LedgerDatabase database, CancellationToken ct)
    {
        if (!File.Exists(home.JournalFile) || !JournalReader.Read(home.Guard).Any(line => line.PaymentId is not null))
        {
            return;
        }

        var journal = JournalVerifier.Verify(home.Guard);
        if (journal.IsWhole && await PostgresAudit.HasAsync(database, journal.Records - 1, journal.HeadHash, ct))
        {
            return;
        }

        throw new GuardException(
            "ledger_forgets_journal",
            $"This home has payments in '{home.JournalFile}', which the ledger at {database.Name} does not have. What they spent would not count there.",
            "Bring them there with 'cryptomcp ledger import' while the database is empty; or let them end, wait until they have left every budget's window, and move the journal away.");
    }

    private static void RefusePassword(GuardHome home, string connection)
    {
        Read(connection, "--ledger");
        if (!string.IsNullOrEmpty(LedgerDatabase.Parse(connection).Password))
        {
            throw new GuardException(
                "ledger_password_visible",
                "--ledger carries a password, which every program on this machine can read in the list of processes.",
                $"Leave it out and set PGPASSWORD or PGPASSFILE, or write the whole connection string into '{home.LedgerFile}' (mode 0600).");
        }
    }

    private static LedgerDatabase Read(string connection, string where)
    {
        try
        {
            return new(connection);
        }
        catch (FormatException e)
        {
            throw new GuardException("ledger_invalid", $"{where}: {e.Message}", "Example: --ledger 'Host=db.example;Database=wallet;Username=guard;SSL Mode=VerifyFull'.");
        }
    }

    /// <summary>The same database, whatever else the two say; the note may hold a password that the option must not.</summary>
    private static bool IsSame(string option, string note)
    {
        var (a, b) = (LedgerDatabase.Parse(option), LedgerDatabase.Parse(note));
        return a.Host == b.Host && a.Port == b.Port && a.Database == b.Database;
    }
}
