using System.Numerics;
using CryptoMcp.Evm;

namespace CryptoMcp.Payments;

/// <summary>A payment that holds together by itself: what the chain still has to confirm.</summary>
/// <param name="Token">The token, as pinned.</param>
/// <param name="Transfer">The signed transfer.</param>
/// <param name="Charged">Atomic units to move.</param>
/// <param name="Permit">The permit for Permit2's allowance, if the payer sent one.</param>
public sealed record CheckedPayment(EvmToken Token, SignedTransfer Transfer, BigInteger Charged, (TokenPermit Permit, string Signature)? Permit);

/// <summary>
/// A facilitator's judgement of a payment against the requirements that a seller states. Token facts come from pinned tables;
/// codes are those of the reference SDK where it has one.
/// </summary>
/// <param name="chains">The chains that are settled on, with their tokens.</param>
/// <param name="clock">What time it is.</param>
public sealed class PaymentCheck(IReadOnlyCollection<EvmChain> chains, TimeProvider clock)
{
    // A signature has to live on while its transaction waits for a block.
    private const ulong LeastSecondsLeft = 6;

    private static readonly AbiFunction s_isValidSignature = AbiFunction.Parse(
        "function isValidSignature(bytes32 digest, bytes signature) view returns (bytes4)");

    /// <summary>The selector that EIP-1271 wants back.</summary>
    private static readonly byte[] s_magicValue = [0x16, 0x26, 0xba, 0x7e];

    // What ERC-6492 puts behind a signature of a contract that is not deployed yet.
    private const string UndeployedMark = "6492649264926492649264926492649264926492649264926492649264926492";

    /// <summary>Everything that needs no chain. Returns the code of the first fault, or null.</summary>
    /// <param name="request">What the seller asks.</param>
    /// <param name="facilitator">The account that would submit it.</param>
    /// <param name="settling">True where the amount is what to charge, false where it is the offer's.</param>
    /// <param name="payment">The payment, when there is no fault.</param>
    public string? FindFault(FacilitatorCall request, EvmAddress facilitator, bool settling, out CheckedPayment? payment)
    {
        ArgumentNullException.ThrowIfNull(request);
        payment = null;
        var (shown, requirements) = request;
        if (shown.Scheme != requirements.Scheme || requirements.Scheme is not ("exact" or "upto"))
        {
            return "unsupported_scheme";
        }

        if (shown.Network != requirements.Network || !X402Networks.TryFind(requirements.Network, requirements.Version, out var id)
            || chains.FirstOrDefault(known => known.Id == id) is not { } chain)
        {
            return "invalid_network";
        }

        if (!EvmAddress.TryParse(requirements.Asset, out var asset, out _) || !chain.TryFindToken(asset, out var token))
        {
            return "asset_not_supported";
        }

        SignedTransfer transfer;
        try
        {
            transfer = SignedTransfer.Read(shown, requirements, id);
        }
        catch (X402FormatException)
        {
            return "invalid_payload";
        }

        if (FaultOf(transfer, requirements, token, settling) is { } fault)
        {
            return fault;
        }

        if (transfer.Permit2?.Facilitator is { } named && named != facilitator)
        {
            return "upto_facilitator_mismatch";
        }

        if (transfer.From == facilitator)
        {
            return "invalid_payer";
        }

        (TokenPermit, string)? permit;
        try
        {
            permit = PermitOf(shown, transfer);
        }
        catch (X402FormatException)
        {
            return "invalid_eip2612_extension_format";
        }

        payment = new(token, transfer, requirements.Amount, permit);
        return null;
    }

    /// <summary>What only the chain knows: signature of contracts, balance, nonce, allowance, and whether it would work. Returns the code of the first fault, or null.</summary>
    /// <exception cref="EvmRpcException">The chain cannot be asked.</exception>
    public static async Task<string?> FindFaultOnChainAsync(CheckedPayment payment, EvmAddress facilitator, EvmRpc rpc, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(payment);
        ArgumentNullException.ThrowIfNull(rpc);
        var transfer = payment.Transfer;
        var isPermit2 = transfer.Permit2 is not null;
        var batch = rpc.CreateBatch();
        var payerCode = batch.Add(EvmRequests.Code(transfer.From, BlockTag.Latest));
        var tokenCode = batch.Add(EvmRequests.Code(transfer.Token, BlockTag.Latest));
        var balance = batch.Add(EvmRequests.Call(Erc20.BalanceCall(transfer.Token, transfer.From), BlockTag.Latest));
        var state = batch.Add(EvmRequests.Call(
            transfer.Authorization?.StateCall(transfer.Token) ?? transfer.Permit2!.StateCall(), BlockTag.Latest));
        var allowance = isPermit2
            ? batch.Add(EvmRequests.Call(
                new() { To = transfer.Token, Data = Erc20.AllowanceFunction.Encode(transfer.From, X402Contracts.Permit2) }, BlockTag.Latest))
            : null;
        await batch.SendAsync(ct).ConfigureAwait(false);
        if (tokenCode.Value.Length == 0)
        {
            return "asset_not_deployed_contract";
        }

        if (await FindSignatureFaultAsync(payment, payerCode.Value, rpc, ct).ConfigureAwait(false) is { } forged)
        {
            return forged;
        }

        if (IsUsed(transfer, state))
        {
            return isPermit2 ? "permit2_nonce_already_used" : "invalid_exact_evm_nonce_already_used";
        }

        if (Erc20.ReadBalance(balance.Value) < payment.Charged)
        {
            return isPermit2 ? "permit2_insufficient_balance" : "invalid_exact_evm_insufficient_balance";
        }

        if (allowance is not null && payment.Permit is null && Erc20.AllowanceFunction.DecodeResult(allowance.Value)[0].AsNumber() < payment.Charged)
        {
            return "permit2_allowance_required";
        }

        if (payment.Charged.IsZero)
        {
            return null;
        }

        var call = SettlementCall.For(transfer, payment.Charged, payment.Permit);
        try
        {
            await rpc.CallAsync(new() { From = facilitator, To = call.Contract, Data = call.Data }, BlockTag.Latest, ct).ConfigureAwait(false);
            return null;
        }
        catch (EvmRpcException error) when (error.Kind == EvmRpcFailure.RpcError)
        {
            return isPermit2 ? "permit2_simulation_failed" : "invalid_exact_evm_transaction_simulation_failed";
        }
    }

    private string? FaultOf(SignedTransfer transfer, PaymentRequirements requirements, EvmToken token, bool settling)
    {
        var now = (ulong)clock.GetUtcNow().ToUnixTimeSeconds();
        var isPermit2 = transfer.Permit2 is not null;
        if (!EvmAddress.TryParse(requirements.PayTo, out var payTo, out _) || transfer.To != payTo)
        {
            return isPermit2 ? "invalid_permit2_recipient_mismatch" : "invalid_exact_evm_recipient_mismatch";
        }

        // Only 'upto' may be settled for less than was signed, and only when it is settled.
        var isUpto = requirements.Scheme == "upto";
        if (isUpto && settling ? requirements.Amount > transfer.Amount : requirements.Amount != transfer.Amount)
        {
            return isUpto ? settling ? "invalid_upto_evm_payload_settlement_exceeds_amount" : "permit2_amount_mismatch"
                : isPermit2 ? "permit2_amount_mismatch" : "invalid_exact_evm_payload_authorization_value_mismatch";
        }

        if (transfer.Amount.IsZero)
        {
            return "invalid_amount";
        }

        if (isPermit2 && transfer.Permit2!.Token != transfer.Token)
        {
            return "permit2_token_mismatch";
        }

        if (!isPermit2 && token.Domain is null)
        {
            return "invalid_exact_evm_eip3009_not_supported";
        }

        if (!isPermit2 && requirements.Extra("name") is { } name && name != token.Domain!.Name)
        {
            return "invalid_exact_evm_token_name_mismatch";
        }

        if (!isPermit2 && requirements.Extra("version") is { } version && version != token.Domain!.Version)
        {
            return "invalid_exact_evm_token_version_mismatch";
        }

        return transfer.LastSecond < now + LeastSecondsLeft ? isPermit2 ? "permit2_deadline_expired" : "invalid_exact_evm_payload_authorization_valid_before"
            : transfer.FirstSecond > now + 1 ? isPermit2 ? "permit2_not_yet_valid" : "invalid_exact_evm_payload_authorization_valid_after"
            : null;
    }

    private static (TokenPermit, string)? PermitOf(PaymentPayload shown, SignedTransfer transfer)
    {
        if (transfer.Permit2 is not { } permit2 || shown.Extensions is not { } extensions || !extensions.TryGetProperty(TokenPermit.Extension, out var extension)
            || extension.ValueKind != System.Text.Json.JsonValueKind.Object || !extension.TryGetProperty("info", out var info)
            || info.ValueKind != System.Text.Json.JsonValueKind.Object || !info.TryGetProperty("signature", out _))
        {
            return null;
        }

        var (permit, token, signature) = TokenPermit.ReadExtensionInfo(info);
        return permit.Owner == permit2.From && permit.Spender == X402Contracts.Permit2 && permit.Value == permit2.Amount && token == permit2.Token
            ? (permit, signature)
            : throw new X402FormatException("The permit is for something else than the payment.");
    }

    private static async Task<string?> FindSignatureFaultAsync(CheckedPayment payment, byte[] payerCode, EvmRpc rpc, CancellationToken ct)
    {
        var transfer = payment.Transfer;
        var fault = transfer.Permit2 is null ? "invalid_exact_evm_signature" : "invalid_permit2_signature";
        if (transfer.Signature.EndsWith(UndeployedMark, StringComparison.OrdinalIgnoreCase))
        {
            return "eip6492_factory_not_allowed";
        }

        var digest = transfer.ToTypedData(payment.Token).Digest();
        if (EvmSignature.TryRecover(transfer.Signature, digest, out var signer) && signer == transfer.From)
        {
            return null;
        }

        if (payerCode.Length == 0 || !Hex.TryParseData(transfer.Signature, out var signature))
        {
            return fault;
        }

        try
        {
            var answer = await rpc.CallAsync(
                new() { To = transfer.From, Data = s_isValidSignature.Encode(digest, signature) }, BlockTag.Latest, ct).ConfigureAwait(false);
            return answer.AsSpan().StartsWith(s_magicValue) ? null : fault;
        }
        catch (EvmRpcException error) when (error.Kind == EvmRpcFailure.RpcError)
        {
            return fault;
        }
    }

    private static bool IsUsed(SignedTransfer transfer, RpcAnswer<byte[]> state) =>
        transfer.Permit2 is { } permit2 ? permit2.ReadState(state.Value) : TransferAuthorization.ReadState(state.Value);
}
