using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>Where a transaction stands.</summary>
public enum TransactionState
{
    /// <summary>In a pool, not in a block.</summary>
    Pending,

    /// <summary>In a block that may still be undone.</summary>
    Mined,

    /// <summary>In a final block.</summary>
    Final,
}

/// <summary>Units of a token that moved or were approved, as its events tell. Events are claims of the contract that emits them.</summary>
/// <param name="Token">The contract.</param>
/// <param name="Pinned">The pinned token at this address; without one, the contract may be a fake.</param>
/// <param name="From">Owner.</param>
/// <param name="To">Recipient, or the spender that was approved.</param>
/// <param name="Units">Units.</param>
/// <param name="IsApproval">True when nothing moved, but the spender may now take this much.</param>
public sealed record TokenMovement(EvmAddress Token, EvmToken? Pinned, EvmAddress From, EvmAddress To, BigInteger Units, bool IsApproval);

/// <summary>A transaction, decoded, with what it moved and cost.</summary>
public sealed record TransactionReport
{
    /// <summary>What was sent.</summary>
    public required TransactionInfo Transaction { get; init; }

    /// <summary>Where it stands.</summary>
    public required TransactionState State { get; init; }

    /// <summary>How it ended; absent while pending.</summary>
    public TransactionReceipt? Receipt { get; init; }

    /// <summary>The call, when it is a token's transfer, transferFrom or approve.</summary>
    public Erc20Call? Call { get; init; }

    /// <summary>Token movements and approvals in order. Empty when it reverted.</summary>
    public IReadOnlyList<TokenMovement> Movements { get; init; } = [];

    /// <summary>Wei that moved from sender to recipient; zero when it reverted. Moves inside contracts are not seen.</summary>
    public BigInteger NativeMoved { get; init; }

    /// <summary>Wei that it cost, L1 data and operator fee included; absent while pending.</summary>
    public BigInteger? Fee { get; init; }

    /// <summary>The block's time.</summary>
    public DateTimeOffset? MinedAt { get; init; }

    /// <summary>Blocks from its own to the head, its own included; 0 while pending.</summary>
    public ulong Confirmations { get; init; }
}

/// <summary>Reads a transaction and explains it.</summary>
public static class TransactionReader
{
    /// <summary>Reads a transaction; null when the node does not know it, which proves nothing.</summary>
    /// <exception cref="EvmRpcException">The node did not answer, or told of another transaction than was asked.</exception>
    public static async Task<TransactionReport?> ReadAsync(EvmRpc rpc, Hash32 hash, CancellationToken cancellationToken = default)
    {
        var batch = rpc.CreateBatch();
        var transactionAnswer = batch.Add(EvmRequests.Transaction(hash));
        var receiptAnswer = batch.Add(EvmRequests.Receipt(hash));
        var head = batch.Add(EvmRequests.BlockNumber);
        await batch.SendAsync(cancellationToken).ConfigureAwait(false);
        if (transactionAnswer.Value is not { } transaction)
        {
            return null;
        }

        if (transaction.Hash != hash || (receiptAnswer.Value is { } given && given.TransactionHash != hash))
        {
            throw new EvmRpcException(EvmRpcFailure.BadAnswer, rpc.Chain.Name,
                "the node told of another transaction than was asked. Try another endpoint.");
        }

        Erc20.TryDecode(transaction.Input.Span, out var call);
        if (receiptAnswer.Value is not { } receipt)
        {
            return new() { Transaction = transaction, State = TransactionState.Pending, Call = call };
        }

        var final = await Finality.IsFinalAsync(rpc, receipt, cancellationToken).ConfigureAwait(false);
        var block = await rpc.GetBlockAsync(BlockTag.Number(receipt.BlockNumber), cancellationToken).ConfigureAwait(false);
        var operatorFee = await OpStackFee.OperatorFeeAsync(rpc, receipt, cancellationToken).ConfigureAwait(false);
        return new()
        {
            Transaction = transaction,
            State = final ? TransactionState.Final : TransactionState.Mined,
            Receipt = receipt,
            Call = call,
            Movements = receipt.Succeeded ? Movements(receipt.Logs, rpc.Chain) : [],
            NativeMoved = receipt.Succeeded ? transaction.Value : BigInteger.Zero,
            Fee = receipt.Fee + operatorFee,
            MinedAt = block?.Timestamp,
            Confirmations = head.Value >= receipt.BlockNumber ? head.Value - receipt.BlockNumber + 1 : 0,
        };
    }

    /// <summary>The ERC-20 transfers and approvals among events; others are left out.</summary>
    public static IReadOnlyList<TokenMovement> Movements(IReadOnlyList<EventLog> logs, EvmChain chain)
    {
        var movements = new List<TokenMovement>();
        foreach (var log in logs)
        {
            var isApproval = Erc20.ApprovalEvent.TryDecode(log, out var arguments);
            if (isApproval || Erc20.TransferEvent.TryDecode(log, out arguments))
            {
                chain.TryFindToken(log.Address, out var pinned);
                movements.Add(new(log.Address, pinned, arguments![0].AsAddress(), arguments[1].AsAddress(), arguments[2].AsNumber(),
                    isApproval));
            }
        }

        return movements;
    }
}
