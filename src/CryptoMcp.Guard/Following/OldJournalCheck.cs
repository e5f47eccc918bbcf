using System.Collections.Concurrent;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Evm;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Guard.Following;

/// <summary>
/// Notices a journal that was brought back from a copy: it has forgotten payments, and so what they took from budgets. The
/// chain has not: it counts the account's transactions. Asked once per start and account, before anything is signed, also
/// for payments that bear no account nonce of their own.
/// </summary>
internal sealed partial class OldJournalCheck(ILedger ledger, EvmNetworks networks, ILogger<OldJournalCheck> log)
{
    private readonly ConcurrentDictionary<AccountId, bool> _checked = new();

    /// <summary>Freezes the account if the chain knows more of its transactions than the ledger does.</summary>
    /// <exception cref="GuardException">The chain cannot be asked.</exception>
    public async ValueTask CheckAsync(AccountId account, CancellationToken ct)
    {
        // An account that never had a nonce from this ledger may have been used elsewhere before.
        if (!account.Chain.IsEvm || _checked.ContainsKey(account) || ledger.View.NextNonce(account) is null)
        {
            return;
        }

        var network = networks.Find(account.Chain);
        try
        {
            var nonce = await network.NonceHintAsync(EvmAddress.Parse(account.Address), ct);
            await ledger.ObserveChainNonceAsync(new NonceScope(account, nonce), ct);
        }
        catch (EvmRpcException e)
        {
            throw ChainProblems.Of(e, network.Chain);
        }

        _checked.TryAdd(account, true);
    }

    /// <summary>Checks every wallet at the start; one whose chain cannot be asked is checked before it first spends.</summary>
    public async Task CheckAllAsync(IEnumerable<string> wallets, CancellationToken ct)
    {
        foreach (var address in wallets.Where(address => EvmAddress.TryParse(address, out _)))
        {
            foreach (var network in networks.OfPolicy.Select(networks.Find))
            {
                try
                {
                    await CheckAsync(new(network.Chain.Id, address), ct);
                }
                catch (Exception e) when (e is GuardException or LedgerException)
                {
                    NotChecked(log, address, network.Chain.Name, e.Message);
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Account} on {Chain} is compared with the journal before it spends: {Problem}")]
    private static partial void NotChecked(ILogger logger, string account, string chain, string problem);
}
