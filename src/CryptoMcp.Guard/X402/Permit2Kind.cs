using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using CryptoMcp.Evm;
using CryptoMcp.Payments;

namespace CryptoMcp.Guard.X402;

/// <summary>
/// A transfer through Permit2 and one of the x402 proxies: <c>exact</c>, or <c>upto</c> when a facilitator is named.
/// Permit2 remembers the nonce in a bitmap and emits nothing, so the token's Transfer in a transaction that carries the
/// nonce is what tells the amount.
/// </summary>
internal sealed class Permit2Kind : IAuthorizationKind
{
    public const string KindName = "permit2";

    private static readonly AbiEvent s_invalidated = AbiEvent.Parse(
        "event UnorderedNonceInvalidation(address indexed owner, uint256 word, uint256 mask)");

    public string Name => KindName;

    public string FreshNonce() => new BigInteger(RandomNumberGenerator.GetBytes(32), isUnsigned: true).ToString(CultureInfo.InvariantCulture);

    public TypedData Message(AuthorizationRecord record) => Of(record).ToTypedData(record.ChainId);

    public byte[] Payload(AuthorizationRecord record, string signature) => Of(record).ToPayload(signature);

    /// <summary>Permit2 takes it in a block whose time is the deadline itself.</summary>
    public DateTimeOffset ExpiresAt(AuthorizationRecord record) => DateTimeOffset.FromUnixTimeSeconds((long)record.Until + 1);

    public CallRequest StateCall(AuthorizationRecord record) => Of(record).StateCall();

    public bool IsTaken(AuthorizationRecord record, ReadOnlySpan<byte> returned) => Of(record).ReadState(returned);

    public async ValueTask<IReadOnlyList<Taking?>> FindAsync(
        ChainReader chain, IReadOnlyList<AuthorizationRecord> taken, ulong upTo, CancellationToken ct)
    {
        var found = new Taking?[taken.Count];
        for (var i = 0; i < taken.Count; i++)
        {
            found[i] = await TransferAsync(chain, taken[i], upTo, ct) ?? await InvalidationAsync(chain, taken[i], upTo, ct);
        }

        return found;
    }

    private static async ValueTask<Taking?> TransferAsync(ChainReader chain, AuthorizationRecord record, ulong upTo, CancellationToken ct)
    {
        var logs = await chain.AskAsync(
            EvmRequests.Logs(new()
            {
                From = BlockTag.Number(record.SinceBlock),
                To = BlockTag.Number(upTo),
                Addresses = [record.TokenAddress],
                Topics = [[Erc20.TransferEvent.Topic], [record.FromAddress.ToWord()], [record.ToAddress.ToWord()]],
            }),
            ct);
        foreach (var log in logs)
        {
            if (log is { Removed: false, BlockNumber: { } block, BlockHash: { } blockHash, TransactionHash: { } hash } && block <= upTo
                && log.Address == record.TokenAddress && Erc20.TransferEvent.TryDecode(log, out var transfer)
                && transfer[0].AsAddress() == record.FromAddress && transfer[1].AsAddress() == record.ToAddress
                && transfer[2].AsNumber() is var units && units <= record.Amount
                && await chain.AskAsync(EvmRequests.Transaction(hash), ct) is { } transaction && Carries(transaction.Input.Span, record.Nonce))
            {
                return new(hash, block, blockHash, units);
            }
        }

        return null;
    }

    private static async ValueTask<Taking?> InvalidationAsync(ChainReader chain, AuthorizationRecord record, ulong upTo, CancellationToken ct)
    {
        var nonce = BigInteger.Parse(record.Nonce, NumberStyles.None, CultureInfo.InvariantCulture);
        var logs = await chain.AskAsync(
            EvmRequests.Logs(new()
            {
                From = BlockTag.Number(record.SinceBlock),
                To = BlockTag.Number(upTo),
                Addresses = [X402Contracts.Permit2],
                Topics = [[s_invalidated.Topic], [record.FromAddress.ToWord()]],
            }),
            ct);
        foreach (var log in logs)
        {
            if (log is { Removed: false, BlockNumber: { } block, BlockHash: { } blockHash, TransactionHash: { } hash } && block <= upTo
                && log.Address == X402Contracts.Permit2 && s_invalidated.TryDecode(log, out var values)
                && values[0].AsAddress() == record.FromAddress && values[1].AsNumber() == nonce >> 8
                && !((values[2].AsNumber() >> (int)(nonce & 255)) & 1).IsZero)
            {
                return new(hash, block, blockHash, null);
            }
        }

        return null;
    }

    /// <summary>Whether calldata holds the nonce as a word: a random number of 256 bits stands nowhere by chance.</summary>
    private static bool Carries(ReadOnlySpan<byte> calldata, string nonce)
    {
        var word = new byte[32];
        var number = BigInteger.Parse(nonce, NumberStyles.None, CultureInfo.InvariantCulture).ToByteArray(isUnsigned: true, isBigEndian: true);
        number.CopyTo(word.AsSpan(32 - number.Length));
        return calldata.IndexOf(word) >= 0;
    }

    private static Permit2Transfer Of(AuthorizationRecord record) => new()
    {
        From = record.FromAddress,
        Token = record.TokenAddress,
        Amount = record.Amount,
        Nonce = BigInteger.Parse(record.Nonce, NumberStyles.None, CultureInfo.InvariantCulture),
        Deadline = record.Until,
        To = record.ToAddress,
        Facilitator = record.Facilitator is { } facilitator ? EvmAddress.Parse(facilitator) : null,
        ValidAfter = 0,
    };
}
