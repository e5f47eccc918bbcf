using System.Numerics;
using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>What a counter holds at the time of the decision, in integer units of its unit.</summary>
/// <param name="Used">Settled inside the window, by the time of the finalized block.</param>
/// <param name="Held">Pending: counts in full until it is resolved, and does not age.</param>
/// <param name="FreesAt">When the oldest part of <paramref name="Used"/> leaves the window; null if nothing will.</param>
public readonly record struct Usage(BigInteger Used, BigInteger Held, DateTimeOffset? FreesAt = null)
{
    /// <summary>Nothing used, nothing held.</summary>
    public static Usage None => default;
}

/// <summary>The ledger as a decision needs it. The decision and the reservation have to be one atomic step over one view.</summary>
public interface ISpendingView
{
    /// <summary>Handed-out authorizations that were not yet seen in a block.</summary>
    int OpenAuthorizations { get; }

    /// <summary>The counter inside its window.</summary>
    Usage UsageOf(BudgetCounter counter);

    /// <summary>Of those, the ones for this host (lower case, without port).</summary>
    int OpenAt(string host);

    /// <summary>How many keys of an <c>each</c> budget have anything used or held.</summary>
    int KeysOf(string budgetId);

    /// <summary>When the revision that brought this payee with this address was accepted; null if that is not known.</summary>
    DateTimeOffset? PayeeKnownSince(string payee, ChainId chain, string address);
}

/// <summary>Prices for valuation. The engine never goes below the policy's <c>usdAtLeast</c>.</summary>
public interface IPriceView
{
    /// <summary>US dollars for one whole unit; null if there is no fresh price.</summary>
    Usd? PricePerWhole(Asset asset);
}

/// <summary>No feed at all: every asset is valued at the policy's floor.</summary>
public sealed class FloorPrices : IPriceView
{
    /// <summary>The one instance.</summary>
    public static FloorPrices Instance { get; } = new();

    /// <inheritdoc/>
    public Usd? PricePerWhole(Asset asset) => null;
}
