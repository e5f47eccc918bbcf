using System.Collections.Frozen;
using CryptoMcp.Money;

namespace CryptoMcp.Evm;

/// <summary>
/// The feeds that we believe, by the pinned asset that they price. Addresses: Chainlink's entries of the Aave address
/// book; heartbeats: Chainlink's feed pages, and a day where those are not certain. An asset without a feed here has no
/// price from chain.
/// </summary>
public static class PriceFeeds
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_twentyMinutes = TimeSpan.FromMinutes(20);

    private static readonly FrozenSet<string> s_dollars = FrozenSet.Create(StringComparer.Ordinal, "USDC", "USDT", "DAI", "USDS");

    private static readonly FrozenDictionary<ulong, EvmAddress> s_sequencers = new Dictionary<ulong, EvmAddress>
    {
        [8453] = EvmAddress.Parse("0xBCF85224fc0756B9Fa45aA7892530B47e10b6433"),
        [42161] = EvmAddress.Parse("0xFdB631F5EE196F0ed6FAa767959853A9F217697D"),
        [10] = EvmAddress.Parse("0x371EAD81c9102C9BF4874A9075FFFf170F2Ee389"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<AssetId, PriceFeed> s_feeds = Table().ToFrozenDictionary(feed => feed.Asset);

    private static readonly FrozenSet<AssetId> s_dollarTokens =
        BuiltInChains.All.Where(chain => !chain.IsTestNetwork).SelectMany(chain => chain.Tokens).Where(token => s_dollars.Contains(token.Asset.Symbol)).Select(token => token.Asset.Id).ToFrozenSet();

    /// <summary>All feeds.</summary>
    public static IEnumerable<PriceFeed> All => s_feeds.Values;

    /// <summary>The feed of an asset; null where there is none that we believe.</summary>
    public static PriceFeed? Find(AssetId asset) => s_feeds.GetValueOrDefault(asset);

    /// <summary>
    /// True for a pinned token that is to be worth one dollar. What leaves counts at one dollar at least, whatever a feed
    /// says: a coin that trades below its peg today is owed at par tomorrow.
    /// </summary>
    public static bool IsDollar(AssetId asset) => s_dollarTokens.Contains(asset);

    private static IEnumerable<PriceFeed> Table() =>
    [
        .. On(1, "ETH", "0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419", s_hour),
        .. On(1, "USDC", "0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6", s_day),
        .. On(1, "USDT", "0x3E7d1eAB13ad0104d2750B8863b489D65364e32D", s_day),
        .. On(1, "DAI", "0xAed0c38402a5d19df6E4c03F4E2DceD6e29c1ee9", s_hour),
        .. On(1, "USDS", "0xfF30586cD0F29eD462364C7e81375FC0C71219b1", s_day),
        .. On(1, "EURC", "0x04F84020Fdf10d9ee64D1dcC2986EDF2F556DA11", s_day),
        .. On(8453, "ETH", "0x71041dddad3595F9CEd3DcCFBe3D1F4b0a16Bb70", s_twentyMinutes),
        .. On(8453, "USDC", "0x7e860098F58bBFC8648a4311b374B1D669a2bc6B", s_day),
        .. On(8453, "DAI", "0x591e79239a7d679378eC8c847e5038150364C78F", s_day),
        .. On(8453, "USDS", "0x2330aaE3bca5F05169d5f4597964D44522F62930", s_day),
        .. On(8453, "EURC", "0xDAe398520e2B67cd3f27aeF9Cf14D93D927f8250", s_day),
        .. On(42161, "ETH", "0x639Fe6ab55C921f74e7fac1ee960C0B6293ba612", s_day),
        .. On(42161, "USDC", "0x50834F3163758fcC1Df9973b6e91f0F0F0434aD3", s_day),
        .. On(42161, "USDT", "0x3f3f5dF88dC9F13eac63DF89EC16ef6e7E25DdE7", s_day),
        .. On(42161, "DAI", "0xc5C8E77B397E531B8EC06BFb0048328B30E9eCfB", s_day),
        .. On(10, "ETH", "0x13e3Ee699D1909E989722E753853AE30b17e08c5", s_twentyMinutes),
        .. On(10, "USDC", "0x16a9FA2FDa030272Ce99B29CF780dFA30361E0f3", s_day),
        .. On(10, "USDT", "0xECef79E109e997bCA29c1c0897ec9d7b03647F5E", s_day),
        .. On(10, "DAI", "0x8dBa75e83DA73cc766A7e5a0ee71F656BAb470d6", s_day),
        .. On(137, "ETH", "0xF9680D99D6C9589e2a93a78A04A279e509205945", s_day),
        .. On(137, "USDC", "0xfE4A8cc5b5B2366C1B58Bea3858e81843581b2F7", s_day),
        .. On(137, "USDT", "0x0A6513e40db6EB1b165753AD52E80663aeA50545", s_day),
        .. On(137, "DAI", "0x4746DeC9e833A82EC7C2C1356372CcF2cfcD2F3D", s_day),
    ];

    /// <summary>A feed for an asset of the built-in table; that of ETH prices the coin itself and its wrapped form.</summary>
    private static IEnumerable<PriceFeed> On(ulong number, string symbol, string address, TimeSpan heartbeat)
    {
        var chain = BuiltInChains.All.First(chain => chain.Id.EvmNumber == number);
        IEnumerable<AssetId> assets = symbol == "ETH"
            ? [.. chain.Native.Symbol == "ETH" ? (AssetId[])[chain.Native.Id] : [], .. chain.Tokens.Where(t => t.Asset.Symbol == "WETH").Select(t => t.Asset.Id)]
            : [chain.Tokens.First(t => t.Asset.Symbol == symbol).Asset.Id];
        return assets.Select(asset => new PriceFeed
        {
            Asset = asset,
            Address = EvmAddress.Parse(address),
            MaxAge = heartbeat + (heartbeat / 10),
            Sequencer = s_sequencers.TryGetValue(number, out var sequencer) ? sequencer : null,
        });
    }
}
