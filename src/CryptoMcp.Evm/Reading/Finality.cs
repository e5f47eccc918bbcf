namespace CryptoMcp.Evm;

/// <summary>Which blocks can no longer be undone, by the chain's own rule.</summary>
public static class Finality
{
    /// <summary>The newest final block; null while the chain has none yet.</summary>
    /// <exception cref="EvmRpcException">The node did not answer, or the endpoints that must agree do not.</exception>
    public static async Task<BlockHeader?> GetFinalBlockAsync(EvmRpc rpc, CancellationToken cancellationToken = default)
    {
        var rule = rpc.Chain.Finality;
        if (!rpc.NeedsAgreement)
        {
            if (rule.Kind != FinalityKind.Depth)
            {
                return await rpc.GetBlockAsync(Tag(rule), cancellationToken).ConfigureAwait(false);
            }

            var head = await rpc.GetBlockNumberAsync(cancellationToken).ConfigureAwait(false);
            return head < rule.Depth
                ? null
                : await rpc.GetBlockAsync(BlockTag.Number(head - rule.Depth), cancellationToken).ConfigureAwait(false);
        }

        // Honest nodes are rarely at the very same block. The highest number that enough of them consider final is
        // found first; then they must agree on the block that has it.
        var number = rule.Kind == FinalityKind.Depth
            ? await rpc.ReachedByEnoughAsync(EvmRequests.BlockNumber, head => head, cancellationToken).ConfigureAwait(false)
            : await rpc.ReachedByEnoughAsync(EvmRequests.Block(Tag(rule)), block => block?.Number, cancellationToken).ConfigureAwait(false);
        return number is not { } reached || reached < rule.Depth
            ? null
            : await rpc.AgreedAsync(EvmRequests.Block(BlockTag.Number(reached - rule.Depth)), cancellationToken).ConfigureAwait(false);
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

    private static BlockTag Tag(FinalityRule rule) => rule.Kind == FinalityKind.Safe ? BlockTag.Safe : BlockTag.Finalized;
}
