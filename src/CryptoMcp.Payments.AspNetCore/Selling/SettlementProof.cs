using System.Collections.Concurrent;
using System.Numerics;
using CryptoMcp.Evm;

namespace CryptoMcp.Payments.AspNetCore.Selling;

/// <summary>
/// Looks a settlement up on the chain, where an endpoint is configured: the transaction succeeded, it moved the amount from payer
/// to payee in the token, and it used this payment's nonce. A facilitator's word alone moves no money.
/// </summary>
internal sealed class SettlementProof(SellerOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<string, EvmRpc> _chains = new(StringComparer.Ordinal);

    /// <summary>What is wrong with a settlement that the facilitator reports; null when the chain agrees or is not asked.</summary>
    public async ValueTask<string?> FindFaultAsync(SignedTransfer transfer, BigInteger charged, SettlementResponse settlement, CancellationToken ct)
    {
        if (RpcOf(transfer) is not { } rpc || charged.IsZero)
        {
            return null;
        }

        try
        {
            if (!Hash32.TryParse(settlement.Transaction, out var hash) || await rpc.GetReceiptAsync(hash, ct).ConfigureAwait(false) is not { } receipt)
            {
                return "the chain knows no such transaction";
            }

            if (!receipt.Succeeded)
            {
                return "the transaction was reverted";
            }

            var moved = TransactionReader.Movements(receipt.Logs, rpc.Chain).Any(
                movement => movement is { IsApproval: false } && movement.Token == transfer.Token && movement.From == transfer.From
                    && movement.To == transfer.To && movement.Units == charged);
            if (!moved)
            {
                return "the transaction does not pay this payee this amount";
            }

            return await IsNonceUsedAsync(rpc, transfer, receipt, ct).ConfigureAwait(false) ? null : "the transaction does not use this payment's nonce";
        }
        catch (EvmRpcException error)
        {
            return $"the chain could not be asked ({error.Message})";
        }
    }

    public void Dispose()
    {
        foreach (var rpc in _chains.Values)
        {
            rpc.Dispose();
        }
    }

    private EvmRpc? RpcOf(SignedTransfer transfer)
    {
        foreach (var (network, endpoint) in options.ProofBy)
        {
            if (options.Chains.TryFind(network, out var chain, out _) && chain.Id == transfer.Chain)
            {
                return _chains.GetOrAdd(network, _ => new EvmRpc(chain with { RpcUrls = [endpoint] }));
            }
        }

        return null;
    }

    private static async ValueTask<bool> IsNonceUsedAsync(EvmRpc rpc, SignedTransfer transfer, TransactionReceipt receipt, CancellationToken ct)
    {
        if (transfer.Authorization is { } authorization)
        {
            return receipt.Logs.Any(log => log.Address == transfer.Token && TransferAuthorization.Used.TryDecode(log, out var used)
                && used[0].AsAddress() == authorization.From && used[1].AsHash() == authorization.Nonce);
        }

        // Permit2 emits nothing for a transfer, so its state counts.
        return transfer.Permit2!.ReadState(await rpc.CallAsync(transfer.Permit2.StateCall(), BlockTag.Latest, ct).ConfigureAwait(false));
    }
}
