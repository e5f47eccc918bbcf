using CryptoMcp.Money;

namespace CryptoMcp.Evm;

/// <summary>A Chainlink aggregator that says what an asset is worth in US dollars.</summary>
public sealed record PriceFeed
{
    /// <summary>What is priced.</summary>
    public required AssetId Asset { get; init; }

    /// <summary>The aggregator's proxy.</summary>
    public required EvmAddress Address { get; init; }

    /// <summary>How old an answer may be: the feed's heartbeat and a tenth of it.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <summary>The chain's uptime feed of its sequencer, on chains that have one: prices of a stopped chain are old prices.</summary>
    public EvmAddress? Sequencer { get; init; }

    /// <summary>Where a price comes from, for the record: chain and address.</summary>
    public string Source => $"{Asset.Chain}/{Address}";
}
