using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Guard.Policies;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard;

/// <summary>
/// The owner ends a freeze. It works on the home itself and not through the socket, where an agent could ask for it too,
/// so the guard has to be stopped first.
/// </summary>
public static class Thaw
{
    /// <summary>Ends every freeze of a home and says which there were.</summary>
    /// <exception cref="GuardException">A guard runs, or the journal cannot be used.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(GuardHome home, OpenLedger open, TimeProvider clock, CancellationToken ct)
    {
        var ended = new List<string>();
        if (File.Exists(home.FrozenFile))
        {
            File.Delete(home.FrozenFile);
            ended.Add($"Removed '{home.FrozenFile}'.");
        }

        if (!File.Exists(home.JournalFile) && !File.Exists(home.LedgerFile))
        {
            return ended;
        }

        try
        {
            await using var ledger = await open(home, clock, NoFailPoints.Instance, ct);
            if (ledger.View.FrozenBecause is { } reason)
            {
                await ledger.UnfreezeAsync("The owner asked for it at a terminal.", cancellationToken: ct);
                ended.Add($"Ended: {reason}");
            }

            foreach (var account in AccountsOf(PolicyStore.Peek(home, ledger)))
            {
                if (ledger.View.FrozenBecauseOf(account) is { } because)
                {
                    await ledger.UnfreezeAsync("The owner asked for it at a terminal.", account, ct);
                    ended.Add($"Ended for {account}: {because}");
                }
            }

            return ended;
        }
        catch (GuardException e) when (e.Problem.Code == GuardHost.AlreadyRunning)
        {
            throw new GuardException(
                GuardHost.AlreadyRunning,
                "The guard runs and holds the ledger.",
                "Stop it ('cryptomcp doctor' shows its process), run this again, and let it start by itself.",
                e);
        }
    }

    private static IEnumerable<AccountId> AccountsOf(PolicyDocument policy) =>
        from wallet in policy.Wallets.Values
        from chain in policy.Rpc.Keys
        where chain.IsEvm == wallet.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        select new AccountId(chain, wallet);
}
