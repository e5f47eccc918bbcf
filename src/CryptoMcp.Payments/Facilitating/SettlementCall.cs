using System.Numerics;
using CryptoMcp.Evm;

namespace CryptoMcp.Payments;

/// <summary>The contract call that settles a signed transfer: what a facilitator simulates, and then sends.</summary>
/// <param name="Contract">The token, or the scheme's proxy.</param>
/// <param name="Function">The function.</param>
/// <param name="Data">Calldata.</param>
public sealed record SettlementCall(EvmAddress Contract, AbiFunction Function, byte[] Data)
{
    private const string Permit = "((address token, uint256 amount) permitted, uint256 nonce, uint256 deadline) permit";
    private const string Permit2612 = "(uint256 value, uint256 deadline, bytes32 r, bytes32 s, uint8 v) permit2612";

    private static readonly AbiFunction s_transfer = AbiFunction.Parse(
        "function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)");

    // For payers that are contracts: the token asks them (EIP-1271).
    private static readonly AbiFunction s_transferByContract = AbiFunction.Parse(
        "function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)");

    private static readonly AbiFunction s_exact = AbiFunction.Parse(
        $"function settle({Permit}, address owner, (address to, uint256 validAfter) witness, bytes signature)");

    private static readonly AbiFunction s_exactWithPermit = AbiFunction.Parse(
        $"function settleWithPermit({Permit2612}, {Permit}, address owner, (address to, uint256 validAfter) witness, bytes signature)");

    private static readonly AbiFunction s_upto = AbiFunction.Parse(
        $"function settle({Permit}, uint256 amount, address owner, (address to, address facilitator, uint256 validAfter) witness, bytes signature)");

    private static readonly AbiFunction s_uptoWithPermit = AbiFunction.Parse(
        $"function settleWithPermit({Permit2612}, {Permit}, uint256 amount, address owner, (address to, address facilitator, uint256 validAfter) witness, bytes signature)");

    /// <summary>The call for a transfer.</summary>
    /// <param name="transfer">The transfer.</param>
    /// <param name="charged">Atomic units to move: less than signed for <c>upto</c> only.</param>
    /// <param name="permit">The permit that gives Permit2 its allowance, if the payer sent one, with its signature.</param>
    /// <exception cref="X402FormatException">A signature is no hexadecimal text, or too long.</exception>
    public static SettlementCall For(SignedTransfer transfer, BigInteger charged, (TokenPermit Permit, string Signature)? permit = null)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        var signature = Bytes(transfer.Signature);
        if (transfer.Authorization is { } authorization)
        {
            return OfAuthorization(transfer, authorization, signature);
        }

        var permit2 = transfer.Permit2!;
        List<AbiValue> arguments = [AbiValue.List(AbiValue.List(permit2.Token, permit2.Amount), permit2.Nonce, permit2.Deadline)];
        if (permit2.Facilitator is not null)
        {
            arguments.Add(charged);
        }

        arguments.Add(permit2.From);
        arguments.Add(permit2.Facilitator is { } facilitator
            ? AbiValue.List(permit2.To, facilitator, permit2.ValidAfter)
            : AbiValue.List(permit2.To, permit2.ValidAfter));
        arguments.Add(signature);
        if (permit is not var (allowance, allowanceSignature))
        {
            return Of(permit2.Spender, permit2.Facilitator is null ? s_exact : s_upto, arguments);
        }

        var parts = Bytes(allowanceSignature);
        if (parts.Length != 65)
        {
            throw new X402FormatException("The permit's signature does not have 65 bytes.");
        }

        arguments.Insert(0, AbiValue.List(allowance.Value, allowance.Deadline, parts[..32], parts[32..64], (uint)parts[64]));
        return Of(permit2.Spender, permit2.Facilitator is null ? s_exactWithPermit : s_uptoWithPermit, arguments);
    }

    private static SettlementCall OfAuthorization(SignedTransfer transfer, TransferAuthorization authorization, byte[] signature)
    {
        List<AbiValue> arguments =
        [
            authorization.From, authorization.To, authorization.Value, authorization.ValidAfter, authorization.ValidBefore, authorization.Nonce,
        ];
        if (signature.Length != 65)
        {
            arguments.Add(signature);
            return Of(transfer.Token, s_transferByContract, arguments);
        }

        arguments.Add((uint)signature[64]);
        arguments.Add(signature[..32]);
        arguments.Add(signature[32..64]);
        return Of(transfer.Token, s_transfer, arguments);
    }

    private static SettlementCall Of(EvmAddress contract, AbiFunction function, List<AbiValue> arguments) =>
        new(contract, function, function.Encode([.. arguments]));

    private static byte[] Bytes(string signature)
    {
        // A contract's signature may be long; what would not fit into a transaction that is worth its gas is refused.
        const int MaxBytes = 2048;
        return signature.Length is >= 4 and <= (MaxBytes * 2) + 2 && Hex.TryParseData(signature, out var bytes)
            ? bytes
            : throw new X402FormatException("The signature is no hexadecimal text of sensible length.");
    }
}
