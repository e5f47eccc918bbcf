using System.Collections.Concurrent;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Evm;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Prices;

/// <summary>
/// Prices that a decision is made with. A feed can only make a spend dearer than the policy's floor; and a feed that falls
/// silent makes nothing cheaper, since then the last price that it gave still counts. That price is on record with the
/// decisions that used it, so a restart does not forget it.
/// </summary>
internal sealed class PriceBook
{
    private const int LookBack = 200;

    private static readonly TimeSpan s_freshFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_askAgainAfter = TimeSpan.FromSeconds(5);
    private static readonly Usd s_dollar = Usd.Parse("1");

    private readonly EvmNetworks _networks;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<AssetId, Look> _looks = new();
    private readonly ConcurrentDictionary<AssetId, PriceFact> _last = new();

    public PriceBook(EvmNetworks networks, ILedger ledger, TimeProvider clock)
    {
        _networks = networks;
        _clock = clock;

        // Newest first, so the first price found of an asset is the last one that was used.
        foreach (var payment in ledger.List(new(), cursor: null, LookBack).Payments)
        {
            foreach (var fact in PaymentFacts.Read(payment).Prices ?? [])
            {
                _last.TryAdd(AssetId.Parse(fact.Asset), fact);
            }
        }
    }

    /// <summary>
    /// The prices of all that a plan moves. Asks the chain where a price is older than half a minute; where that fails or
    /// the answer cannot be used, the last price counts, and the note says so.
    /// </summary>
    public async ValueTask<(RecordedPrices Prices, IReadOnlyList<string> Notes)> ReadAsync(IReadOnlyList<Effect> effects, CancellationToken ct)
    {
        var assets = AssetsOf(effects);
        var feeds = assets.Select(asset => PriceFeeds.Find(asset.Id)).OfType<PriceFeed>().ToList();
        foreach (var due in feeds.Where(feed => !IsRecent(feed.Asset)).GroupBy(feed => feed.Asset.Chain))
        {
            await RefreshAsync(due.Key, [.. due], ct);
        }

        return (Of(assets), [.. feeds.Where(feed => _looks[feed.Asset].Fact is null).Select(Note)]);
    }

    /// <summary>The prices that are known without asking anybody.</summary>
    public RecordedPrices Known(IReadOnlyList<Effect> effects) => Of(AssetsOf(effects));

    private static List<Asset> AssetsOf(IReadOnlyList<Effect> effects)
    {
        var assets = new List<Asset>();
        foreach (var effect in effects)
        {
            var asset = effect switch
            {
                Effect.Outflow e => e.Amount.Asset,
                Effect.Allowance e => e.Amount.Asset,
                Effect.Fee e => e.Amount.Asset,
                _ => null,
            };
            if (asset is not null && !assets.Exists(known => known.Id == asset.Id))
            {
                assets.Add(asset);
            }
        }

        return assets;
    }

    private RecordedPrices Of(List<Asset> assets)
    {
        var facts = new List<PriceFact>(assets.Count);
        foreach (var asset in assets)
        {
            var fact = IsRecent(asset.Id) && _looks[asset.Id].Fact is { } fresh ? fresh
                : _last.TryGetValue(asset.Id, out var last) ? last with { IsLast = true }
                : null;

            // Outflow of a dollar counts at max($1, feed); a missing feed does not change that.
            if (PriceFeeds.IsDollar(asset.Id) && (fact is null || Usd.Parse(fact.Usd) < s_dollar))
            {
                fact = new() { Asset = asset.Id.ToString(), Usd = "1", Source = "par", UpdatedAt = DateTimeOffset.UnixEpoch };
            }

            if (fact is not null)
            {
                facts.Add(fact);
            }
        }

        return facts.Count == 0 ? RecordedPrices.None : new(facts);
    }

    private async ValueTask RefreshAsync(ChainId chain, List<PriceFeed> feeds, CancellationToken ct)
    {
        try
        {
            foreach (var reading in await PriceReader.ReadAsync(_networks.Find(chain).Rpc, feeds, ct))
            {
                Keep(reading.Feed, reading.PerWhole is { } price ? FactOf(reading, price) : null, reading.Problem);
            }
        }
        catch (EvmRpcException)
        {
            foreach (var feed in feeds)
            {
                Keep(feed, null, "the chain could not be asked");
            }
        }
    }

    private void Keep(PriceFeed feed, PriceFact? fact, string? problem)
    {
        _looks[feed.Asset] = new(fact, problem, _clock.GetTimestamp());
        if (fact is not null)
        {
            _last[feed.Asset] = fact;
        }
    }

    private string Note(PriceFeed feed) => $"No fresh price from {feed.Source}: {_looks[feed.Asset].Problem}. " + (_last.TryGetValue(feed.Asset, out var last)
        ? $"The last one, {last.Usd} USD, counts until there is another."
        : "The policy's floor counts.");

    private bool IsRecent(AssetId asset) =>
        _looks.TryGetValue(asset, out var look) && _clock.GetElapsedTime(look.At) < (look.Fact is null ? s_askAgainAfter : s_freshFor);

    private static PriceFact FactOf(PriceReading reading, Usd price) => new()
    {
        Asset = reading.Feed.Asset.ToString(),
        Usd = DecimalText.Format(price.Units, Usd.Decimals),
        Source = reading.Feed.Source,
        UpdatedAt = reading.UpdatedAt,
    };

    /// <summary>What a feed said when it was last asked; no fact, but a problem, where its answer could not be used.</summary>
    private sealed record Look(PriceFact? Fact, string? Problem, long At);
}
