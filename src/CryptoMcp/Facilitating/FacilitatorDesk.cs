using System.Collections.Concurrent;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Payments;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Facilitating;

/// <summary>
/// Verifies payments by itself and settles them through the guard, which pays the gas under its policy. It holds no key. One
/// authorization is one guard payment: its name on the chain is the idempotency key, so asking twice, also at once or after a
/// restart, never sends a second transaction.
/// </summary>
internal sealed partial class FacilitatorDesk(GuardClient guard, FacilitatorBook book, TimeProvider clock, ILogger<FacilitatorDesk> log)
{
    private const string ClientName = "facilitator";

    // How long an answer is waited for: below the 90 s after which callers give up.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, Task<SettlementResponse>> _running = new(StringComparer.Ordinal);
    private readonly PaymentCheck _check = new(book.Chains, clock);

    /// <summary>What is settled here.</summary>
    public SupportedKinds Supported { get; } = book.Supported();

    /// <summary>Whether a payment could be settled now. Changes nothing.</summary>
    public async Task<VerifyResponse> VerifyAsync(FacilitatorCall request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_check.FindFault(request, book.Account, settling: false, out var payment) is { } fault)
        {
            return new() { IsValid = false, InvalidReason = fault };
        }

        var payer = payment!.Transfer.From.ToString();
        try
        {
            return await PaymentCheck.FindFaultOnChainAsync(payment, book.Account, book.RpcOf(payment), ct) is { } onChain
                ? new() { IsValid = false, InvalidReason = onChain, Payer = payer }
                : new() { IsValid = true, Payer = payer };
        }
        catch (EvmRpcException error)
        {
            ChainFailed(log, error.Message);
            return new() { IsValid = false, InvalidReason = "chain_unreachable", InvalidMessage = "The chain could not be asked; try again.", Payer = payer };
        }
    }

    /// <summary>Moves the money, once.</summary>
    public async Task<SettlementResponse> SettleAsync(FacilitatorCall request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_check.FindFault(request, book.Account, settling: true, out var payment) is { } fault)
        {
            return Failure(request, null, fault);
        }

        if (payment!.Charged.IsZero)
        {
            return new() { Success = true, Network = request.Requirements.Network, Payer = payment.Transfer.From.ToString(), Amount = BigInteger.Zero };
        }

        // Callers that ask for the same settlement at once wait for one and the same.
        var key = KeyOf(payment);
        var run = new TaskCompletionSource<SettlementResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = _running.GetOrAdd(key, run.Task);
        if (running != run.Task)
        {
            return await running;
        }

        try
        {
            run.SetResult(await SettleAsync(request, payment, key));
        }
        catch (Exception error)
        {
            run.SetException(error);
        }
        finally
        {
            _running.TryRemove(key, out _);
        }

        return await run.Task;
    }

    private async Task<SettlementResponse> SettleAsync(FacilitatorCall request, CheckedPayment payment, string key)
    {
        PaymentView view;
        try
        {
            view = await guard.SubmitAsync(
                new FacilitatorSettleIntent
                {
                    IdempotencyKey = key,
                    Wallet = book.Wallet,
                    Chain = payment.Transfer.Chain.ToString(),
                    Payment = WireJson.Parse(request.Payment.ToJson()),
                    Requirements = request.Requirements.Json,
                },
                ClientName,
                CancellationToken.None);
        }
        catch (GuardException refusal)
        {
            return await ExplainAsync(request, payment, refusal);
        }

        if (view.State == "denied")
        {
            return Failure(request, payment, "facilitator_policy", view.Decision?.Reason);
        }

        return await FollowAsync(request, payment, view);
    }

    /// <summary>Why the guard did not send it, in the protocol's words where the chain tells.</summary>
    private async Task<SettlementResponse> ExplainAsync(FacilitatorCall request, CheckedPayment payment, GuardException refusal)
    {
        GuardRefused(log, refusal.Problem.Code, refusal.Problem.Problem);
        switch (refusal.Problem.Code)
        {
            case "would_fail":
                try
                {
                    var reason = await PaymentCheck.FindFaultOnChainAsync(payment, book.Account, book.RpcOf(payment), CancellationToken.None);
                    return Failure(request, payment, reason ?? "invalid_exact_evm_transaction_simulation_failed");
                }
                catch (EvmRpcException error)
                {
                    ChainFailed(log, error.Message);
                    return Failure(request, payment, "chain_unreachable");
                }

            // The guard may have made the payment before it broke off: only asking again tells.
            case "guard_timeout" or "guard_unreachable" or "guard_failed":
                return Failure(request, payment, "settlement_pending", "Ask again: it is not settled twice.");
            case "idempotency_conflict":
                return Failure(request, payment, "duplicate_settlement");
            default:
                return Failure(request, payment, refusal.Problem.Code);
        }
    }

    /// <summary>Waits until the transaction is in a block, and reports what the block says.</summary>
    private async Task<SettlementResponse> FollowAsync(FacilitatorCall request, CheckedPayment payment, PaymentView view)
    {
        var rpc = book.RpcOf(payment);
        for (var started = clock.GetTimestamp(); clock.GetElapsedTime(started) < s_patience; await Task.Delay(s_between, clock))
        {
            try
            {
                if (view.TransactionId is { } id && Hash32.TryParse(id, out var hash) && await rpc.GetReceiptAsync(hash) is { } receipt)
                {
                    return receipt.Succeeded && Moved(receipt, payment, rpc.Chain)
                        ? Success(request, payment, id)
                        : Failure(request, payment, "invalid_exact_evm_transaction_failed") with { Transaction = id };
                }

                view = await guard.GetPaymentAsync(view.PaymentId, CancellationToken.None);
                if (view.State == "released")
                {
                    return Failure(request, payment, "invalid_exact_evm_transaction_failed");
                }
            }
            catch (Exception error) when (error is EvmRpcException or GuardException)
            {
                // The transaction is out; whoever cannot be asked now can be asked again.
                ChainFailed(log, error.Message);
            }
        }

        return Failure(request, payment, "settlement_pending", "The transaction is not in a block yet. Ask again: it is not settled twice.") with
        {
            Transaction = view.TransactionId ?? "",
        };
    }

    private static bool Moved(TransactionReceipt receipt, CheckedPayment payment, EvmChain chain)
    {
        foreach (var movement in TransactionReader.Movements(receipt.Logs, chain))
        {
            if (!movement.IsApproval && movement.Token == payment.Transfer.Token && movement.From == payment.Transfer.From
                && movement.To == payment.Transfer.To && movement.Units == payment.Charged)
            {
                return true;
            }
        }

        return false;
    }

    private static SettlementResponse Success(FacilitatorCall request, CheckedPayment payment, string transaction) => new()
    {
        Success = true,
        Transaction = transaction,
        Network = request.Requirements.Network,
        Payer = payment.Transfer.From.ToString(),
        Amount = request.Requirements.Scheme == "upto" ? payment.Charged : null,
    };

    private static SettlementResponse Failure(FacilitatorCall request, CheckedPayment? payment, string reason, string? message = null) => new()
    {
        Success = false,
        ErrorReason = reason,
        ErrorMessage = message,
        Network = request.Requirements.Network,
        Payer = payment?.Transfer.From.ToString(),
    };

    private static string KeyOf(CheckedPayment payment) =>
        "settle-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(payment.Transfer.Identity)));

    [LoggerMessage(LogLevel.Warning, "Not settled: {Code}: {Problem}")]
    private static partial void GuardRefused(ILogger logger, string code, string problem);

    [LoggerMessage(LogLevel.Warning, "Asked in vain: {Problem}")]
    private static partial void ChainFailed(ILogger logger, string problem);
}
