using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Payments;

namespace CryptoMcp.Server.Tools.Invoices;

/// <summary>What the chain says of the authorization that is to pay an invoice.</summary>
/// <param name="Status"><c>paid</c>, <c>confirming</c>, <c>open</c>, <c>expired</c> or <c>unknown</c>.</param>
/// <param name="Means">The status in one sentence.</param>
/// <param name="Transaction">The transaction.</param>
/// <param name="Block">Its block.</param>
internal sealed record InvoicePayment(string Status, string Means, string? Transaction = null, ulong? Block = null)
{
    // How far back a payment is looked for that was settled without our learning in which transaction.
    private const ulong BlocksBack = 5000;

    /// <summary>Looks for it.</summary>
    public static async Task<InvoicePayment> FindAsync(EvmRpc rpc, InvoiceView invoice, InvoiceClaim claim, CancellationToken ct)
    {
        var final = await Finality.GetFinalBlockAsync(rpc, ct).ConfigureAwait(false);
        if (await FindReceiptAsync(rpc, invoice, claim, ct).ConfigureAwait(false) is { } receipt)
        {
            return final is not null && receipt.BlockNumber <= final.Number
                ? new("paid", "Paid, in a final block.", receipt.TransactionHash.ToString(), receipt.BlockNumber)
                : new("confirming", "Paid in a block that is not final yet; look again soon.", receipt.TransactionHash.ToString(), receipt.BlockNumber);
        }

        if (await IsUsedAsync(rpc, invoice, claim, ct).ConfigureAwait(false))
        {
            return new("unknown", "The payer's authorization was used or called back in a transaction that was not found; look at the wallet's balance.");
        }

        return final is not null && final.Timestamp > claim.ValidBefore
            ? final.Timestamp > invoice.ExpiresAt
                ? new("expired", "A payment was tried and failed, and nobody can pay any more.")
                : new("open", "A payment was tried and failed; it can be paid again.")
            : new("confirming", "Somebody is paying it right now; look again soon.");
    }

    private static async Task<TransactionReceipt?> FindReceiptAsync(EvmRpc rpc, InvoiceView invoice, InvoiceClaim claim, CancellationToken ct)
    {
        if (Hash32.TryParse(claim.TransactionId, out var noted))
        {
            return await rpc.GetReceiptAsync(noted, ct).ConfigureAwait(false) is { } receipt && Pays(receipt, invoice, claim, rpc.Chain) ? receipt : null;
        }

        var head = await rpc.GetBlockNumberAsync(ct).ConfigureAwait(false);
        var logs = await rpc.GetLogsAsync(
            new()
            {
                From = BlockTag.Number(head > BlocksBack ? head - BlocksBack : 0),
                Addresses = [EvmAddress.Parse(invoice.Token)],
                Topics = [[TransferAuthorization.Used.Topic], [], [Hash32.Parse(claim.Nonce)]],
            },
            ct).ConfigureAwait(false);
        foreach (var log in logs)
        {
            if (log.TransactionHash is { } hash && await rpc.GetReceiptAsync(hash, ct).ConfigureAwait(false) is { } receipt && Pays(receipt, invoice, claim, rpc.Chain))
            {
                return receipt;
            }
        }

        return null;
    }

    /// <summary>Whether a transaction used this authorization and moved exactly the amount from payer to payee.</summary>
    private static bool Pays(TransactionReceipt receipt, InvoiceView invoice, InvoiceClaim claim, EvmChain chain)
    {
        var (token, payer, payee) = (EvmAddress.Parse(invoice.Token), EvmAddress.Parse(claim.Payer), EvmAddress.Parse(invoice.PayTo));
        var units = BigInteger.Parse(invoice.Units, CultureInfo.InvariantCulture);
        var nonce = Hash32.Parse(claim.Nonce);
        return receipt.Succeeded
            && receipt.Logs.Any(log => log.Address == token && TransferAuthorization.Used.TryDecode(log, out var used)
                && used[0].AsAddress() == payer && used[1].AsHash() == nonce)
            && TransactionReader.Movements(receipt.Logs, chain).Any(movement => movement is { IsApproval: false } && movement.Token == token
                && movement.From == payer && movement.To == payee && movement.Units == units);
    }

    private static async Task<bool> IsUsedAsync(EvmRpc rpc, InvoiceView invoice, InvoiceClaim claim, CancellationToken ct)
    {
        var authorization = new TransferAuthorization
        {
            From = EvmAddress.Parse(claim.Payer),
            To = EvmAddress.Parse(invoice.PayTo),
            Value = BigInteger.Parse(invoice.Units, CultureInfo.InvariantCulture),
            ValidAfter = 0,
            ValidBefore = (ulong)claim.ValidBefore.ToUnixTimeSeconds(),
            Nonce = Hash32.Parse(claim.Nonce),
        };
        return TransferAuthorization.ReadState(
            await rpc.CallAsync(authorization.StateCall(EvmAddress.Parse(invoice.Token)), BlockTag.Latest, ct).ConfigureAwait(false));
    }
}
