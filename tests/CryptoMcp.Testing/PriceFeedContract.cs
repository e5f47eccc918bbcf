using System.Numerics;

namespace CryptoMcp.Testing;

/// <summary>A contract at a feed's address that answers as it is told. Source: <c>tests/chains/contracts/PriceFeed.sol</c>.</summary>
public sealed class PriceFeedContract
{
    private readonly Anvil _chain;

    private PriceFeedContract(Anvil chain, string address) => (_chain, Address) = (chain, address);

    /// <summary>Where it is.</summary>
    public string Address { get; }

    /// <summary>Puts the contract at an address.</summary>
    public static async Task<PriceFeedContract> PlaceAsync(Anvil chain, string address)
    {
        ArgumentNullException.ThrowIfNull(chain);
        await chain.SetCodeAsync(address, await SolidityContracts.RuntimeCodeAsync("PriceFeed.sol", "PriceFeed"));
        return new(chain, address);
    }

    /// <summary>Sets a round.</summary>
    /// <param name="answer">In units of 10^-<paramref name="decimals"/> dollars; for an uptime feed 0 is up.</param>
    /// <param name="age">How long before the chain's newest block it was updated (and, for an uptime feed, began).</param>
    /// <param name="decimals">Decimals.</param>
    public async Task AnswerAsync(BigInteger answer, TimeSpan age, int decimals = 8)
    {
        var at = await NowAsync() - (long)age.TotalSeconds;
        await SetAsync(0, 7);
        await SetAsync(1, answer.Sign < 0 ? answer + (BigInteger.One << 256) : answer);
        await SetAsync(2, at);
        await SetAsync(3, at);
        await SetAsync(4, 7);
        await SetAsync(5, decimals);
        await SetAsync(6, 0);
    }

    /// <summary>Sets one word: 0 round, 1 answer, 2 started at, 3 updated at, 4 answered in round, 5 decimals, 6 reverts if not 0.</summary>
    public Task SetAsync(int slot, BigInteger value) => _chain.SetStorageAtAsync(Address, slot, value);

    /// <summary>Time of the chain's newest block.</summary>
    public async Task<long> NowAsync() =>
        (long)JsonRpcNode.Quantity((await _chain.CallAsync("eth_getBlockByNumber", "latest", false))!["timestamp"]!.GetValue<string>());
}
