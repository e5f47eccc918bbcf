using System.Text.Json;

namespace CryptoMcp.Solana;

/// <summary>The requests that a wallet needs. Source: Solana RPC HTTP methods.</summary>
public static class SolanaRequests
{
    /// <summary>What names the cluster.</summary>
    public static RpcRequest<Blockhash> GenesisHash { get; } = new("getGenesisHash", null, SolanaJson.Hash);

    /// <summary>Number of the newest block: slots that had one.</summary>
    public static RpcRequest<ulong> BlockHeight(Commitment commitment) =>
        new("getBlockHeight", writer => Options(writer, commitment), SolanaJson.Number);

    /// <summary>The newest slot.</summary>
    public static RpcRequest<ulong> Slot(Commitment commitment) => new("getSlot", writer => Options(writer, commitment), SolanaJson.Number);

    /// <summary>The epoch that it is.</summary>
    public static RpcRequest<ulong> Epoch(Commitment commitment) => new(
        "getEpochInfo", writer => Options(writer, commitment), result => SolanaJson.Number(SolanaJson.Member(result, "epoch")));

    /// <summary>The time of a slot's block.</summary>
    public static RpcRequest<DateTimeOffset> BlockTime(ulong slot) => new(
        "getBlockTime", writer => writer.WriteNumberValue(slot), result => SolanaJson.Time(SolanaJson.Number(result)));

    /// <summary>A recent hash and how long it serves.</summary>
    public static RpcRequest<BlockhashLifetime> LatestBlockhash(Commitment commitment) => new(
        "getLatestBlockhash",
        writer => Options(writer, commitment),
        result =>
        {
            var value = SolanaJson.Value(result);
            return new(SolanaJson.Hash(SolanaJson.Member(value, "blockhash")), SolanaJson.Number(SolanaJson.Member(value, "lastValidBlockHeight")));
        });

    /// <summary>Whether a message with this hash can still land.</summary>
    public static RpcRequest<bool> IsBlockhashValid(Blockhash hash, Commitment commitment) => new(
        "isBlockhashValid",
        writer =>
        {
            writer.WriteStringValue(hash.ToString());
            Options(writer, commitment);
        },
        result => SolanaJson.Flag(SolanaJson.Value(result)));

    /// <summary>An account; null when nothing is there.</summary>
    public static RpcRequest<SolanaAccount?> Account(Pubkey address, Commitment commitment) => new(
        "getAccountInfo",
        writer =>
        {
            writer.WriteStringValue(address.ToString());
            Options(writer, commitment, Base64);
        },
        result => SolanaJson.OrNull(SolanaJson.Value(result), SolanaJson.Account));

    /// <summary>A mint; null when nothing is there. Two nodes agree when all but the supply is the same, since that changes all the time.</summary>
    public static RpcRequest<MintAccount?> Mint(Pubkey address, Commitment commitment) => new(
        "getAccountInfo",
        writer =>
        {
            writer.WriteStringValue(address.ToString());
            Options(writer, commitment, Base64);
        },
        result => SolanaJson.OrNull(SolanaJson.Value(result), value => MintAccount.Decode(address, SolanaJson.Account(value))),
        MintAccount.HaveSameTerms);

    /// <summary>Several accounts of one moment, at most 100.</summary>
    /// <param name="addresses">The accounts.</param>
    /// <param name="commitment">How sure.</param>
    /// <param name="same">When two nodes state the same of an account; absent: when all is equal.</param>
    public static RpcRequest<IReadOnlyList<SolanaAccount?>> Accounts(
        IReadOnlyList<Pubkey> addresses, Commitment commitment, Func<SolanaAccount?, SolanaAccount?, bool>? same = null) => new(
        "getMultipleAccounts",
        writer =>
        {
            Texts(writer, addresses.Select(address => address.ToString()));
            Options(writer, commitment, Base64);
        },
        result =>
        {
            List<SolanaAccount?> accounts = [.. SolanaJson.Items(SolanaJson.Value(result)).Select(item => SolanaJson.OrNull(item, SolanaJson.Account))];
            return accounts.Count == addresses.Count ? accounts : throw new SolanaFormatException("Another number of accounts came than was asked for.");
        },
        (left, right) => left.Zip(right).All(pair => same?.Invoke(pair.First, pair.Second) ?? Equals(pair.First, pair.Second)));

    /// <summary>All token accounts of an owner under one token program.</summary>
    public static RpcRequest<IReadOnlyList<(Pubkey Address, SolanaAccount Account)>> TokenAccounts(Pubkey owner, Pubkey program, Commitment commitment) => new(
        "getTokenAccountsByOwner",
        writer =>
        {
            writer.WriteStringValue(owner.ToString());
            writer.WriteStartObject();
            writer.WriteString("programId"u8, program.ToString());
            writer.WriteEndObject();
            Options(writer, commitment, Base64);
        },
        result => [.. SolanaJson.Items(SolanaJson.Value(result))
            .Select(item => (SolanaJson.Key(SolanaJson.Member(item, "pubkey")), SolanaJson.Account(SolanaJson.Member(item, "account"))))]);

    /// <summary>Lamports that an account of this size must hold to be kept.</summary>
    public static RpcRequest<ulong> RentExemption(int bytes) =>
        new("getMinimumBalanceForRentExemption", writer => writer.WriteNumberValue(bytes), SolanaJson.Number);

    /// <summary>Lamports that a message costs; null when its hash is no longer valid.</summary>
    public static RpcRequest<ulong?> FeeForMessage(ReadOnlyMemory<byte> message, Commitment commitment) => new(
        "getFeeForMessage",
        writer =>
        {
            writer.WriteBase64StringValue(message.Span);
            Options(writer, commitment);
        },
        result => SolanaJson.Value(result) is { ValueKind: not JsonValueKind.Null } fee ? SolanaJson.Number(fee) : null);

    /// <summary>What others lately paid at least for a compute unit, in millionths of a lamport, to change these accounts.</summary>
    public static RpcRequest<IReadOnlyList<ulong>> RecentPrioritizationFees(IReadOnlyList<Pubkey> accounts) => new(
        "getRecentPrioritizationFees",
        writer => Texts(writer, accounts.Select(account => account.ToString())),
        result => [.. SolanaJson.Items(result).Select(item => SolanaJson.Number(SolanaJson.Member(item, "prioritizationFee")))]);

    /// <summary>Runs a transaction without landing it; signatures and hash are not checked.</summary>
    public static RpcRequest<SimulationOutcome> Simulate(ReadOnlyMemory<byte> transaction) => new(
        "simulateTransaction",
        writer =>
        {
            writer.WriteBase64StringValue(transaction.Span);
            Options(writer, Commitment.Confirmed, static options =>
            {
                Base64(options);
                options.WriteBoolean("sigVerify"u8, false);
                options.WriteBoolean("replaceRecentBlockhash"u8, true);
            });
        },
        result => SolanaJson.Simulation(SolanaJson.Value(result)));

    /// <summary>Where transactions stand, the whole history included; null for one that is not known. At most 256.</summary>
    public static RpcRequest<IReadOnlyList<SignatureStatus?>> Statuses(IReadOnlyList<TransactionSignature> signatures) => new(
        "getSignatureStatuses",
        writer =>
        {
            Texts(writer, signatures.Select(signature => signature.ToString()));
            writer.WriteStartObject();
            writer.WriteBoolean("searchTransactionHistory"u8, true);
            writer.WriteEndObject();
        },
        result =>
        {
            List<SignatureStatus?> statuses = [.. SolanaJson.Items(SolanaJson.Value(result)).Select(item => SolanaJson.OrNull(item, SolanaJson.Status))];
            return statuses.Count == signatures.Count ? statuses : throw new SolanaFormatException("Another number of statuses came than was asked for.");
        },
        (left, right) => left.SequenceEqual(right));

    /// <summary>A transaction that landed; null when the node does not know it at this commitment, which proves nothing.</summary>
    public static RpcRequest<LandedTransaction?> Transaction(TransactionSignature signature, Commitment commitment) => new(
        "getTransaction",
        writer =>
        {
            writer.WriteStringValue(signature.ToString());
            Options(writer, commitment, static options =>
            {
                Base64(options);
                options.WriteNumber("maxSupportedTransactionVersion"u8, 0);
            });
        },
        result => SolanaJson.OrNull(result, SolanaJson.Landed),
        LandedTransaction.Same);

    /// <summary>The newest transactions that name an account.</summary>
    /// <param name="address">The account.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="before">Start behind this one.</param>
    /// <param name="commitment">Confirmed or finalized.</param>
    public static RpcRequest<IReadOnlyList<HistoryEntry>> History(Pubkey address, int limit, TransactionSignature? before, Commitment commitment) => new(
        "getSignaturesForAddress",
        writer =>
        {
            writer.WriteStringValue(address.ToString());
            Options(writer, commitment, options =>
            {
                options.WriteNumber("limit"u8, limit);
                if (before is { } at)
                {
                    options.WriteString("before"u8, at.ToString());
                }
            });
        },
        result => [.. SolanaJson.Items(result).Select(SolanaJson.History)]);

    /// <summary>Hands a transaction over. No read: <see cref="SolanaRpc.SendTransactionAsync"/> sends it.</summary>
    internal static RpcRequest<TransactionSignature> SendTransaction(ReadOnlyMemory<byte> transaction) => new(
        "sendTransaction",
        writer =>
        {
            writer.WriteBase64StringValue(transaction.Span);
            writer.WriteStartObject();
            Base64(writer);
            writer.WriteBoolean("skipPreflight"u8, true);
            writer.WriteNumber("maxRetries"u8, 0);
            writer.WriteEndObject();
        },
        SolanaJson.Signature);

    private static void Base64(Utf8JsonWriter options) => options.WriteString("encoding"u8, "base64"u8);

    private static void Options(Utf8JsonWriter writer, Commitment commitment, Action<Utf8JsonWriter>? more = null)
    {
        writer.WriteStartObject();
        writer.WriteString("commitment"u8, commitment switch
        {
            Commitment.Processed => "processed"u8,
            Commitment.Confirmed => "confirmed"u8,
            _ => "finalized"u8,
        });
        more?.Invoke(writer);
        writer.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter writer, IEnumerable<string> texts)
    {
        writer.WriteStartArray();
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
