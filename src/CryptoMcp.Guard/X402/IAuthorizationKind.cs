using System.Numerics;
using CryptoMcp.Evm;

namespace CryptoMcp.Guard.X402;

/// <summary>One kind of message that a stranger may take to the chain.</summary>
internal interface IAuthorizationKind
{
    /// <summary>Name in the ledger's bytes; never changed once used.</summary>
    string Name { get; }

    /// <summary>A nonce that was never used, in the form that the record keeps; null where the chain names the next one.</summary>
    string? FreshNonce();

    /// <summary>What is signed.</summary>
    TypedData Message(AuthorizationRecord record);

    /// <summary>What the seller gets, as JSON.</summary>
    byte[] Payload(AuthorizationRecord record, string signature);

    /// <summary>The first moment at which no block can take it any more.</summary>
    DateTimeOffset ExpiresAt(AuthorizationRecord record);

    /// <summary>The call that tells whether it was used or cancelled.</summary>
    CallRequest StateCall(AuthorizationRecord record);

    /// <summary>What <see cref="StateCall"/> returned.</summary>
    /// <exception cref="EvmFormatException">It is no answer of such a contract.</exception>
    bool IsTaken(AuthorizationRecord record, ReadOnlySpan<byte> returned);

    /// <summary>What took each of the records, up to a block; null for those where nothing is found.</summary>
    /// <param name="chain">Asks one endpoint, or as many as must agree.</param>
    /// <param name="taken">Records that the chain says are taken, all of one account.</param>
    /// <param name="upTo">The last block to look at.</param>
    /// <param name="ct">Stops the look.</param>
    ValueTask<IReadOnlyList<Taking?>> FindAsync(ChainReader chain, IReadOnlyList<AuthorizationRecord> taken, ulong upTo, CancellationToken ct);
}

/// <summary>What took an authorization.</summary>
/// <param name="Transaction">The transaction.</param>
/// <param name="Block">Its block.</param>
/// <param name="BlockHash">Hash of that block.</param>
/// <param name="Units">Atomic units that moved; null when it was cancelled.</param>
internal sealed record Taking(Hash32 Transaction, ulong Block, Hash32 BlockHash, BigInteger? Units);

/// <summary>Asks one endpoint, or as many as must agree where money hangs on the answer.</summary>
internal sealed class ChainReader(EvmRpc rpc, bool agreed)
{
    public Task<T> AskAsync<T>(RpcRequest<T> request, CancellationToken ct) => agreed ? rpc.AgreedAsync(request, ct) : rpc.SendAsync(request, ct);
}
