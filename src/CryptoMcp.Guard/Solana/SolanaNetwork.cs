using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Policy;
using CryptoMcp.Solana;

namespace CryptoMcp.Guard.Solana;

/// <summary>One Solana cluster as the guard sees it.</summary>
internal sealed class SolanaNetwork : IDisposable
{
    // Of one validator alone nobody can tell whether it hides a transaction.
    private const int EndpointsForRelease = 2;

    // The hash of any block that exists when the height is H is good until H + 150.
    private const ulong HashLifetime = 150;

    public SolanaNetwork(SolanaCluster cluster, RpcEndpoints endpoints, TimeProvider clock)
    {
        // The policy's endpoints count, not the table's: the owner decides whom the guard believes.
        Cluster = cluster with { RpcUrls = endpoints.Urls };
        Rpc = new(Cluster, new() { Agree = endpoints.Agree }, clock);
    }

    /// <summary>The cluster, with the policy's endpoints.</summary>
    public SolanaCluster Cluster { get; }

    /// <summary>The client.</summary>
    public SolanaRpc Rpc { get; }

    /// <summary>How many endpoints must show that a payment can never land. One is enough on this machine only.</summary>
    public int NeededForRelease => Cluster.IsLocal ? Rpc.Agree : Math.Max(Rpc.Agree, EndpointsForRelease);

    /// <summary>
    /// A recent hash, and the height beyond which a message with it can certainly not land. An endpoint could understate
    /// that, to have a payment given up that lands later; so it counts from the greatest height that any endpoint shows.
    /// </summary>
    public async ValueTask<BlockhashLifetime> LifetimeAsync(CancellationToken ct)
    {
        var latest = await Rpc.SendAsync(SolanaRequests.LatestBlockhash(Commitment.Confirmed), ct);
        var heights = await Rpc.AskAllAsync(SolanaRequests.BlockHeight(Commitment.Processed), Rpc.Agree, ct);
        return latest with { LastValidBlockHeight = Math.Max(latest.LastValidBlockHeight, heights.Max() + HashLifetime) };
    }

    /// <summary>A pinned token's mint, on the word of as many endpoints as must agree.</summary>
    /// <exception cref="GuardException">It is not what the policy pins, or moves in a way that is not understood.</exception>
    public async ValueTask<MintAccount> MintAsync(Asset asset, CancellationToken ct)
    {
        var address = Pubkey.Parse(asset.Id.Reference);
        var mint = await Rpc.AgreedAsync(SolanaRequests.Mint(address, Commitment.Confirmed), ct);
        if (mint is null || mint.Decimals != asset.Decimals || (Cluster.TryFindToken(address, out var known) && known.Program != mint.Program))
        {
            throw new GuardException(
                "token_mismatch",
                $"The mint {address} on {Cluster.Title} is not the token with {asset.Decimals} decimals that the policy pins for {asset.Symbol}; the endpoint or the pin is wrong.",
                "Nothing was signed. Tell the owner to check the asset's address in the policy and the cluster's endpoint.");
        }

        return RefusalOf(mint.Extensions) is { } what
            ? throw new GuardException(
                "token_not_supported",
                $"{asset.Symbol} on {Cluster.Title} {what}.",
                "Nothing was signed. Use another token.")
            : mint;
    }

    /// <inheritdoc/>
    public void Dispose() => Rpc.Dispose();

    private static string? RefusalOf(TokenExtensions extensions) => extensions switch
    {
        { TransferHook: not null } => "runs a program of its issuer on every transfer, which nobody can foresee",
        { IsNonTransferable: true } => "cannot be transferred",
        { IsPaused: true } => "is paused by its issuer",
        { HasUnknown: true } => "has an extension that is not known here",
        _ => null,
    };
}
