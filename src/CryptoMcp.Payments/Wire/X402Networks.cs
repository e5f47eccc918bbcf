using System.Collections.Frozen;
using CryptoMcp.Money;

namespace CryptoMcp.Payments;

/// <summary>
/// Networks on the wire. Version 2 uses CAIP-2, version 1 a closed list of names. Both are taken letter by letter: a network
/// that is spelled otherwise is another network.
/// </summary>
public static class X402Networks
{
    private static readonly FrozenDictionary<string, ChainId> s_byName = new Dictionary<string, ChainId>
    {
        ["ethereum"] = ChainId.Evm(1),
        ["sepolia"] = ChainId.Evm(11155111),
        ["base"] = ChainId.Evm(8453),
        ["base-sepolia"] = ChainId.Evm(84532),
        ["polygon"] = ChainId.Evm(137),
        ["polygon-amoy"] = ChainId.Evm(80002),
        ["avalanche"] = ChainId.Evm(43114),
        ["avalanche-fuji"] = ChainId.Evm(43113),
        ["abstract"] = ChainId.Evm(2741),
        ["abstract-testnet"] = ChainId.Evm(11124),
        ["iotex"] = ChainId.Evm(4689),
        ["sei"] = ChainId.Evm(1329),
        ["sei-testnet"] = ChainId.Evm(1328),
        ["peaq"] = ChainId.Evm(3338),
        ["story"] = ChainId.Evm(1514),
        ["educhain"] = ChainId.Evm(41923),
        ["skale-base-sepolia"] = ChainId.Evm(324705682),
        ["megaeth"] = ChainId.Evm(4326),
        ["monad"] = ChainId.Evm(143),
        ["stable"] = ChainId.Evm(988),
        ["stable-testnet"] = ChainId.Evm(2201),
        ["celo"] = ChainId.Evm(42220),
        ["flare"] = ChainId.Evm(14),
        ["solana"] = ChainId.Parse("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"),
        ["solana-devnet"] = ChainId.Parse("solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1"),
        ["solana-testnet"] = ChainId.Parse("solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<ChainId, string> s_names = s_byName.ToFrozenDictionary(entry => entry.Value, entry => entry.Key);

    /// <summary>The chain that an offer names.</summary>
    public static bool TryFind(string network, int version, out ChainId chain) =>
        version == 1 ? s_byName.TryGetValue(network, out chain) : ChainId.TryParse(network, out chain);

    /// <summary>The chain's name in version 1, or null: most chains have none.</summary>
    public static string? NameInVersion1(ChainId chain) => s_names.GetValueOrDefault(chain);
}
