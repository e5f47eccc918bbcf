using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Planning;

/// <summary>A price that a decision was made with, as it is written down beside the payment.</summary>
internal sealed record PriceFact
{
    /// <summary>CAIP-19 of what is priced.</summary>
    public required string Asset { get; init; }

    /// <summary>US dollars per whole unit, decimal text without unit.</summary>
    public required string Usd { get; init; }

    /// <summary>Where it is from: chain and address of the feed.</summary>
    public required string Source { get; init; }

    /// <summary>When the feed was updated, as it says.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>True when the feed gave no fresh price, and this is the last one that it gave.</summary>
    public bool? IsLast { get; init; }
}

/// <summary>Prices as they were when a decision was made: the same whenever it is made again.</summary>
internal sealed class RecordedPrices(IReadOnlyList<PriceFact> facts) : IPriceView
{
    /// <summary>No feed said anything: every asset counts at the policy's floor.</summary>
    public static RecordedPrices None { get; } = new([]);

    /// <summary>The prices, one per asset.</summary>
    public IReadOnlyList<PriceFact> Facts => facts;

    /// <inheritdoc/>
    public Usd? PricePerWhole(Asset asset)
    {
        ArgumentNullException.ThrowIfNull(asset);
        var id = asset.Id.ToString();
        foreach (var fact in facts)
        {
            if (string.Equals(fact.Asset, id, StringComparison.OrdinalIgnoreCase))
            {
                return Usd.Parse(fact.Usd);
            }
        }

        return null;
    }
}
