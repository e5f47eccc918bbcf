using System.Security.Cryptography;
using CryptoMcp.Evm;
using CryptoMcp.Payments;

namespace CryptoMcp.Guard.X402;

/// <summary>
/// A token's <c>transferWithAuthorization</c> (EIP-3009). It can settle in blocks before its end; the token remembers its
/// nonce and emits an event that names it, used or cancelled.
/// </summary>
internal sealed class Eip3009Kind : IAuthorizationKind
{
    public const string KindName = "eip3009";

    public string Name => KindName;

    public string FreshNonce() => new Hash32(RandomNumberGenerator.GetBytes(Hash32.Size)).ToString();

    public TypedData Message(AuthorizationRecord record) => Of(record).ToTypedData(record.TokenDomain);

    public byte[] Payload(AuthorizationRecord record, string signature) => Of(record).ToPayload(signature);

    public DateTimeOffset ExpiresAt(AuthorizationRecord record) => DateTimeOffset.FromUnixTimeSeconds((long)record.Until);

    public CallRequest StateCall(AuthorizationRecord record) => Of(record).StateCall(record.TokenAddress);

    public bool IsTaken(AuthorizationRecord record, ReadOnlySpan<byte> returned) => TransferAuthorization.ReadState(returned);

    public async ValueTask<IReadOnlyList<Taking?>> FindAsync(
        ChainReader chain, IReadOnlyList<AuthorizationRecord> taken, ulong upTo, CancellationToken ct)
    {
        var found = new Taking?[taken.Count];
        foreach (var token in taken.GroupBy(record => record.Token, StringComparer.Ordinal))
        {
            var logs = await chain.AskAsync(
                EvmRequests.Logs(new()
                {
                    From = BlockTag.Number(token.Min(record => record.SinceBlock)),
                    To = BlockTag.Number(upTo),
                    Addresses = [EvmAddress.Parse(token.Key)],
                    Topics =
                    [
                        [TransferAuthorization.Used.Topic, TransferAuthorization.Canceled.Topic],
                        [token.First().FromAddress.ToWord()],
                        [.. token.Select(record => Hash32.Parse(record.Nonce))],
                    ],
                }),
                ct);
            foreach (var log in logs)
            {
                for (var i = 0; i < taken.Count; i++)
                {
                    // Authorizer and nonce are what the filter asked for, and are compared all the same: a node may answer anything.
                    if (log is { Removed: false, Topics: [var topic, var from, var nonce], BlockNumber: { } block, BlockHash: { } blockHash, TransactionHash: { } hash }
                        && block <= upTo && log.Address == taken[i].TokenAddress && from == taken[i].FromAddress.ToWord()
                        && nonce == Hash32.Parse(taken[i].Nonce)
                        && (topic == TransferAuthorization.Used.Topic || topic == TransferAuthorization.Canceled.Topic))
                    {
                        found[i] = new(hash, block, blockHash, topic == TransferAuthorization.Used.Topic ? taken[i].Amount : null);
                    }
                }
            }
        }

        return found;
    }

    private static TransferAuthorization Of(AuthorizationRecord record) => new()
    {
        From = record.FromAddress,
        To = record.ToAddress,
        Value = record.Amount,
        ValidAfter = 0,
        ValidBefore = record.Until,
        Nonce = Hash32.Parse(record.Nonce),
    };
}
