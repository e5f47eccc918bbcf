using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Money;

namespace CryptoMcp.Server.Chains;

/// <summary>An asset whose balance is asked: what it is, its floor price, and whether the policy lets it be spent.</summary>
/// <param name="Asset">Pinned symbol and decimals.</param>
/// <param name="Contract">The token's contract; null for the native coin.</param>
/// <param name="FloorPrice">US dollars per whole unit that the policy counts at least.</param>
/// <param name="IsSpendable">True when the policy names it on this chain.</param>
public sealed record WatchedAsset(Asset Asset, EvmAddress? Contract, Usd? FloorPrice, bool IsSpendable);

/// <summary>A balance; no amount when the token's contract did not answer like a token.</summary>
public sealed record AssetBalance(WatchedAsset Watched, Amount? Amount)
{
    /// <summary>Value at the floor price, rounded down: what is held is worth this much at least.</summary>
    public Usd? Value => Amount is { } amount && Watched.FloorPrice is { } price
        ? new(amount.Units * price.Units / BigInteger.Pow(10, amount.Asset.Decimals))
        : null;
}

/// <summary>Reads native and token balances of one account on one chain in one round trip.</summary>
public sealed class BalanceReader(ChainConnections connections)
{
    /// <summary>The balances in the order of <paramref name="assets"/>, and the block that they are of.</summary>
    public Task<(ulong Block, IReadOnlyList<AssetBalance> Balances)> ReadAsync(
        EvmChain chain, EvmAddress account, IReadOnlyList<WatchedAsset> assets, CancellationToken ct) => connections.AskAsync(
        chain,
        async (rpc, token) =>
        {
            var contracts = new List<EvmAddress>(assets.Count);
            foreach (var asset in assets)
            {
                if (asset.Contract is { } contract)
                {
                    contracts.Add(contract);
                }
            }

            var read = await rpc.Multicall.GetBalancesAsync(account, contracts, token).ConfigureAwait(false);
            var balances = new AssetBalance[assets.Count];
            for (int i = 0, next = 0; i < balances.Length; i++)
            {
                var units = assets[i].Contract is null ? read.Native : read.Tokens[next++];
                balances[i] = new(assets[i], units is { } known ? new Amount(known, assets[i].Asset) : null);
            }

            return (read.Block, (IReadOnlyList<AssetBalance>)balances);
        },
        ct);
}
