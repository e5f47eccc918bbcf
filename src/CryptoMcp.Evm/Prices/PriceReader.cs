using System.Numerics;
using CryptoMcp.Money;

namespace CryptoMcp.Evm;

/// <summary>What a feed said.</summary>
/// <param name="Feed">The feed.</param>
/// <param name="PerWhole">US dollars per whole unit, rounded up; null if the answer cannot be used.</param>
/// <param name="UpdatedAt">When the feed was updated, as it says.</param>
/// <param name="Problem">Why the answer cannot be used.</param>
public sealed record PriceReading(PriceFeed Feed, Usd? PerWhole, DateTimeOffset UpdatedAt, string? Problem);

/// <summary>
/// Reads Chainlink aggregators, all of one chain at one block. An answer counts only if it is positive, complete, not from
/// the future and not older than its heartbeat allows, and if the chain's sequencer has been up for an hour.
/// </summary>
/// <remarks>
/// <see href="https://docs.chain.link/data-feeds/api-reference">AggregatorV3Interface</see>;
/// <see href="https://docs.chain.link/data-feeds/l2-sequencer-feeds">L2 sequencer uptime feeds</see>.
/// </remarks>
public static class PriceReader
{
    private const int MostDecimals = 36;

    private static readonly TimeSpan s_grace = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_oldestBlock = TimeSpan.FromHours(1);

    private static readonly AbiFunction s_decimals = AbiFunction.Parse("function decimals() view returns (uint8)");

    private static readonly AbiFunction s_latest = AbiFunction.Parse(
        "function latestRoundData() view returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)");

    /// <summary>Reads feeds of the client's chain. Where endpoints must agree, at the newest block that they agree is final.</summary>
    /// <exception cref="EvmRpcException">The chain could not be asked.</exception>
    public static async Task<IReadOnlyList<PriceReading>> ReadAsync(EvmRpc rpc, IReadOnlyList<PriceFeed> feeds, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rpc);
        ArgumentNullException.ThrowIfNull(feeds);
        if (feeds.Count == 0)
        {
            return [];
        }

        var block = await (rpc.NeedsAgreement ? Finality.GetFinalBlockAsync(rpc, ct) : rpc.GetBlockAsync(BlockTag.Latest, ct)).ConfigureAwait(false);
        if (block is null || (rpc.Clock.GetUtcNow() - block.Timestamp).Duration() > s_oldestBlock)
        {
            return [.. feeds.Select(feed => Unusable(feed, "the endpoint's newest block is not of this hour"))];
        }

        var calls = new List<CallRequest>((2 * feeds.Count) + 1);
        foreach (var feed in feeds)
        {
            calls.Add(new() { To = feed.Address, Data = s_decimals.Encode() });
            calls.Add(new() { To = feed.Address, Data = s_latest.Encode() });
        }

        var sequencer = feeds[0].Sequencer;
        if (sequencer is { } uptime)
        {
            calls.Add(new() { To = uptime, Data = s_latest.Encode() });
        }

        var answers = await CallAsync(rpc, calls, BlockTag.Number(block.Number), ct).ConfigureAwait(false);
        var stopped = sequencer is null ? null : ProblemOfSequencer(answers[^1], block.Timestamp);
        var readings = new PriceReading[feeds.Count];
        for (var i = 0; i < readings.Length; i++)
        {
            readings[i] = stopped is null ? Read(feeds[i], answers[2 * i], answers[(2 * i) + 1], block.Timestamp) : Unusable(feeds[i], stopped);
        }

        return readings;
    }

    private static async Task<IReadOnlyList<CallResult>> CallAsync(EvmRpc rpc, List<CallRequest> calls, BlockTag block, CancellationToken ct)
    {
        if (!rpc.NeedsAgreement)
        {
            return await rpc.Multicall.CallAsync(calls, block, ct).ConfigureAwait(false);
        }

        return await Task.WhenAll(calls.Select(async call =>
        {
            try
            {
                return new CallResult(true, await rpc.AgreedAsync(EvmRequests.Call(call, block), ct).ConfigureAwait(false));
            }
            catch (EvmRpcException e) when (e.Kind == EvmRpcFailure.RpcError)
            {
                return new CallResult(false, default);
            }
        })).ConfigureAwait(false);
    }

    private static PriceReading Read(PriceFeed feed, CallResult decimals, CallResult latest, DateTimeOffset now)
    {
        if (!TryDecode(s_decimals, decimals, out var places) || !TryDecode(s_latest, latest, out var round))
        {
            return Unusable(feed, "the feed does not answer like one");
        }

        var (answer, updated) = (round[1].AsNumber(), round[3].AsNumber());
        var problem = answer.Sign <= 0 ? "the feed's answer is not positive"
            : places[0].AsNumber() > MostDecimals ? "the feed states impossible decimals"
            : round[4].AsNumber() < round[0].AsNumber() ? "the feed's answer is of an earlier round"
            : updated.IsZero ? "the feed's round is not complete"
            : updated > now.ToUnixTimeSeconds() ? "the feed's answer is from the future"
            : updated < (now - feed.MaxAge).ToUnixTimeSeconds() ? "the feed's answer is stale"
            : null;
        return problem is null
            ? new(feed, Dollars(answer, (int)places[0].AsNumber()), DateTimeOffset.FromUnixTimeSeconds((long)updated), null)
            : Unusable(feed, problem);
    }

    /// <summary>Answer 0 is up; <c>startedAt</c> is when that began, and 0 means that nobody has said anything yet (Arbitrum).</summary>
    private static string? ProblemOfSequencer(CallResult latest, DateTimeOffset now)
    {
        if (!TryDecode(s_latest, latest, out var round))
        {
            return "the sequencer's uptime feed does not answer";
        }

        var (answer, started) = (round[1].AsNumber(), round[2].AsNumber());
        return !answer.IsZero ? "the chain's sequencer is down"
            : started.IsZero ? "the sequencer's uptime feed has no answer yet"
            : started >= (now - s_grace).ToUnixTimeSeconds() ? "the chain's sequencer came up less than an hour ago"
            : null;
    }

    /// <summary>Rounded up: prices are used against the spender.</summary>
    private static Usd Dollars(BigInteger answer, int decimals)
    {
        if (decimals <= Usd.Decimals)
        {
            return new(answer * BigInteger.Pow(10, Usd.Decimals - decimals));
        }

        var (quotient, remainder) = BigInteger.DivRem(answer, BigInteger.Pow(10, decimals - Usd.Decimals));
        return new(remainder.IsZero ? quotient : quotient + BigInteger.One);
    }

    private static bool TryDecode(AbiFunction function, CallResult result, out AbiValue[] values)
    {
        values = [];
        try
        {
            if (result.Succeeded)
            {
                values = function.DecodeResult(result.Returned.Span);
            }
        }
        catch (EvmFormatException)
        {
            // Not a feed.
        }

        return values.Length > 0;
    }

    private static PriceReading Unusable(PriceFeed feed, string problem) => new(feed, null, default, problem);
}
