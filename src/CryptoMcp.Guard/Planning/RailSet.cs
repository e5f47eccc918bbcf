using CryptoMcp.Ledger;

namespace CryptoMcp.Guard.Planning;

/// <summary>The rails by name.</summary>
internal sealed class RailSet(IEnumerable<IRail> rails)
{
    private readonly Dictionary<string, IRail> _byName = rails.ToDictionary(rail => rail.Name, StringComparer.Ordinal);

    /// <summary>The rail that a payment travels on.</summary>
    public IRail this[Payment payment] => _byName.TryGetValue(PaymentFacts.Read(payment).Rail, out var rail)
        ? rail
        : throw new InvalidOperationException($"{payment.Id} travels on the rail '{PaymentFacts.Read(payment).Rail}', which this version does not know.");
}
