using CryptoMcp.Guard.Policies;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Spending;

/// <summary>The ledger as the policy wants to see it.</summary>
internal sealed class SpendingView(ILedgerView ledger, PolicyStore policies, string client) : ISpendingView
{
    /// <summary>Tag under which the ledger counts open payments to a host.</summary>
    public static string HostTag(string host) => $"host|{host}";

    public int OpenAuthorizations => ledger.OpenAuthorizations;

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

    public DateTimeOffset? PayeeKnownSince(string payee, ChainId chain, string address) => policies.PayeeKnownSince(payee, chain, address);
}
