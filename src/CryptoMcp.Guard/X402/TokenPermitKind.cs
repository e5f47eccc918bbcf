using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Payments;

namespace CryptoMcp.Guard.X402;

/// <summary>
/// A token's permit (EIP-2612) for Permit2. It moves nothing itself: it is over when the allowance is drawn down, or when it
/// can no longer be used and there is none.
/// </summary>
internal sealed class TokenPermitKind : IAuthorizationKind
{
    public const string KindName = "permit";

    public string Name => KindName;

    public string? FreshNonce() => null;

    public TypedData Message(AuthorizationRecord record) => Of(record).ToTypedData(record.TokenDomain);

    public byte[] Payload(AuthorizationRecord record, string signature) => Of(record).ToExtensionInfo(record.TokenAddress, signature);

    /// <summary>EIP-2612 takes it in a block whose time is the deadline itself.</summary>
    public DateTimeOffset ExpiresAt(AuthorizationRecord record) => DateTimeOffset.FromUnixTimeSeconds((long)record.Until + 1);

    public CallRequest StateCall(AuthorizationRecord record) => TokenPermit.NonceCall(record.TokenAddress, record.FromAddress);

    public bool IsTaken(AuthorizationRecord record, ReadOnlySpan<byte> returned) => TokenPermit.ReadNonce(returned) > Number(record.Nonce);

    public async ValueTask<IReadOnlyList<Taking?>> FindAsync(
        ChainReader chain, IReadOnlyList<AuthorizationRecord> taken, ulong upTo, CancellationToken ct)
    {
        var found = new Taking?[taken.Count];
        for (var i = 0; i < taken.Count; i++)
        {
            found[i] = await DrawnDownAsync(chain, taken[i], upTo, ct);
        }

        return found;
    }

    /// <summary>The block at which nothing is left of the allowance; what the payment drew stands on the payment's own account.</summary>
    private static async ValueTask<Taking?> DrawnDownAsync(ChainReader chain, AuthorizationRecord record, ulong upTo, CancellationToken ct)
    {
        var allowance = await chain.AskAsync(
            EvmRequests.Call(new() { To = record.TokenAddress, Data = Erc20.AllowanceFunction.Encode(record.FromAddress, record.ToAddress) }, BlockTag.Number(upTo)), ct);
        if (!Erc20.AllowanceFunction.DecodeResult(allowance)[0].AsNumber().IsZero)
        {
            return null;
        }

        var logs = await chain.AskAsync(
            EvmRequests.Logs(new()
            {
                From = BlockTag.Number(record.SinceBlock),
                To = BlockTag.Number(upTo),
                Addresses = [record.TokenAddress],
                Topics = [[Erc20.ApprovalEvent.Topic], [record.FromAddress.ToWord()], [record.ToAddress.ToWord()]],
            }),
            ct);
        foreach (var log in logs)
        {
            if (log is { Removed: false, BlockNumber: { } block, BlockHash: { } blockHash, TransactionHash: { } hash } && block <= upTo
                && log.Address == record.TokenAddress && Erc20.ApprovalEvent.TryDecode(log, out var approval)
                && approval[0].AsAddress() == record.FromAddress && approval[1].AsAddress() == record.ToAddress && approval[2].AsNumber() == record.Amount)
            {
                return new(hash, block, blockHash, BigInteger.Zero);
            }
        }

        return null;
    }

    private static TokenPermit Of(AuthorizationRecord record) => new()
    {
        Owner = record.FromAddress,
        Spender = record.ToAddress,
        Value = record.Amount,
        Nonce = Number(record.Nonce),
        Deadline = record.Until,
    };

    private static BigInteger Number(string text) => BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
