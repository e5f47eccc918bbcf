namespace CryptoMcp.Evm;

/// <summary>Which blocks can no longer be undone, by the chain's own rule.</summary>
public static class Finality
{
    /// <summary>The newest final block; null while the chain has none yet.</summary>
    /// <exception cref="EvmRpcException">The node did not answer, or the endpoints that must agree do not.</exception>
    public static async Task<BlockHeader?> GetFinalBlockAsync(EvmRpc rpc, CancellationToken cancellationToken = default)
    {
        var rule = rpc.Chain.Finality;
        if (rule.Kind != FinalityKind.Depth)
        {
            return await rpc.AgreedAsync(EvmRequests.Block(rule.Kind == FinalityKind.Safe ? BlockTag.Safe : BlockTag.Finalized), cancellationToken).ConfigureAwait(false);
        }

        var head = await rpc.GetBlockNumberAsync(cancellationToken).ConfigureAwait(false);
        return head < rule.Depth ? null : await rpc.AgreedAsync(EvmRequests.Block(BlockTag.Number(head - rule.Depth)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// True when the receipt's block is final: not above the newest final block, and still the block at its height. A
    /// receipt from a block that a reorganisation dropped is not final, whatever the node kept.
    /// </summary>
    /// <exception cref="EvmRpcException">The node did not answer, or the endpoints that must agree do not.</exception>
    public static async Task<bool> IsFinalAsync(EvmRpc rpc, TransactionReceipt receipt, CancellationToken cancellationToken = default)
    {
        var final = await GetFinalBlockAsync(rpc, cancellationToken).ConfigureAwait(false);
        if (final is null || receipt.BlockNumber > final.Number)
        {
            return false;
        }

        var block = receipt.BlockNumber == final.Number
            ? final
            : await rpc.AgreedAsync(EvmRequests.Block(BlockTag.Number(receipt.BlockNumber)), cancellationToken).ConfigureAwait(false);
        return block is not null && block.Hash == receipt.BlockHash;
    }
}
