using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>
/// An address's own record, from plain JSON-RPC: what it holds and sent, tokens in and out, x402 payments, allowances that
/// still stand, attestations. Reads only. Keep one; safe for concurrent use.
/// </summary>
/// <param name="cache">Where final logs are kept.</param>
/// <param name="options">Bounds and places.</param>
/// <param name="clock">The clock that bounds go by.</param>
public sealed class WalletLookup(LogCache cache, LookupOptions options, TimeProvider clock)
{
    /// <summary>Looks a wallet up.</summary>
    /// <exception cref="EvmRpcException">The node could not be asked at all.</exception>
    public async Task<WalletReport> LookAsync(EvmRpc rpc, EvmAddress wallet, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rpc);
        var budget = new ReadBudget(options.MaxCalls, options.MaxTime, clock);
        budget.Count(5);
        var head = await rpc.GetBlockAsync(BlockTag.Latest, cancellationToken).ConfigureAwait(false)
            ?? throw new EvmRpcException(EvmRpcFailure.BadAnswer, rpc.Chain.Name, "the node has no newest block.");
        var batch = rpc.CreateBatch();
        var at = BlockTag.Number(head.Number);
        var nonce = batch.Add(EvmRequests.TransactionCount(wallet, at));
        var balance = batch.Add(EvmRequests.Balance(wallet, at));
        var code = batch.Add(EvmRequests.Code(wallet, at));
        await batch.SendAsync(cancellationToken).ConfigureAwait(false);
        var delegated = DelegateIn(code.Value);
        var final = await Finality.GetFinalBlockAsync(rpc, cancellationToken).ConfigureAwait(false);
        var run = new WalletRun(rpc, wallet, head, new(rpc, budget, cache) { Final = final }, budget, options);
        return await run.RunAsync(
            new()
            {
                Wallet = wallet,
                Head = head,
                Nonce = nonce.Value,
                Balance = balance.Value,
                Kind = code.Value.Length == 0 ? "key" : delegated is null ? "contract" : "delegated",
                DelegatedTo = delegated,
                Dollars = new(0, 0, 0, 0, 0, 0),
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>EIP-7702: code of a delegated account is 0xef0100 and an address.</summary>
    private static EvmAddress? DelegateIn(byte[] code) =>
        code.Length == 23 && code is [0xef, 0x01, 0x00, ..] ? new EvmAddress(code.AsSpan(3)) : null;
}
