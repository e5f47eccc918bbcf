using System.Numerics;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>A movement of a pinned token.</summary>
/// <param name="Token">The token.</param>
/// <param name="From">Payer.</param>
/// <param name="To">Payee.</param>
/// <param name="Units">Integer units of the token.</param>
/// <param name="Block">Block.</param>
/// <param name="LogIndex">Position in the block.</param>
/// <param name="Transaction">Transaction.</param>
public sealed record TokenTransfer(EvmToken Token, EvmAddress From, EvmAddress To, BigInteger Units, ulong Block, ulong LogIndex, Hash32 Transaction)
{
    /// <summary>Millionths of a US dollar, rounded down.</summary>
    public BigInteger MicroUsd => DollarTokens.MicroUsd(Token, Units);
}

/// <summary>
/// Tokens that stand for a US dollar each. Only these count as payment in a judgement: anybody can deploy a token and move
/// millions of it, and a price that we would have to look up is a price that somebody can move.
/// </summary>
internal static class DollarTokens
{
    private static readonly HashSet<string> s_symbols = new(StringComparer.Ordinal) { "USDC", "USDT", "DAI", "USDS" };

    public static bool IsOne(EvmToken token) => s_symbols.Contains(token.Asset.Symbol);

    public static IReadOnlyList<EvmToken> Of(EvmChain chain)
    {
        var tokens = new List<EvmToken>();
        foreach (var token in chain.Tokens)
        {
            if (IsOne(token))
            {
                tokens.Add(token);
            }
        }

        return tokens;
    }

    public static BigInteger MicroUsd(EvmToken token, BigInteger units) => token.Asset.Decimals >= 6
        ? units / BigInteger.Pow(10, token.Asset.Decimals - 6)
        : units * BigInteger.Pow(10, 6 - token.Asset.Decimals);

    /// <summary>Transfers to or from addresses, as a question for a scan; null when there is nothing to ask.</summary>
    public static LogQuery? Transfers(IReadOnlyList<EvmToken> tokens, IReadOnlyCollection<EvmAddress>? from, IReadOnlyCollection<EvmAddress>? to)
    {
        if (tokens.Count == 0 || from?.Count == 0 || to?.Count == 0)
        {
            return null;
        }

        return new([.. tokens.Select(token => token.Address)], [[Erc20.TransferEvent.Topic], Words(from), Words(to)]);
    }

    public static List<TokenTransfer> Read(EvmChain chain, IEnumerable<EventLog> logs)
    {
        var transfers = new List<TokenTransfer>();
        foreach (var log in logs)
        {
            if (Erc20.TransferEvent.TryDecode(log, out var arguments) && chain.TryFindToken(log.Address, out var token))
            {
                transfers.Add(new(token, arguments[0].AsAddress(), arguments[1].AsAddress(), arguments[2].AsNumber(),
                    log.BlockNumber!.Value, log.LogIndex!.Value, log.TransactionHash!.Value));
            }
        }

        return transfers;
    }

    // In a fixed order: the cache knows a question by its text.
    private static IReadOnlyList<Hash32> Words(IReadOnlyCollection<EvmAddress>? addresses) => addresses is null
        ? []
        : [.. addresses.Select(address => (address, Text: address.ToLowerString())).OrderBy(entry => entry.Text, StringComparer.Ordinal).Select(entry => entry.address.ToWord())];
}
