using System.Collections.Concurrent;
using CryptoMcp.Money;

namespace CryptoMcp.Guard.Evm;

/// <summary>
/// What a transfer of a token was estimated to need lately. Estimating runs the call many times over on the node;
/// simulating it runs it once.
/// </summary>
internal sealed class GasMemory(TimeProvider clock)
{
    private static readonly TimeSpan s_validFor = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<AssetId, (ulong Gas, long At)> _byAsset = new();

    /// <summary>The latest estimate; null when there is none, or it is too old.</summary>
    public ulong? Known(AssetId asset) =>
        _byAsset.TryGetValue(asset, out var entry) && clock.GetElapsedTime(entry.At) < s_validFor ? entry.Gas : null;

    /// <summary>Keeps an estimate.</summary>
    public void Remember(AssetId asset, ulong gas) => _byAsset[asset] = (gas, clock.GetTimestamp());
}
