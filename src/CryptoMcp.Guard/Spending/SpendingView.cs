using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Spending;

/// <summary>The ledger as the policy wants to see it.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="payeeKnownSince">When the owner first named a payee with an address on a chain.</param>
/// <param name="client">Who asks.</param>
internal sealed class SpendingView(ILedgerView ledger, Func<string, ChainId, string, DateTimeOffset?> payeeKnownSince, string client) : ISpendingView
{
    /// <summary>Tag of payments whose signature is handed to somebody else.</summary>
    public const string AuthorizationTag = "authorization";

    /// <summary>Tag under which the ledger counts open payments to a host.</summary>
    public static string HostTag(string host) => $"host|{host}";

    /// <summary>
    /// Signatures in the hands of others, who may use them or not. A transaction that we broadcast ourselves is none: it
    /// is on its way to a block, and counting it would only make the wallet wait for its own chain.
    /// </summary>
    public int OpenAuthorizations => ledger.OpenWith(AuthorizationTag);

    public Usage UsageOf(BudgetCounter counter)
    {
        if (counter.Unit.Kind == BudgetUnitKind.Denials)
        {
            var denials = ledger.DenialsWithin(counter.Window ?? TimeSpan.MaxValue, counter.Key is null ? null : client);
            return new(denials, 0);
        }

        var usage = ledger.UsageOf(counter.Id, counter.Window);
        return new(usage.Used, usage.Held, usage.FreesAt);
    }

    public int OpenAt(string host) => ledger.OpenWith(HostTag(host));

    public int KeysOf(string budgetId) => ledger.CountersOf(budgetId);

    public DateTimeOffset? PayeeKnownSince(string payee, ChainId chain, string address) => payeeKnownSince(payee, chain, address);
}
