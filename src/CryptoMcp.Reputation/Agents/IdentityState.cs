using System.Numerics;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>An agent's entry in the identity registry, as of one block.</summary>
internal sealed record IdentityState
{
    /// <summary>The block.</summary>
    public required BlockHeader Head { get; init; }

    /// <summary>Owner; null when there is no such agent.</summary>
    public EvmAddress? Owner { get; init; }

    /// <summary>Wallet; null when none is bound.</summary>
    public EvmAddress? Wallet { get; init; }

    /// <summary>Where the file is, exactly as written; empty when it is not UTF-8.</summary>
    public string Uri { get; init; } = "";

    /// <summary>What could not be read, in our own words.</summary>
    public string? Problem { get; init; }

    /// <exception cref="EvmRpcException">The node did not answer.</exception>
    public static async Task<IdentityState> ReadAsync(EvmRpc rpc, EvmAddress registry, BigInteger agent, ReadBudget budget, CancellationToken ct)
    {
        budget.Count(4);
        var head = await rpc.GetBlockAsync(BlockTag.Latest, ct).ConfigureAwait(false)
            ?? throw new EvmRpcException(EvmRpcFailure.BadAnswer, rpc.Chain.Name, "the node has no newest block.");
        var batch = rpc.CreateBatch();
        var at = BlockTag.Number(head.Number);
        var owner = batch.Add(EvmRequests.Call(new() { To = registry, Data = IdentityRegistry.OwnerOf.Encode(agent) }, at));
        var wallet = batch.Add(EvmRequests.Call(new() { To = registry, Data = IdentityRegistry.GetAgentWallet.Encode(agent) }, at));
        var uri = batch.Add(EvmRequests.Call(new() { To = registry, Data = IdentityRegistry.TokenUri.Encode(agent) }, at));
        await batch.SendAsync(ct).ConfigureAwait(false);
        if (owner.Error is { } refused)
        {
            return refused.Kind == EvmRpcFailure.RpcError ? new() { Head = head, Problem = RegistryRevert.Explain(refused.RevertData.Span) } : throw refused;
        }

        try
        {
            var bound = wallet.Error is null ? IdentityRegistry.GetAgentWallet.DecodeResult(wallet.Value)[0].AsAddress() : default;
            return new()
            {
                Head = head,
                Owner = IdentityRegistry.OwnerOf.DecodeResult(owner.Value)[0].AsAddress(),
                Wallet = bound.IsZero ? null : bound,
                Uri = uri.Error is null ? StrangersText.Exact(IdentityRegistry.TokenUri.DecodeResult(uri.Value)[0].AsBytes()) ?? "" : "",
                Problem = uri.Error is null ? null : "The agent's URI could not be read.",
            };
        }
        catch (EvmFormatException)
        {
            return new() { Head = head, Problem = "The contract does not answer like an identity registry." };
        }
    }
}
